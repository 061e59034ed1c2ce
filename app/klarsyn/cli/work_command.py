"""`klarsyn work`: a scoring worker on a shared database; as many on as many machines as wanted."""

import argparse

from klarsyn.cli.context import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--once", action="store_true", help="end when there is nothing left to do")


def run(arguments: argparse.Namespace) -> int:
    """Work until asked to stop; 1 without a shared database."""
    with opened() as context:
        if not context.store.database.is_shared:
            print(
                "Workers need a database that several machines can use, and this installation has a file of "
                "its own. Use `klarsyn serve`, which imports and scores in one process, or `klarsyn score`; "
                "or set `database_url` (docs/shared-server.md)."
            )
            return 1
        from klarsyn.intake.scoring_worker import ScoringWorker

        print("Waiting for exams to score.", flush=True)
        ScoringWorker(context.store, context.settings, context.clock).run(wait=not arguments.once)
    return 0
