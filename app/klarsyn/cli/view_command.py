"""`klarsyn view`: the queue and the reading window."""

import argparse
from typing import Any

from klarsyn.cli.context import Context, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(_arguments: argparse.Namespace) -> int:
    """Open the window and return when it is closed."""
    with opened() as context:
        return open_window(context)


def open_window(context: Context, **behind: Any) -> int:
    """Seat the reader at the desk and show the window; `behind` says what goes on behind the desk."""
    from klarsyn.cli.seat import display_desk, seat, site_window_desk
    from klarsyn.cli.states import states_kept
    from klarsyn.ui.app import run as run_window

    desk, loader = seat(context, **behind)
    with states_kept(context):
        return run_window(
            desk,
            loader,
            clock=context.clock,
            displays=display_desk(context),
            site_windows=site_window_desk(context),
        )
