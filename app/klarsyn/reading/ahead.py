"""Decoding what will be opened next, in a process of its own, so that "next" finds it in the display cache.

One list of wishes, in the order in which they will be needed. A new list replaces the old one, and while
somebody waits for an image nothing new is begun: what is in the foreground overtakes.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
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
        self._busy = ""
        self._gone: set[str] = set()
        self._closed = False
        self._thread: threading.Thread | None = None

    def want(self, images: Iterable[StoredImage]) -> None:
        """Decode these in this order, and nothing that was wanted before; what is begun is finished."""
        with self._changed:
            self._wanted = deque(images)
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
        gone = {stored.sha256 for stored in images}
        with self._changed:
            self._wanted = deque(s for s in self._wanted if s.sha256 not in gone)
            # The other process will write what it has begun: that is deleted when it is done.
            self._gone |= gone & {self._busy}
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
        while (stored := self._next()) is not None:
            key = cache_key(stored)
            try:
                if key not in self._hopeless and not self._here.has(key):
                    self._decode(stored, key)
            finally:
                self._drop_if_gone(stored.sha256)
                with self._changed:
                    self._busy = ""
                    self._changed.notify_all()

    def _drop_if_gone(self, sha256: str) -> None:
        with self._changed:
            gone = sha256 in self._gone
            self._gone.discard(sha256)
        if gone:
            self._here.forget(sha256)

    def _next(self) -> StoredImage | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._wanted and not self._foreground))
            if self._closed:
                return None
            stored = self._wanted.popleft()
            self._busy = stored.sha256
            return stored

    def _decode(self, stored: StoredImage, key: str) -> None:
        future = self._processes.submit(
            decode_into_cache, self._folder, self._limit_bytes, key, stored.path, stored.image.middle_frame
        )
        wait([future])
        error = None if future.cancelled() else future.exception()
        if isinstance(error, BrokenProcessPool):
            self._processes.forget_broken()
        if future.cancelled():
            return  # closed
        trouble = type(error).__name__ if error is not None else future.result()
        if trouble:
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
