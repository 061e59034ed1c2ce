"""The folder behind the display cache: a bound in bytes, whole files or none, safe with several processes.

A file is written under a temporary name that its writer holds locked, flushed to the disk, and renamed.
A killed writer loses its lock with its life, so that the next start knows its leftovers from a file that
is being written. Files that are mapped are locked too (`Pyramid.open`) and never evicted.

Volume files (`volume_file`) are shared by their writers and readers, and are whole slot by slot: they have
their name from the start, and count at their full length, holes included.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from klarsyn.base.log import get_logger
from klarsyn.imaging.cache_names import EVICTED, FORGOTTEN, PYRAMID, TEMPORARY, VOLUME, name_of, stem_of
from klarsyn.imaging.levels import Level
from klarsyn.imaging.locks import folder_lock, lock_shared, remove_unless_used, try_lock_exclusive
from klarsyn.imaging.pyramid_file import pyramid_bytes, write_levels

_log = get_logger("imaging.cache")


class NoRoom(Exception):
    """The image does not fit below the limit, even after evicting everything that nobody looks at."""


class CacheFolder:
    """Pyramid files in one folder, least recently used evicted first.

    Parameters
    ----------
    folder
        Made when missing. May be deleted whenever no Klarsyn runs.
    limit_bytes
        Upper bound of all files together, those being written included.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_path = folder / "lock"
        self._sweep()

    def path_of(self, key: str, suffix: str = PYRAMID) -> Path:
        """Return the file of a key, inside the folder whatever the key."""
        return self.folder / name_of(key, suffix)

    def forget(self, content: str) -> None:
        """Delete all files of one content, and see to it that one that cannot go now goes later."""
        with folder_lock(self._lock_path):
            if not self._all_deleted(stem_of(content)):
                # Windows deletes no mapped file: a note stays until it can.
                (self.folder / f"{stem_of(content)}{FORGOTTEN}").touch(mode=0o600)

    def used_bytes(self) -> int:
        """Return the size of all files together."""
        return sum(size for _, size, _ in self._files())

    def touch(self, path: Path) -> None:
        """Say that a file was used just now; modification time is the order of eviction."""
        # The system's own stamps are only as fine as its timer tick; two views are opened faster.
        now = time.time_ns()
        with contextlib.suppress(OSError):
            os.utime(path, ns=(now, now))

    def discard(self, path: Path) -> None:
        """Delete a file that is of no use, if the system lets it go."""
        with contextlib.suppress(OSError):
            path.unlink()

    def write(self, key: str, levels: Sequence[Level], facts: bytes = b"") -> Path:
        """Write a pyramid with its facts so that it is there whole, or not at all, and return its path.

        Raises
        ------
        NoRoom
            If it does not fit below the limit.
        OSError
            If the disk is full or cannot be written; nothing is left behind.
        """
        size = pyramid_bytes(levels[0].shape, facts)
        temporary = self.folder / f"{secrets.token_hex(12)}{TEMPORARY}"
        file = self._reserve(temporary, size)
        try:
            with file:
                write_levels(file, levels, facts)
                file.flush()
                os.fsync(file.fileno())
                # Closed and renamed as one step to others: a sweep in between would take it for a leftover.
                with folder_lock(self._lock_path):
                    file.close()
                    target = self.path_of(key)
                    self.touch(temporary)
                    temporary.replace(target)
        except BaseException:
            self.discard(temporary)
            raise
        return target

    def open_volume(self, key: str, size: int, prepare: Callable[[BinaryIO], None]) -> BinaryIO:
        """Open the volume file of a key for reading and writing, made by `prepare` where there is none.

        It is locked against eviction until it is closed and no longer mapped.

        Raises
        ------
        NoRoom
            If `size` bytes do not fit below the limit.
        OSError
            If it cannot be made or opened.
        """
        path = self.path_of(key, VOLUME)
        with folder_lock(self._lock_path):
            try:
                file = path.open("r+b", buffering=0)
            except FileNotFoundError:
                self._make_room(size)
                file = path.open("x+b", buffering=0)
                try:
                    prepare(file)
                except BaseException:
                    file.close()
                    self.discard(path)
                    raise
            lock_shared(file)
        self.touch(path)
        return file

    def discard_volume(self, key: str) -> None:
        """Delete the volume file of a key: it is broken."""
        self.discard(self.path_of(key, VOLUME))

    def _reserve(self, temporary: Path, size: int) -> BinaryIO:
        """Make room and claim it at full size, so that others count it before it is written."""
        with folder_lock(self._lock_path):
            self._make_room(size)
            file = temporary.open("xb")
            try:
                if not try_lock_exclusive(file):
                    raise OSError(f"{temporary.name} is new and locked by another. Check the cache folder.")
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, size)
                else:
                    file.truncate(size)
            except BaseException:
                file.close()
                self.discard(temporary)
                raise
        return file

    def _make_room(self, size: int) -> None:
        self._delete_forgotten()
        files = sorted(self._files())
        excess = sum(length for _, length, _ in files) + size - self.limit_bytes
        if size > self.limit_bytes:
            raise NoRoom(f"{size} bytes are more than the cache may hold at all ({self.limit_bytes}).")
        for _, length, path in files:
            if excess <= 0:
                return
            if path.suffix in EVICTED and remove_unless_used(path):
                excess -= length
        if excess > 0:
            raise NoRoom(f"The cache is {excess} bytes short, and all images in it are being looked at.")

    def _sweep(self) -> None:
        """Remove what killed writers left behind."""
        with folder_lock(self._lock_path):
            for path in self.folder.glob(f"*{TEMPORARY}"):
                if remove_unless_used(path):
                    _log.info("leftover of a stopped writer removed", file=path.name)
            self._delete_forgotten()

    def _delete_forgotten(self) -> None:
        for note in self.folder.glob(f"*{FORGOTTEN}"):
            if self._all_deleted(note.stem):
                self.discard(note)

    def _all_deleted(self, prefix: str) -> bool:
        found = [path for suffix in EVICTED for path in self.folder.glob(f"{prefix}-*{suffix}")]
        for path in found:
            self.discard(path)
        return not any(path.exists() for path in found)

    def _files(self) -> Iterator[tuple[int, int, Path]]:
        """Yield (last use, length, path); files that vanish meanwhile are left out."""
        for path in self.folder.iterdir():
            if path.suffix in (*EVICTED, TEMPORARY):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    yield status.st_mtime_ns, status.st_size, path
