"""One job of a scoring worker: an exam that may need an engine, held against other workers meanwhile."""

from datetime import timedelta

from klarsyn.base.clock import Clock
from klarsyn.base.settings import Settings
from klarsyn.domain.finding import ResultStatus
from klarsyn.intake.contracts import Meter
from klarsyn.intake.scorer import Scorer
from klarsyn.store.scoring_jobs import ACTIVE, SHADOW
from klarsyn.store.store import Store

_HELD = timedelta(seconds=30)
"""After which an exam is looked at again that another worker holds."""


class ScoringJobs:
    """Does jobs, one after the other."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        """Work on a shared `store` with the engines of this machine."""
        self._store, self._settings = store, settings
        self._scorer, self._meter = Scorer(store, settings, clock), Meter(settings.data_folder)

    def score(self, exam_id: str) -> None:
        """Let the active engine look at an exam, if it needs that and no image has come for a while."""
        quiet = timedelta(seconds=self._settings.scoring_quiet_s)
        since = self._store.scoring_jobs.quiet_since(exam_id)
        # An image from the future has come from a machine whose clock is wrong, and is no reason to wait.
        if timedelta(0) <= since < quiet:
            self._store.scoring_jobs.ask(exam_id, wait=quiet - since)
            return
        if self._done(exam_id, shadow=False) and self._scorer.engines.shadows:
            self._store.scoring_jobs.ask(exam_id, task=SHADOW)

    def score_in_shadow(self, exam_id: str) -> None:
        """Let the engines in the shadow look at an exam."""
        self._done(exam_id, shadow=True)

    def missing(self) -> list[str]:
        """Return exams that need the active engine: each should have a job."""
        unscored = self._store.scoring_jobs.unscored()
        return [exam.exam_id for exam, _, _ in self._scorer.waiting(unscored)] if unscored else []

    def _done(self, exam_id: str, *, shadow: bool) -> bool:
        """Score what the exam needs; False when another worker holds it."""
        with self._store.scoring_jobs.alone_with(exam_id) as still_held:
            if still_held is None:
                again = SHADOW if shadow else ACTIVE
                self._store.scoring_jobs.ask(exam_id, task=again, wait=_HELD)
                return False
            for task in self._scorer.waiting([exam_id], shadow=shadow):
                result = self._scorer.score_and_keep(task, self._meter, before_keeping=still_held)
                if result.status is ResultStatus.FAILED:
                    # An engine that was mended or replaced since is seen with the next exam.
                    self._scorer.engines.ask_again()
        return True
