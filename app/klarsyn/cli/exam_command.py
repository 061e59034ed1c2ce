"""`klarsyn exam`: what persons note of an exam that decides how it is read, and what was noted."""

import argparse

from klarsyn.cli.context import Context, opened
from klarsyn.domain.reading_facts import NOTED, TOLD, WHY_TWO, FactKind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", metavar="action", required=True)
    note = actions.add_parser("note", help="note a fact of an exam, or take it back")
    note.add_argument("exam", help="the exam's accession number, or its key or how it begins")
    note.add_argument("kind", choices=[kind.value for kind in NOTED], help="what is so")
    note.add_argument("--off", action="store_true", help="it is not so, or no longer")
    note.add_argument("--reason", default="", help="who said it, or why; kept with the note")
    notes = actions.add_parser("notes", help="list all that was noted of an exam, or what can be noted")
    notes.add_argument("exam", nargs="?", help="the exam's accession number, or its key or how it begins")


def run(arguments: argparse.Namespace) -> int:
    """Note or list; 1 when the exam is not found or the reason is missing."""
    with opened() as context:
        return (_note if arguments.action == "note" else _notes)(context, arguments)


def _note(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.store.exam_notes import ExamNote

    kind, holds = FactKind(arguments.kind), not arguments.off
    if not arguments.reason.strip():
        print("A note needs its reason. Give one with --reason.")
        return 1
    exam_id = found_exam(context, arguments.exam)
    if exam_id is None:
        return 1
    note = ExamNote(exam_id, kind, holds, context.reader, context.clock.now(), arguments.reason.strip())
    if not context.store.exam_notes.add(note):
        print(f"{kind.value} is {'noted' if holds else 'not noted'} of exam {exam_id[:8]} already.")
        return 0
    print(
        f"Exam {exam_id[:8]}: {kind.value} {'is noted' if holds else 'is taken back'}. {_means(kind, holds)}"
    )
    return 0


def _means(kind: FactKind, holds: bool) -> str:
    if kind in TOLD:
        return "Whoever opens the exam is told." if holds else "Nobody is told any more."
    if kind is FactKind.DECLINED_AI:
        return (
            "No engine sees it from now on, what engines said of it counts no more, and two readers read it."
            if holds
            else "`klarsyn score` lets the engine see it."
        )
    return "Two readers read it." if holds else "It asks for two readers no more."


def _notes(context: Context, arguments: argparse.Namespace) -> int:
    if not arguments.exam:
        for kind in NOTED:
            print(f"{kind.value:<20}  {WHY_TWO.get(kind) or TOLD[kind]}")
        return 0
    exam_id = found_exam(context, arguments.exam)
    if exam_id is None:
        return 1
    notes = context.store.exam_notes.of_exam(exam_id)
    for note in notes:
        holds = "noted" if note.holds else "taken back"
        print(f"{note.at:%Y-%m-%d %H:%M}  {note.by:<16}  {note.kind.value:<20}  {holds:<10}  {note.reason}")
    if not notes:
        print(f"Nothing was noted of exam {exam_id[:8]}.")
    return 0


def found_exam(context: Context, words: str) -> str | None:
    """Return the exam that somebody names; None, with a sentence printed, where none or several fit."""
    fitting = context.store.exam_notes.find(words.strip())
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        print(f"No exam has the accession number {words!r}, or a key that begins so.")
    else:
        print(f"Several exams fit {words!r}: {', '.join(fitting)}. Give more of the key.")
    return None
