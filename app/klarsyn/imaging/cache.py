"""The display cache: decoded images as pyramids on disk, ready before the reader asks.

It is only ever a shortcut. With a full disk, a broken file or a limit that is too small, the image is
decoded and kept in memory, and the reader sees it all the same.
"""

import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.imaging.cache_folder import CacheFolder, NoRoom, content_of
from klarsyn.imaging.frames import load_index_frame
from klarsyn.imaging.pyramid import BrokenPyramid, Level, Pyramid, build_levels
from klarsyn.imaging.volume_cache import open_volume
from klarsyn.imaging.volume_file import VolumeFile

_log = get_logger("imaging.cache")


class DisplayCache:
    """Pyramids by key, bounded in bytes, for several threads and processes at once.

    Parameters
    ----------
    folder
        Where pyramids are kept; leftovers of killed writers are swept on start.
    limit_bytes
        Upper bound of the folder.
    quiet_s
        Seconds without anybody waiting for an image before files are written behind.
    """

    def __init__(self, folder: Path, limit_bytes: int, quiet_s: float = 0.5) -> None:
        self._files = CacheFolder(folder, limit_bytes)
        self._guard = threading.Lock()
        self._key_locks: weakref.WeakValueDictionary[str, threading.Lock] = weakref.WeakValueDictionary()
        self._being_written: dict[str, tuple[Level, ...]] = {}
        self._writer: ThreadPoolExecutor | None = None
        self._quiet_s = quiet_s
        self._waited_for = 0
        self._closing = False
        self._changed = threading.Condition(self._guard)

    @property
    def used_bytes(self) -> int:
        """Size of all files of the cache together."""
        return self._files.used_bytes()

    def get(self, key: str) -> Pyramid | None:
        """Return the pyramid of a key, or None when it is not there. The caller closes it.

        A broken file is removed and counts as not there.
        """
        with self._guard:
            levels = self._being_written.get(key)
        if levels is not None:
            return Pyramid.in_memory(levels)
        path = self._files.path_of(key)
        try:
            pyramid = Pyramid.open(path)
        except FileNotFoundError:
            return None
        except BrokenPyramid as error:
            _log.warning("broken cache file removed; the image is decoded again", problem=str(error))
            self._files.discard(path)
            return None
        except OSError as error:
            _log.warning("cache file cannot be opened; the image is decoded again", problem=_why(error))
            return None
        self._files.touch(path)
        return pyramid

    def has(self, key: str) -> bool:
        """Return whether `get` would probably find it; costs nothing, and promises nothing."""
        with self._guard:
            if key in self._being_written:
                return True
        return self._files.path_of(key).is_file()

    def forget(self, content: str) -> None:
        """Delete everything that was made of one file's pixels: its exam is kept no longer.

        Parameters
        ----------
        content
            The part of the keys before the colon: SHA-256 of the file. What somebody still looks at goes
            when it is closed, at the latest with the next start.
        """
        with self._guard:
            for key in [key for key in self._being_written if content_of(key) == content]:
                # The writer looks here before it puts a file in place.
                del self._being_written[key]
        self._files.forget(content)

    def ensure(
        self,
        key: str,
        path: Path,
        frame: int = 1,
        padding: tuple[int, int] | None = None,
        wait: bool = True,
    ) -> Pyramid:
        """Return the pyramid of a key, made from the DICOM file when it is not there. The caller closes it.

        Parameters
        ----------
        key
            Names the content: SHA-256 of the file, a colon, and the frame number.
        path, frame
            Where to decode it from.
        padding
            `grayscale.index_padding` of the image, so that padding is not averaged with tissue.
        wait
            False returns as soon as the image is decoded, from memory, and writes the file behind the
            reader's back: for an image that somebody waits for.

        Raises
        ------
        klarsyn.dicom.errors.UnreadableFile
            If the file cannot be decoded. Trouble with the cache's own disk is logged, never raised.
        """
        with self._key_lock(key):
            pyramid = self.get(key)
            if pyramid is not None:
                return pyramid
            if wait:
                return self._written(key, build_levels(load_index_frame(path, frame), padding))
            with self._somebody_waiting():
                levels = build_levels(load_index_frame(path, frame), padding)
                self._write_behind(key, levels)
            return Pyramid.in_memory(levels)

    def volume(self, key: str, shape: tuple[int, int], slots: int) -> VolumeFile | None:
        """Open the volume file of a key, with what is in it already; None where the disk has no room.

        Parameters
        ----------
        key
            Names the content: SHA-256 of the DICOM file, a colon, and "volume".
        shape, slots
            (rows, columns) of its frames, and how many it has.
        """
        return open_volume(self._files, key, shape, slots)

    def close(self) -> None:
        """Write what is left to be written behind, at once, and wait for it. The cache may be used again."""
        with self._guard:
            writer, self._writer = self._writer, None
            self._closing = True
            self._changed.notify_all()
        if writer is not None:
            writer.shutdown(wait=True)
        with self._guard:
            self._closing = False

    def _key_lock(self, key: str) -> threading.Lock:
        """One lock for each key in use: two views of one image decode it once."""
        with self._guard:
            lock = self._key_locks.get(key)
            if lock is None:
                lock = threading.Lock()
                self._key_locks[key] = lock
            return lock

    def _written(self, key: str, levels: tuple[Level, ...]) -> Pyramid:
        """Write and map; whatever goes wrong on the way, the levels are in memory."""
        try:
            return Pyramid.open(self._files.write(key, levels))
        except (NoRoom, OSError) as error:
            _log.warning("display cache not written; the image stays in memory", problem=_why(error))
        except BrokenPyramid as error:
            _log.error("display cache file is broken right after writing; check the disk", problem=str(error))
        return Pyramid.in_memory(levels)

    def _write_behind(self, key: str, levels: tuple[Level, ...]) -> None:
        with self._guard:
            self._being_written[key] = levels
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, thread_name_prefix="display-cache")
            self._writer.submit(self._write_and_forget, key, levels)

    @contextmanager
    def _somebody_waiting(self) -> Iterator[None]:
        """Hold back what is written behind: it would take disk and cores from a reader who waits."""
        with self._guard:
            self._waited_for += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._guard:
                self._waited_for -= 1
                self._changed.notify_all()

    def _wait_for_quiet(self) -> None:
        """Return when nobody has waited for an image for a while, so that painting is over as well."""
        with self._guard:
            while not self._closing:
                if self._waited_for:
                    self._changed.wait()
                elif not self._changed.wait(self._quiet_s):
                    return

    def _write_and_forget(self, key: str, levels: tuple[Level, ...]) -> None:
        self._wait_for_quiet()
        try:
            with self._guard:
                wanted = key in self._being_written
            if wanted:
                self._written(key, levels).close()
            with self._guard:
                forgotten = key not in self._being_written
            if forgotten:
                self._files.forget(content_of(key))
        finally:
            with self._guard:
                self._being_written.pop(key, None)


def _why(error: Exception) -> str:
    """Return the reason without the path: folders may be named after people."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
