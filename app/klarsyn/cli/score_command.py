"""`klarsyn score`: the engine looks at what waits."""

import argparse

from klarsyn.cli.context import opened
from klarsyn.cli.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--retry", action="store_true", help="try exams again whose scoring failed")


def run(arguments: argparse.Namespace) -> int:
    """Score; failures leave exams unscored, which is no error of the command."""
    from klarsyn.intake.scorer import Scorer

    with opened() as context:
        scorer = Scorer(context.store, context.settings, context.clock)
        with Progress("Scoring") as progress:
            summary = scorer.run(retry=arguments.retry, progress=progress)
    print(summary)
    return 0
