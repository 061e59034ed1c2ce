"""What remembers a container until its runtime says that it is gone: a file beside the run's folder.

Not in the folder: that goes with the run, also where the container does not, and an engine could write there
what the next start would run. Its name is the folder's, with who owns it, after a word.
"""

import contextlib
from pathlib import Path

from klarsyn.engine import folder as working
from klarsyn.engine.processes import start_of

_PREFIX = "container-"
_NOBODYS = "run-0-0-"


def keep(folder: Path, runtime: str, name: str) -> Path:
    """Write down which runtime is about to start which container for the run in `folder`.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    marker = folder.with_name(_PREFIX + folder.name)
    try:
        marker.write_text(f"{runtime}\n{name}\n", encoding="utf-8")
    except OSError:
        forget(marker)
        raise
    return marker


def forget(marker: Path) -> None:
    """Remove the marker of a container that is gone."""
    with contextlib.suppress(OSError):
        marker.unlink()


def leave_to_a_sweep(marker: Path) -> None:
    """Make the marker nobody's, so that the next sweep tries again, also one of this very process."""
    secret = marker.name.rpartition("-")[2]
    with contextlib.suppress(OSError):
        marker.replace(marker.with_name(_PREFIX + _NOBODYS + secret))


def left(work_root: Path) -> tuple[Path, ...]:
    """Return the markers whose owning process no longer lives, and those that are nobody's."""
    if not work_root.is_dir():
        return ()
    found = []
    for path in sorted(work_root.glob(f"{_PREFIX}*")):
        match = working.NAME.fullmatch(path.name.removeprefix(_PREFIX))
        if match and path.is_file() and not path.is_symlink():
            nobodys = path.name.startswith(_PREFIX + _NOBODYS)
            if nobodys or start_of(int(match[1])) != match[2]:
                found.append(path)
    return tuple(found)


def read(marker: Path) -> tuple[str, str] | None:
    """Return the runtime and the container's name; None where the file says something else."""
    try:
        runtime, name, rest = marker.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return None
    return None if rest else (runtime, name)
