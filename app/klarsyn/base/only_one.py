"""One process at a time for a job, whatever happens to the process.

The operating system holds the lock and drops it when the process ends, also by kill -9.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class AlreadyRunning(Exception):
    """Another process holds the lock."""


@contextmanager
def only_one(lock_file: Path, job: str) -> Iterator[None]:
    """Hold `lock_file` during the block.

    Raises
    ------
    AlreadyRunning
        If another process does `job` now; the message says so.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock_file.open("a+b") as stream:
        try:
            if sys.platform == "win32":
                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(
                f"Another Klarsyn process is busy with {job} in this data folder. Wait until it has ended."
            ) from error
        yield
