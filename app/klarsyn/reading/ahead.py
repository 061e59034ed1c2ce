"""Decoding what will be opened next, in a process of its own, so that "next" finds it in the display cache.

One list of wishes, in the order in which they will be needed. A new list replaces the old one, and while
somebody waits for an image nothing new is begun: what is in the foreground overtakes. Of a tomosynthesis a
few slices are decoded at a time, those that are shown first before the rest of any.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.images import StoredImage, cache_key
from klarsyn.reading.ready_images import ready_image
from klarsyn.reading.volumes_ahead import Filled, fill_volume

_log = get_logger(__name__)

NICENESS = 10


class ReadAhead:
    """Fills the display cache behind the reader's back. Any thread may call it; nothing here waits.

    Parameters
    ----------
    here
        The cache of this process, to see what is there already.
    folder, limit_bytes
        The same cache, as the other process opens it.
    """

    def __init__(
        self,
        here: DisplayCache,
        folder: Path,
        limit_bytes: int,
        processes: DecoderProcesses | None = None,
    ) -> None:
        self._here, self._folder, self._limit_bytes = here, folder, limit_bytes
        self._processes = processes or DecoderProcesses(1, NICENESS)
        self._changed = threading.Condition()
        self._wanted: deque[StoredImage] = deque()
        self._hopeless: set[str] = set()
        self._foreground = 0
        self._busy: frozenset[str] = frozenset()
        self._wishes = 0
        self._gone: set[str] = set()
        self._closed = False
        self._thread: threading.Thread | None = None

    def want(self, images: Iterable[StoredImage]) -> None:
        """Decode these in this order, and nothing that was wanted before; what is begun is finished."""
        with self._changed:
            self._wanted = deque(images)
            self._wishes += 1
            if self._thread is None and self._wanted and not self._closed:
                self._thread = threading.Thread(target=self._work, name="klarsyn-ahead", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @contextmanager
    def overtaken(self) -> Iterator[None]:
        """Begin nothing during the block, in which an image is loaded that somebody waits for."""
        with self._changed:
            self._foreground += 1
        try:
            yield
        finally:
            with self._changed:
                self._foreground -= 1
                self._changed.notify_all()

    def forget(self, images: Iterable[StoredImage]) -> None:
        """Delete what was decoded of images that are kept no longer, and do not decode them again."""
        gone = {content for stored in images for content in stored.contents}
        with self._changed:
            self._wanted = deque(s for s in self._wanted if not s.contents & gone)
            # The other process will write what it has begun: that is deleted when it is done.
            self._gone |= gone & self._busy
        for sha256 in gone:
            self._here.forget(sha256)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Return True when all is decoded; for tests and for closing in good order."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._wanted and not self._busy, timeout_s)

    def close(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._closed = True
            self._wanted.clear()
            self._changed.notify_all()
        self._processes.close()

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            stored, wishes = wish
            left = False
            try:
                left = self._fulfil(stored)
            finally:
                gone = self._drop_if_gone(stored.contents)
                with self._changed:
                    if left and not gone and wishes == self._wishes and not self._closed:
                        # Last again: each volume has its first slices before any has its last.
                        self._wanted.append(stored)
                    self._busy = frozenset()
                    self._changed.notify_all()

    def _fulfil(self, stored: StoredImage) -> bool:
        """Do one piece of work; returns whether more of the same is left."""
        key = cache_key(stored)
        if key in self._hopeless:
            return False
        if stored.volume is not None:
            filled = self._run(key, fill_volume, stored.volume.volume, stored.volume.files)
            if not isinstance(filled, Filled):
                return False
            if filled.trouble and not filled.left:
                # One slice may be damaged: the others are there by now.
                self._give_up(key, filled.trouble)
            return filled.left > 0
        if not self._here.has(key):
            trouble = self._run(key, decode_into_cache, key, stored.path, stored.image.middle_frame)
            if isinstance(trouble, str) and trouble:
                self._give_up(key, trouble)
        return False

    def _drop_if_gone(self, contents: frozenset[str]) -> bool:
        with self._changed:
            gone = contents & self._gone
            self._gone -= contents
        for sha256 in gone:
            self._here.forget(sha256)
        return bool(gone)

    def _next(self) -> tuple[StoredImage, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._wanted and not self._foreground))
            if self._closed:
                return None
            stored = self._wanted.popleft()
            self._busy = stored.contents
            return stored, self._wishes

    def _run(self, key: str, work: Callable[..., object], *of: object) -> object:
        """Return what the other process says of its work; None when it was not done."""
        future = self._processes.submit(work, self._folder, self._limit_bytes, *of)
        wait([future])
        error = None if future.cancelled() else future.exception()
        if isinstance(error, BrokenProcessPool):
            self._processes.forget_broken()
        if future.cancelled():
            return None  # closed
        if error is not None:
            self._give_up(key, type(error).__name__)
            return None
        return future.result()

    def _give_up(self, key: str, trouble: str) -> None:
        # The reader is told when the image is opened, and by then it may be another file.
        self._hopeless.add(key)
        _log.warning("image could not be decoded ahead", problem=trouble)


def decode_into_cache(folder: Path, limit_bytes: int, key: str, path: Path, frame: int) -> str:
    """Be the work of the other process: make one cache entry, and return what went wrong, if anything."""
    try:
        ready_image(_cache(folder, limit_bytes), key, path, frame, wait=True)[0].close()
    except (UnreadableFile, OSError) as error:
        return type(error).__name__
    return ""


@cache
def _cache(folder: Path, limit_bytes: int) -> DisplayCache:
    return DisplayCache(folder, limit_bytes)
