"""Leftovers of runs that were cut off are removed when Klarsyn starts (invariant 9)."""

from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.engine import folder
from klarsyn.engine.external_container import remove_leftovers
from klarsyn.engine.processes import start_of

_log = get_logger("engine.sweep")


def leftovers(work_root: Path) -> tuple[Path, ...]:
    """Return the working folders whose owning process no longer lives."""
    if not work_root.is_dir():
        return ()
    found = []
    for path in sorted(work_root.iterdir()):
        match = folder.NAME.fullmatch(path.name)
        if match and path.is_dir() and not path.is_symlink():
            pid, start = int(match[1]), match[2]
            if start_of(pid) != start:
                found.append(path)
    return tuple(found)


def sweep(work_root: Path) -> int:
    """Remove all leftovers below `work_root`, containers first, and return how many folders there were.

    A folder of a living process is left alone, also that of another Klarsyn on this machine.
    """
    gone = 0
    remove_leftovers(work_root)
    for path in leftovers(work_root):
        gone += folder.remove(path)
    if gone:
        _log.warning("Removed working folders of engine runs that were cut off.", folders=gone)
    return gone
