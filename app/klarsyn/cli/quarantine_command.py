"""`klarsyn quarantine`: the files that could not be read."""

import argparse

from klarsyn.cli.context import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(_arguments: argparse.Namespace) -> int:
    """List file, reason and advice."""
    with opened() as context:
        listed = context.store.arrivals.quarantined()
    for entry in listed:
        print(f"{entry.path}\n  {entry.reason}\n  {entry.advice}")
    print(f"{len(listed)} file{'' if len(listed) == 1 else 's'} in quarantine.")
    return 0
