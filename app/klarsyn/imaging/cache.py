"""The display cache: decoded images as pyramids on disk, ready before the reader asks.

It is only ever a shortcut. With a full disk, a broken file or a limit that is too small, the image is
decoded and kept in memory, and the reader sees it all the same.
"""

import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.imaging.cache_folder import CacheFolder, NoRoom
from klarsyn.imaging.frames import load_index_frame
from klarsyn.imaging.levels import Level, build_levels
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.pyramid_file import BrokenPyramid
from klarsyn.imaging.volume_cache import open_volume
from klarsyn.imaging.volume_file import VolumeFile
from klarsyn.imaging.write_behind import Made, WriteBehind

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
        self._behind = WriteBehind(
            lambda key, made: self._written(key, made).close(), self._files.forget, quiet_s
        )

    @property
    def used_bytes(self) -> int:
        """Size of all files of the cache together."""
        return self._files.used_bytes()

    def get(self, key: str) -> Pyramid | None:
        """Return the pyramid of a key, or None when it is not there. The caller closes it.

        A broken file is removed and counts as not there.
        """
        made = self._behind.get(key)
        if made is not None:
            return Pyramid.in_memory(made.levels, made.facts)
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
        return self._behind.get(key) is not None or self._files.path_of(key).is_file()

    def forget(self, content: str) -> None:
        """Delete everything that was made of one file's pixels: its exam is kept no longer.

        Parameters
        ----------
        content
            The part of the keys before the colon: SHA-256 of the file. What somebody still looks at goes
            when it is closed, at the latest with the next start.
        """
        self._behind.forget(content)
        self._files.forget(content)

    def ensure(
        self,
        key: str,
        path: Path,
        frame: int = 1,
        padding: tuple[int, int] | None = None,
        wait: bool = True,
        describe: Callable[[tuple[Level, ...]], bytes] | None = None,
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
        describe
            Returns the facts to keep with levels that have just been made (`Pyramid.facts`).

        Raises
        ------
        klarsyn.dicom.errors.UnreadableFile
            If the file cannot be decoded. Trouble with the cache's own disk is logged, never raised.
        """
        with self._key_lock(key):
            pyramid = self.get(key)
            if pyramid is not None:
                return pyramid

            def make() -> Made:
                levels = build_levels(load_index_frame(path, frame), padding)
                return Made(levels, describe(levels) if describe is not None else b"")

            if wait:
                return self._written(key, make())
            with self._behind.somebody_waiting():
                made = make()
                self._behind.add(key, made)
            return Pyramid.in_memory(made.levels, made.facts)

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
        self._behind.finish()

    def _key_lock(self, key: str) -> threading.Lock:
        """One lock for each key in use: two views of one image decode it once."""
        with self._guard:
            lock = self._key_locks.get(key)
            if lock is None:
                lock = threading.Lock()
                self._key_locks[key] = lock
            return lock

    def _written(self, key: str, made: Made) -> Pyramid:
        """Write and map; whatever goes wrong on the way, the levels are in memory."""
        try:
            return Pyramid.open(self._files.write(key, made.levels, made.facts))
        except (NoRoom, OSError) as error:
            _log.warning("display cache not written; the image stays in memory", problem=_why(error))
        except BrokenPyramid as error:
            _log.error("display cache file is broken right after writing; check the disk", problem=str(error))
        return Pyramid.in_memory(made.levels, made.facts)


def _why(error: Exception) -> str:
    """Return the reason without the path: folders may be named after people."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
