"""`klarsyn score`: the engine looks at what waits."""

import argparse

from klarsyn.cli.context import opened
from klarsyn.cli.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--retry", action="store_true", help="try exams again whose scoring failed")
    parser.add_argument(
        "--again",
        action="store_true",
        help="score exams again whose result another engine, or another version of it, has made",
    )


def run(arguments: argparse.Namespace) -> int:
    """Score; failures leave exams unscored, which is no error of the command."""
    from klarsyn.intake.scorer import Scorer

    with opened() as context:
        scorer = Scorer(context.store, context.settings, context.clock)
        with Progress("Scoring") as progress:
            summary = scorer.run(retry=arguments.retry, again=arguments.again, progress=progress)
        outdated = len(scorer.pending(again=True))
    print(summary)
    if outdated:
        print(
            f"{outdated} {'exam has' if outdated == 1 else 'exams have'} a result of another engine or "
            "version; `klarsyn score --again` scores them with the one in use now."
        )
    return 0
