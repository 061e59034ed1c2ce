"""`klarsyn letters`: the letters of a day's batch, listed or exported for the system that sends them."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.cli.context import opened

if TYPE_CHECKING:
    from klarsyn.reading.letters import LetterDesk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts and what each needs."""
    acts = parser.add_subparsers(dest="act", metavar="act", required=True)
    words = "say how many letters wait to leave with a batch, and which files of it have left"
    _batch(acts.add_parser("list", help=words, description=words[0].upper() + words[1:] + "."))
    words = "write the letters of a batch that have not left into a file, each once"
    act = acts.add_parser("export", help=words, description=words[0].upper() + words[1:] + ".")
    _batch(act)
    act.add_argument("--format", choices=("csv", "hl7"), required=True, help="a list, or HL7 v2.5 ORU^R01")
    act.add_argument(
        "--again",
        metavar="REASON",
        help="export the letters of this batch that have left once more, and note why",
    )
    act.add_argument("folder", type=Path, help="where the file goes; made when it is missing")


def _batch(act: argparse.ArgumentParser) -> None:
    act.add_argument(
        "--batch", metavar="DATE", type=date.fromisoformat, required=True, help="its day, as 2026-01-05"
    )


def run(arguments: argparse.Namespace) -> int:
    """List or export; 1 when it could not be done."""
    from klarsyn.reading.letter_export import LetterError
    from klarsyn.reading.letter_template import load_template
    from klarsyn.reading.letters import LetterDesk, LetterFormat
    from klarsyn.reading.policies import policy_in_force

    with opened() as context:
        settings = context.settings
        policy = policy_in_force(context.store, settings).policy
        template = load_template(settings.data_folder)
        desk = LetterDesk(context.store, policy, template, context.clock, context.reader)
        try:
            if arguments.act == "list":
                return _list(desk, arguments.batch)
            kind = LetterFormat(arguments.format)
            done = desk.export(arguments.batch, kind, arguments.folder, arguments.again)
        except LetterError as error:
            print(error)
            return 1
        for sentence in done.told:
            print(sentence)
        print(f"{done.count} letter{'' if done.count == 1 else 's'} written to {done.path}.")
    return 0


def _list(desk: "LetterDesk", batch: date) -> int:
    """Print exams by key and accession number, never by name: a terminal is no letter."""
    letters = desk.waiting(batch)
    for letter in letters:
        words = (letter.exam.exam_id[:8], letter.exam.accession_number, letter.field("outcome"))
        print("  ".join((*words, *(["corrected"] if letter.corrects else []))))
    print(f"{len(letters)} letter{' waits' if len(letters) == 1 else 's wait'} to be exported.")
    for export in desk.exports(batch):
        again = f", again: {export.again_reason}" if export.again_reason else ""
        count = len(export.decisions)
        print(f"{count} left on {export.at:%Y-%m-%d %H:%M} UTC in {export.file_name} by {export.by}{again}")
    return 0
