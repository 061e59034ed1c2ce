"""`klarsyn outcomes`: what became of exams, as a registry tells it."""

import argparse
from pathlib import Path

from klarsyn.cli.context import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts and what each needs."""
    acts = parser.add_subparsers(dest="act", metavar="act")
    words = "note what became of exams: cancer, benign or no cancer"
    act = acts.add_parser("import", help=words, description=words[0].upper() + words[1:] + ".")
    act.add_argument("file", type=Path, help="CSV with a head line; docs/calibration.md says which columns")
    act.add_argument(
        "--known-only",
        action="store_true",
        help="leave out lines about exams that are not here, instead of refusing the file",
    )


def run(arguments: argparse.Namespace) -> int:
    """Import, or say how much is known; 1 when the file is refused."""
    from klarsyn.cli.calibration_words import event_line
    from klarsyn.intake.outcome_file import OutcomeFileError
    from klarsyn.intake.outcome_fitting import refit
    from klarsyn.intake.outcomes import import_outcomes

    with opened() as context:
        if arguments.act is None:
            print(f"The outcome of {context.store.outcomes.count()} exams is known.")
            return 0
        try:
            done = import_outcomes(
                arguments.file.read_bytes(),
                context.store,
                context.clock,
                context.reader,
                known_only=arguments.known_only,
            )
        except OutcomeFileError as error:
            print(error)
            return 1
        print(f"{done.lines} outcomes read, {done.added} new, {done.elsewhere} of exams that are not here.")
        for record, event in refit(context.store, context.clock, context.reader):
            print(f"{record.calibration_id[:8]}  {event_line(event)}")
    return 0
