"""`klarsyn work`: takes jobs from a shared database, one at a time, until it is asked to stop.

Asked once, it finishes the exam under way. Killed, it leaves nothing behind that another worker would trip
over: its hold on the exam ends with its connection, and its job goes to another when its signs of life stop.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

from procrastinate.worker import Worker

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.retrying import Retrying
from klarsyn.base.settings import Settings
from klarsyn.base.stopping import stopping_on_signals
from klarsyn.intake.queue_keeping import QueueKeeper
from klarsyn.intake.scoring_job import ScoringJobs
from klarsyn.store.job_app import LOST, job_app
from klarsyn.store.scoring_jobs import ACTIVE, QUEUE, SHADOW
from klarsyn.store.store import Store

_log = get_logger(__name__)

AWAY = (
    "The shared database cannot be reached. Nothing is lost: readers go on, exams whose time is up wait for "
    "two of them, and this worker tries again by itself."
)


class ScoringWorker:
    """One worker over one shared store."""

    def __init__(
        self, store: Store, settings: Settings, clock: Clock, tell: Callable[[str], None] = print
    ) -> None:
        """Use the engines of this machine; `tell` gets sentences for whoever looks."""
        self._store, self._settings, self._tell = store, settings, tell
        self._jobs, self._keeper = ScoringJobs(store, settings, clock), QueueKeeper(store, settings, clock)
        self._stop: Callable[[], None] = lambda: None
        # Its lines would name tasks twice and print tracebacks of a lost connection.
        own = logging.getLogger("procrastinate")
        own.propagate = False
        own.handlers[:] = [logging.NullHandler()]

    def run(self, *, wait: bool = True) -> None:
        """Work until asked to stop; without `wait`, until there is nothing left to do."""
        with stopping_on_signals(lambda: self._stop()) as asked:
            retrying = Retrying(asked)
            while not asked.is_set():
                try:
                    asyncio.run(self._work(asked, retrying, wait=wait))
                except LOST as error:
                    _log.warning("database away", error=type(error).__name__)
                    self._tell(AWAY)
                else:
                    if not wait:
                        return
                if not asked.is_set():
                    # Also after a worker that has ended by itself: it had lost its connection.
                    retrying.wait()
        self._tell("Stopped. The exam under way was finished.")

    async def _work(self, asked: threading.Event, retrying: Retrying, *, wait: bool) -> None:
        # A server that is away is told at once here; a pool of connections waits for it.
        await asyncio.to_thread(self._store.scoring_jobs.state)
        app = job_app(self._store.database)
        app.task(name=ACTIVE, queue=QUEUE)(self._jobs.score)
        app.task(name=SHADOW, queue=QUEUE)(self._jobs.score_in_shadow)
        silence = self._settings.worker_silence_s
        async with app.open_async():
            retrying.succeeded()
            worker = Worker(
                app,
                queues=[QUEUE],
                wait=wait,
                concurrency=1,
                fetch_job_polling_interval=min(5.0, silence / 2),
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=silence / 3,
                stalled_worker_timeout=silence,
            )
            loop = asyncio.get_running_loop()

            def _stop() -> None:
                loop.call_soon_threadsafe(worker.stop)

            self._stop = _stop
            if asked.is_set():
                return
            keeping = asyncio.create_task(self._keep(silence / 2))
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            finally:
                self._stop = lambda: None
                keeping.cancel()
                with contextlib.suppress(asyncio.CancelledError, *LOST):
                    await keeping

    async def _keep(self, every_s: float) -> None:
        while True:
            with contextlib.suppress(*LOST):
                await asyncio.to_thread(self._keeper.keep)
            await asyncio.sleep(every_s)
