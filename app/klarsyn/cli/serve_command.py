"""`klarsyn serve`: watch folders, import what comes, and see that it is scored."""

import argparse
from pathlib import Path

from klarsyn.cli.context import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folders", nargs="*", type=Path, help="folders to watch; else the setting `drop_folder`"
    )
    parser.add_argument("--every", type=float, default=5.0, metavar="S", help="seconds between two looks")
    parser.add_argument("--once", action="store_true", help="deal with what is there now, and end")


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop; 1 when there is nothing to watch."""
    from klarsyn.cli.queue_facts import queue_facts_kept
    from klarsyn.cli.states import states_kept
    from klarsyn.intake.importer import Importer
    from klarsyn.intake.serving import Server

    with opened() as context:
        settings = context.settings
        folders = tuple(arguments.folders) or tuple(filter(None, [settings.drop_folder]))
        if not folders:
            print("Name a folder to watch, or set `drop_folder` in klarsyn.toml.")
            return 1
        importer = Importer(
            context.store,
            settings.folders,
            context.clock,
            repairs=settings.repairs,
            workers=settings.workers,
            rule=context.task_rule,
        )
        where = (
            "Workers score (`klarsyn work`)." if context.store.database.is_shared else "Scoring here, too."
        )
        print(f"Watching {', '.join(map(str, folders))}. {where}", flush=True)
        with states_kept(context, also_shared=True), queue_facts_kept(context):
            Server(context.store, settings, context.clock, importer, folders, arguments.every).run(
                once=arguments.once
            )
    return 0
