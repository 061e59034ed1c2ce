"""Keeping the queue of jobs whole: jobs of dead workers go back, exams without a job get one.

Every worker and every `klarsyn serve` does this; that two do it at once harms nothing.
"""

import time
from datetime import timedelta

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.settings import Settings
from klarsyn.intake.scoring_job import ScoringJobs
from klarsyn.store.store import Store

_log = get_logger(__name__)

_LOOK_EVERY_S = 60.0
_FORGET_AFTER = timedelta(days=7)


class QueueKeeper:
    """Keeps one shared store's queue."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        """Take jobs from workers that are silent for the settings' time."""
        self._store, self._jobs = store, ScoringJobs(store, settings, clock)
        self._silence = timedelta(seconds=settings.worker_silence_s)
        self._looked: float | None = None

    def keep(self) -> None:
        """Give back what has stalled; once a minute also look for exams without a job."""
        jobs = self._store.scoring_jobs
        if taken := jobs.give_back_stalled(self._silence):
            _log.warning("jobs of silent workers given back", jobs=taken)
        now = time.monotonic()
        if self._looked is None or now - self._looked >= _LOOK_EVERY_S:
            if asked := jobs.ask_for_missing(self._jobs.missing()):
                _log.info("exams without a job got one", exams=asked)
            jobs.forget_old(_FORGET_AFTER)
            self._looked = now
