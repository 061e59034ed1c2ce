"""Everything that touches disk, database or decoder runs here, never on the UI thread (invariant 10).

One worker takes desk and session calls in the order they are made; a small pool takes images. Results come
back on the UI thread as queued signals. What belongs to an exam that has been left is dropped.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from klarsyn.base.log import get_logger

IMAGE_WORKERS = 2


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


class _Stale(Exception):
    """Raised instead of work for an exam that was left before a worker came to it."""


class Background(QObject):
    """The workers behind one window."""

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None, *, refusals: tuple[type[Exception], ...] = ()) -> None:
        """Start no thread yet; the first job does. `refusals` are errors that are no fault to be logged."""
        super().__init__(parent)
        self._no_fault: tuple[type[BaseException], ...] = (_Stale, *refusals)
        self._log = get_logger("ui.background")
        self._serial = ThreadPoolExecutor(1, thread_name_prefix="klarsyn-desk")
        self._images = ThreadPoolExecutor(IMAGE_WORKERS, thread_name_prefix="klarsyn-image")
        self._waiting = 0
        self._closed = False
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
    ) -> None:
        """Run desk or session work after all that was asked for before it.

        `done` or `failed` is called on the UI thread. `what` names the work in the log.
        """
        self._submit(self._serial, _Job(work, done, failed, scope, what))

    def image(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        *,
        what: str,
        scope: Scope | None = None,
    ) -> None:
        """Run decoding work beside everything else."""
        self._submit(self._images, _Job(work, done, failed, scope, what))

    def close(self) -> None:
        """Wait for what is running, drop what is queued behind it for images, and deliver no more."""
        self._closed = True
        self._images.shutdown(wait=True, cancel_futures=True)
        self._serial.shutdown(wait=True)

    def _submit(self, pool: ThreadPoolExecutor, job: _Job) -> None:
        def run() -> Any:
            if job.scope is not None and not job.scope.alive:
                raise _Stale
            return job.work()

        if self._closed:
            return
        self._waiting += 1
        pool.submit(run).add_done_callback(lambda future: self._report(job, future))

    def _report(self, job: _Job, future: Future[Any]) -> None:
        # On the worker's thread: here the log may write to its file.
        if future.cancelled():
            return
        error = future.exception()
        if error is not None and not isinstance(error, self._no_fault):
            self._log.warning("background work failed", what=job.what, kind=type(error).__name__)
        self._finished.emit(job, future)

    @Slot(object, object)
    def _deliver(self, job: _Job, future: Future[Any]) -> None:
        self._waiting -= 1
        if self._closed or (job.scope is not None and not job.scope.alive):
            return
        error = future.exception()
        if error is None:
            job.done(future.result())
        elif not isinstance(error, _Stale):
            job.failed(error)
