"""Processes that decode beside the window's own, and take neither its lock nor, when niced, its core.

A file can bring down the process that decodes it (decoders are native code). Then the process is started
again for the next file, and the one that did it is not tried again by itself.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

import cv2

from klarsyn.base.log import get_logger
from klarsyn.base.orphans import end_with_parent

_log = get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class DecoderProcesses:
    """A few processes of one kind. Any thread may call it.

    Parameters
    ----------
    count
        Processes; each takes some 80 MB when it has decoded its first frame.
    niceness
        Added to their niceness: 10 lets whoever waits for something go first. Without effect on Windows.
    """

    def __init__(self, count: int, niceness: int = 0) -> None:
        self._count, self._niceness = count, niceness
        self._guard = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    def warm_up(self) -> None:
        """Start them now, so that the first file does not wait for it."""
        for _ in range(self._count):
            self.submit(os.getpid)

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run a function of a module in one of them.

        The future ends in `BrokenProcessPool` when the process died of it, and is cancelled after `close`.
        """
        with self._guard:
            try:
                return self._running().submit(work, *args, **kwargs)
            except BrokenProcessPool:
                # It broke while nobody looked; this file is not to blame.
                self._pool = None
                return self._running().submit(work, *args, **kwargs)
            except RuntimeError:
                gone: Future[R] = Future()
                gone.cancel()
                return gone

    def forget_broken(self) -> None:
        """Let the next file start new processes, after a future has ended in `BrokenProcessPool`."""
        with self._guard:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        _log.warning("a decoding process died; it is started again")

    def close(self) -> None:
        """Begin nothing more, and do not wait for what is under way."""
        with self._guard:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _running(self) -> ProcessPoolExecutor:
        if self._closed:
            raise RuntimeError("The decoding processes have been closed.")
        if self._pool is None:
            # Spawned, not forked: a fork would copy the window's connections and their locks.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context, _start, (self._niceness,))
        return self._pool


def _start(niceness: int) -> None:
    end_with_parent()
    cv2.setNumThreads(1)
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
