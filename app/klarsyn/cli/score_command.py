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
    from klarsyn.cli.makers_rules import mistakes_of_makers_rules
    from klarsyn.cli.states import keep_states
    from klarsyn.intake.scorer import Scorer

    with opened() as context:
        scorer = Scorer(context.store, context.settings, context.clock)
        with Progress("Scoring") as progress:
            summary = scorer.run(retry=arguments.retry, again=arguments.again, progress=progress)
        keep_states(context)
        outdated = len(scorer.pending(again=True))
        mistakes = mistakes_of_makers_rules(context)
    print(summary)
    if outdated:
        print(
            f"{outdated} {'exam has' if outdated == 1 else 'exams have'} a result of another engine or "
            "version; `klarsyn score --again` scores them with the one in use now."
        )
    for told in mistakes:
        print(told)
    return 0
