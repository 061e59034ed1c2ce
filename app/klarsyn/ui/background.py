"""Everything that touches disk, database or decoder runs here, never on the UI thread (invariant 10).

One worker takes desk and session calls in the order they are made, one waits for engines; a small pool takes
images. Results come back on the UI thread as queued signals. What belongs to an exam that was left is
dropped.
Closing waits for nothing: the window goes at once, and `ended` says when the last worker is free.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from klarsyn.base.log import get_logger

IMAGE_WORKERS = 2
VOLUMES_AWAITED = 4

CLOSING_TRIES = 4
"""How often what must be kept is tried while closing; each try waits as long as the database does."""


class Scope:
    """The stay with one exam; results that come back after its end are dropped."""

    def __init__(self) -> None:
        """Begin."""
        self.alive = True

    def end(self) -> None:
        """Drop whatever is still under way."""
        self.alive = False


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]
    scope: Scope | None
    what: str
    must_be_kept: bool = False


class _Stale(Exception):
    """Raised instead of work for an exam that was left before a worker came to it."""


class Background(QObject):
    """The workers behind one window."""

    ended = Signal()
    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None, *, refusals: tuple[type[Exception], ...] = ()) -> None:
        """Start no thread yet; the first job does. `refusals` are errors that are no fault to be logged."""
        super().__init__(parent)
        self._no_fault: tuple[type[BaseException], ...] = (_Stale, *refusals)
        self._log = get_logger("ui.background")
        self._serial = ThreadPoolExecutor(1, thread_name_prefix="klarsyn-desk")
        self._images = ThreadPoolExecutor(IMAGE_WORKERS, thread_name_prefix="klarsyn-image")
        self._volumes = ThreadPoolExecutor(VOLUMES_AWAITED, thread_name_prefix="klarsyn-volume")
        self._engines = ThreadPoolExecutor(1, thread_name_prefix="klarsyn-engine")
        self._waiting = 0
        self._closed = False
        self.has_ended = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """True when no job is under way and every result has been delivered."""
        return self._waiting == 0

    def desk(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        *,
        what: str,
        scope: Scope | None = None,
        must_be_kept: bool = False,
    ) -> None:
        """Run desk or session work after all that was asked for before it.

        `done` or `failed` is called on the UI thread. `what` names the work in the log. Work that
        `must_be_kept` is tried again while closing, when nobody is left to be told; twice must do no harm.
        """
        self._submit(self._serial, _Job(work, done, failed, scope, what, must_be_kept))

    def image(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        *,
        what: str,
        scope: Scope | None = None,
        waits: bool = False,
    ) -> None:
        """Run decoding work beside everything else.

        What mostly `waits` for a decoding crew keeps no other from decoding: all volumes of a step at once,
        so that the crew sees all.
        """
        pool = self._volumes if waits else self._images
        self._submit(pool, _Job(work, done, failed, scope, what))

    def engine(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        *,
        what: str,
        scope: Scope,
    ) -> None:
        """Run what waits for an engine, for minutes it may be, beside everything else, one after the other.

        Such work asks again and again whether its scope is alive: else closing would wait for it.
        """
        self._submit(self._engines, _Job(work, done, failed, scope, what))

    def close(self) -> None:
        """Deliver no more, drop images that no worker has begun, and return at once.

        Desk and session work that was asked for before is still done; `ended` comes after it.
        """
        if self._closed:
            return
        self._closed = True
        for pool in (self._images, self._volumes, self._engines):
            pool.shutdown(wait=False, cancel_futures=True)
        self._end_when_idle()

    def _submit(self, pool: ThreadPoolExecutor, job: _Job) -> None:
        if self._closed:
            return
        self._waiting += 1
        pool.submit(self._run, job).add_done_callback(lambda future: self._report(job, future))

    def _run(self, job: _Job) -> Any:
        tries = CLOSING_TRIES
        while True:
            if job.scope is not None and not job.scope.alive:
                raise _Stale
            try:
                return job.work()
            except Exception as error:
                tries -= 1
                if not (self._closed and job.must_be_kept and tries) or isinstance(error, self._no_fault):
                    raise
                self._log.warning("tried again while closing", what=job.what, kind=type(error).__name__)

    def _report(self, job: _Job, future: Future[Any]) -> None:
        # On the worker's thread: here the log may write to its file. Only images are ever cancelled.
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, self._no_fault):
            if self._closed and job.must_be_kept:
                self._log.error("lost while closing", what=job.what, kind=type(error).__name__)
            else:
                self._log.warning("background work failed", what=job.what, kind=type(error).__name__)
        self._finished.emit(job, future)

    @Slot(object, object)
    def _deliver(self, job: _Job, future: Future[Any]) -> None:
        self._waiting -= 1
        if self._closed:
            self._end_when_idle()
            return
        if job.scope is not None and not job.scope.alive:
            return
        error = future.exception()
        if error is None:
            job.done(future.result())
        elif not isinstance(error, _Stale):
            job.failed(error)

    def _end_when_idle(self) -> None:
        if self._waiting or self.has_ended:
            return
        # Every job has reported: this waits for threads that only have to return.
        for pool in (self._images, self._volumes, self._engines):
            pool.shutdown()
        self._serial.shutdown()
        self.has_ended = True
        self.ended.emit()
