"""Advisory locks on open files, between threads and processes; a killed process lets go of its own.

`flock` belongs to the open file, so two handles of one process exclude each other as well. On Windows a
shared lock is not needed: the system itself refuses to delete or replace a file that is open or mapped.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    # A byte behind the end of any pyramid, so that the lock never forbids reading the content. The C
    # library keeps this position in 32 bits.
    _BYTE = (1 << 31) - 2

    def lock_shared(file: BinaryIO) -> None:
        """Say that the file is in use."""

    def try_lock_exclusive(file: BinaryIO) -> bool:
        """Take the file for this handle alone; False when another has it."""
        position = file.tell()
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(position)
        return True

    def _lock_exclusive(file: BinaryIO) -> None:
        # LK_LOCK gives up after ten seconds; the loop goes on waiting without a sleep of our own.
        file.seek(_BYTE)
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            except OSError:
                continue
            return

else:
    import fcntl

    def lock_shared(file: BinaryIO) -> None:
        """Say that the file is in use, as long as this handle is open."""
        fcntl.flock(file, fcntl.LOCK_SH)

    def try_lock_exclusive(file: BinaryIO) -> bool:
        """Take the file for this handle alone; False when another has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock_exclusive(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def folder_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, waiting for whoever has it; for moments, never while decoding."""
    with path.open("ab") as file:
        _lock_exclusive(file)
        yield


def remove_unless_used(path: Path) -> bool:
    """Delete a file that nobody has locked or mapped; False when it stays."""
    try:
        with path.open("rb") as file:
            if not try_lock_exclusive(file):
                return False
            if os.name != "nt":
                path.unlink()
                return True
        # Windows deletes no open file, neither ours nor one that somebody has mapped: the latter stays
        # until a later eviction finds it free.
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
