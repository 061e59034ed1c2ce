"""`klarsyn practice FOLDER`: simulated exams with their truth beside them."""

import argparse
from pathlib import Path

from klarsyn.cli.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, help="where the exams are written")
    parser.add_argument("--count", type=int, default=8, help="how many exams (default 8)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (default 1)")


def run(arguments: argparse.Namespace) -> int:
    """Make the exams."""
    from klarsyn.simulation.practice import make_practice_exams

    with Progress("Simulating") as progress:
        exams = make_practice_exams(
            arguments.folder,
            arguments.count,
            arguments.seed,
            progress=lambda done, total: progress(done, total),
        )
    print(f"{len(exams)} practice exams in {arguments.folder}; truth.json beside each says what is in it.")
    return 0
