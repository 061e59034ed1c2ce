"""`klarsyn patient`: numbers that were merged, and identities that were corrected."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.cli.context import opened

if TYPE_CHECKING:
    from klarsyn.cli.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    merge = actions.add_parser("merge", help="two numbers are one woman's; the second stays")
    merge.add_argument("old", metavar="OLD", help="the number that goes")
    merge.add_argument("new", metavar="NEW", help="the number that stays")
    correct = actions.add_parser("correct", help="a number, name or birth date was wrong")
    correct.add_argument("old", metavar="NUMBER", help="the number that her exams stand under")
    correct.add_argument("--number", metavar="NEW", help="the right number")
    correct.add_argument("--name", default="", help='the right name, as "Family, Given"')
    correct.add_argument("--birth-date", type=date.fromisoformat, help="the right birth date, as 1958-03-12")
    correct.add_argument("--exam", help="of this exam alone: its key, or its accession number")
    for action in (merge, correct):
        action.add_argument("--issuer", help="whose number the old one is (IssuerOfPatientID)")
        action.add_argument("--new-issuer", help="whose number the new one is; the old one's when absent")
        action.add_argument("--reason", required=True, help="why; it is kept with the change")
    taken = actions.add_parser("import", help="take merges in from a file of HL7 v2 messages (ADT^A40)")
    taken.add_argument("file", type=Path)
    taken.add_argument("--issuers", action="store_true", help="assigning authorities in the file are issuers")


def run(arguments: argparse.Namespace) -> int:
    """Do one action; 1 when it is refused."""
    with opened() as context:
        from klarsyn.store.identity_events import IdentityRefused

        try:
            return _take(context, arguments) if arguments.action == "import" else _change(context, arguments)
        except IdentityRefused as error:
            print(error)
            return 1


def _change(context: "Context", arguments: argparse.Namespace) -> int:
    from klarsyn.cli.states import keep_states
    from klarsyn.intake.identity_changes import change_identity
    from klarsyn.store.identity_events import IdentityChange, IdentityRefused

    merged = arguments.action == "merge"
    exam_id = None
    if not merged and arguments.exam:
        fitting = context.store.exam_moves.named(arguments.exam)
        if len(fitting) != 1:
            raise IdentityRefused("That names no exam, or several. Give its key or its accession number.")
        exam_id = fitting[0]
    change = IdentityChange(
        arguments.action,
        arguments.old.strip(),
        (arguments.new if merged else arguments.number or arguments.old).strip(),
        context.reader,
        arguments.reason.strip(),
        context.clock.now(),
        arguments.issuer,
        arguments.new_issuer,
        "" if merged else arguments.name.strip(),
        None if merged else arguments.birth_date,
        exam_id,
    )
    exams = change_identity(context.store, change, context.task_rule)
    keep_states(context)
    if not exams:
        print("No exam of that number is here. What comes under it from now on is taken for the new one.")
        return 0
    print(f"{len(exams)} exam{' has' if len(exams) == 1 else 's have'} followed, with what was read of them.")
    return 0


def _take(context: "Context", arguments: argparse.Namespace) -> int:
    from klarsyn.cli.states import keep_states
    from klarsyn.intake.adt_file import take_merges

    taken = take_merges(
        context.store,
        arguments.file,
        by=context.reader,
        at=context.clock.now(),
        rule=context.task_rule,
        issuers=arguments.issuers,
    )
    keep_states(context)
    print(
        f"{taken.merges} merges noted, {taken.known} known already, {taken.exams} exams have followed, "
        f"{taken.others} other messages."
    )
    for sentence in taken.refused:
        print(sentence)
    return 1 if taken.refused else 0
