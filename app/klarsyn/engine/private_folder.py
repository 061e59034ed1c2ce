"""A working folder for as long as it is needed, and what to say when the disk has no room for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.engine import folder as working
from klarsyn.engine.failure import EngineFailure, FailureKind

_log = get_logger("engine.sealed")


@contextmanager
def private_folder(work_root: Path) -> Iterator[Path]:
    """Make a folder that only this account may enter, and remove it in every ending.

    Raises
    ------
    EngineFailure
        When it cannot be made.
    """
    try:
        folder = working.make(work_root)
    except OSError as error:
        raise no_room(error) from error
    try:
        yield folder
    finally:
        if not working.remove(folder):
            _log.error(
                "A working folder could not be removed; it goes at the next start.", folder=folder.name
            )


def no_room(error: OSError) -> EngineFailure:
    """Return the failure of a folder that could not be made or filled."""
    if isinstance(error, working.NoRoom):
        what = f"needs {error.needed / 1e9:.1f} GB on the disk, which has {error.free / 1e9:.1f} GB left"
        text = f"The exam was not given to the engine: its working folder {what}."
    else:
        text = f"The engine's working folder could not be written ({error.strerror})."
    return EngineFailure(
        FailureKind.DISK_FULL,
        f"{text} The exam is not scored and gets two readers; make room on the disk, then score it again.",
    )
