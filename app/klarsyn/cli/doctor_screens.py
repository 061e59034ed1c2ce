"""What `klarsyn doctor` says of the screens: those attached now, and those that were checked before."""

import json
import subprocess
import sys

from klarsyn.cli.context import Context

_SECONDS = 20


def screens(context: Context) -> list[tuple[bool, str]]:
    """Return one line a screen. None of them is a failure: the image itself says what is wrong."""
    from klarsyn.cli.seat import display_desk

    attached = _attached()
    known = {check.monitor for check in context.store.screen_checks.all()}
    sizes = {name: f" {width} x {height}" for name, width, height in attached or ()}
    states = display_desk(context).states([*sizes, *sorted(known - set(sizes))])
    lines = []
    for name, state in states.items():
        where = f"screen {name}{sizes[name]}" if name in sizes else f"screen {name}, not attached now"
        due = " ".join(r.sentence for r in state.reminders) if name in sizes else ""
        lines.append((True, f"{where}: {state.statement}. {due}".rstrip()))
    if attached is None:
        lines.append((True, "screens: there is no desktop here, so those attached cannot be listed"))
    return lines


def _attached() -> list[tuple[str, int, int]] | None:
    command = [sys.executable, "-m", "klarsyn.ui.monitors.attached_screens"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
        return [(name, width, height) for name, width, height in json.loads(done.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
