"""`klarsyn import PATH…`: folders of DICOM files become exams."""

import argparse
from pathlib import Path

from klarsyn.cli.context import opened
from klarsyn.cli.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", type=Path, help="files, or folders that are read recursively")
    parser.add_argument("--read", action="store_true", help="make each exam a reading task whatever its date")
    parser.add_argument(
        "--repair", action="append", default=[], metavar="NAME", help="header repair to apply where it fits"
    )


def run(arguments: argparse.Namespace) -> int:
    """Import; 1 when a path does not exist, 0 otherwise: unreadable files are listed, not fatal."""
    from klarsyn.cli.makers_rules import mistakes_of_makers_rules
    from klarsyn.cli.states import keep_states
    from klarsyn.intake.importer import Importer

    missing = [p for p in arguments.paths if not p.exists()]
    if missing:
        print("There is no such file or folder: " + ", ".join(map(str, missing)))
        return 1
    with opened() as context:
        settings = context.settings
        importer = Importer(
            context.store,
            settings.folders,
            context.clock,
            repairs=(*settings.repairs, *arguments.repair),
            workers=settings.workers,
            rule=context.task_rule,
        )
        with Progress("Importing") as progress:
            summary = importer.run(arguments.paths, read=arguments.read, progress=progress)
        keep_states(context)
        mistakes = mistakes_of_makers_rules(context)
    print(summary)
    if summary.quarantined:
        print("`klarsyn quarantine` lists the files that could not be read, and what to do.")
    for told in mistakes:
        print(told)
    return 0
