"""`klarsyn score`: every exam that needs it goes through the engine, one by one.

Whatever happens to the engine, the exam keeps its place: a failure is a row that says why there is no
score (invariant 1). A scoring that is killed leaves no row, so the next run takes the exam again.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.only_one import only_one
from klarsyn.base.paths import Folders
from klarsyn.base.settings import Settings
from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.engine.failure import EngineFailure
from klarsyn.engine.sweep import sweep
from klarsyn.intake.calibration_samples import Collector
from klarsyn.intake.calibrations import CalibrationError, factory_calibration
from klarsyn.intake.contracts import Meter
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.exam_run import ExamRunner
from klarsyn.intake.report_linking import ReportLinker
from klarsyn.intake.scoring_summary import ScoringSummary
from klarsyn.intake.scoring_work import ScoringWork, Task
from klarsyn.intake.vendor_rules import SITE_FOLDER, load_vendor_rules
from klarsyn.store.engines import ShadowResult
from klarsyn.store.store import Store

_log = get_logger(__name__)


class Scorer:
    """Scores exams of one installation: with the active engine, and then with those in its shadow."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        calibration_of: Callable[[str, str], Calibration] = factory_calibration,
    ) -> None:
        """Use the settings' deadline and memory limit; `calibration_of` (engine, model's SHA-256)."""
        self._store, self._settings, self._clock = store, settings, clock
        self._folders: Folders = settings.folders
        self.engines = EngineSet(store, settings)
        self._work = ScoringWork(
            store,
            self.engines,
            calibration_of,
            spare_reported=settings.engine_runs == "where_no_report",
            sources=settings.result_sources,
        )
        site_rules = settings.data_folder / SITE_FOLDER
        self._linker = ReportLinker(store, partial(load_vendor_rules, site_rules), clock)
        self._runner = ExamRunner(store, settings, clock, self.engines, calibration_of)
        self._calibration_of = calibration_of
        self._collector = Collector(store, clock, self._has_factory)

    def pending(self, *, retry: bool = False, again: bool = False) -> list[Exam]:
        """Return what waits for the active engine (`ScoringWork.active`)."""
        return self._work.active(retry=retry, again=again)

    def run(
        self,
        *,
        retry: bool = False,
        again: bool = False,
        progress: Callable[[float, int], None] = lambda done, total: None,
    ) -> ScoringSummary:
        """Score what is pending; `progress` gets (exams done, with fractions; total).

        Raises
        ------
        AlreadyRunning
            If another process scores in the same data folder.
        """
        with only_one(self._folders.root / "score.lock", "scoring"):
            sweep(self._folders.engine_work)
            self.engines.ask_again()
            summary = ScoringSummary()
            # A maker's rules may have changed since the import.
            self._linker.run()
            meter = Meter(self._settings.data_folder)
            there = self._store.exams.counts()
            todo, done = self._first(retry, again), 0
            summary.notes += self._changes(todo)
            while todo:
                if todo[0][2] and (now := self._store.exams.counts()) != there:
                    # What arrived meanwhile is waited for; a shadow is not.
                    there = now
                    todo.extendleft(reversed(self._for_queue()))
                    continue
                exam, name, shadow = todo.popleft()
                total = done + 1 + len(todo)
                part = partial(_part, progress, done, total)
                result = self.score_and_keep((exam, name, shadow), meter, part)
                summary.count(result, shadow=shadow)
                done += 1
                progress(done, total)
            summary.notes += self._why_nothing_is_scored(summary.last_failure)
            summary.notes += meter.notes(self._store.ledger)
            return summary

    def score_and_keep(
        self,
        task: Task,
        meter: Meter,
        progress: Callable[[float], None] = lambda part: None,
        before_keeping: Callable[[], object] = lambda: None,
    ) -> AiResult:
        """Score one exam and store the result, its run and what it tells its calibration, all or nothing.

        Where `before_keeping` raises, nothing is stored.
        """
        exam, name, shadow = task
        self.engines.forget_passing_trouble()
        started = self._clock.now()
        result = self.score(exam, progress, engine=name)
        run = meter.run(name, self._work.manifest(name), started, shadow=shadow)
        observation = self._collector.observed(exam, result)
        before_keeping()
        if shadow:
            self._store.shadow_results.add(ShadowResult(name, result, result.raw), run, observation)
        else:
            self._store.results.add(result, run, observation)
        self._collector.settle(observation)
        return result

    def waiting(self, exam_ids: Sequence[str], *, shadow: bool = False) -> list[Task]:
        """Return what waits of these exams: for the active engine, or for those in its shadow."""
        if shadow:
            return self._work.shadows(exam_ids=exam_ids)
        return [(exam, self.engines.active, False) for exam in self._work.active(exam_ids=exam_ids)]

    def _first(self, retry: bool, again: bool) -> deque[Task]:
        """Return what waits; shadows come when nothing of the queue does any more."""
        return deque(self._for_queue(retry, again) + self._work.shadows(retry=retry, again=again))

    def _for_queue(self, retry: bool = False, again: bool = False) -> list[Task]:
        active = self.engines.active
        return [(exam, active, False) for exam in self._work.active(retry=retry, again=again)]

    def _changes(self, todo: Iterable[Task]) -> list[str]:
        """Say which engines have changed since they were chosen."""
        notes = []
        for name in sorted({name for _, name, _ in todo}):
            with contextlib.suppress(EngineFailure):
                if changed := self.engines.change_since_choice(name):
                    _log.warning("An engine has changed since it was chosen.", engine=name)
                    notes.append(f"{changed}. Its results say so; `klarsyn engine list` shows it.")
        return notes

    def _why_nothing_is_scored(self, reason: str) -> list[str]:
        """Say what is wrong with the engine that orders the queue, or why the last exam was not scored."""
        try:
            self.engines.declared(self.engines.active)
        except EngineFailure as failure:
            return [
                f"The engine {self.engines.active} orders the queue and cannot be used: {failure.sentence}"
            ]
        return [f"Why the last of them was not scored: {reason}"] if reason else []

    def score(
        self, exam: Exam, progress: Callable[[float], None] = lambda part: None, *, engine: str | None = None
    ) -> AiResult:
        """Return an engine's result of one exam, the active one's when none is named; nothing is stored.

        A failure is a result too.
        """
        return self._runner.run(exam, self.engines.active if engine is None else engine, progress)

    def _has_factory(self, engine: str, model_sha256: str) -> bool:
        """Say whether the maker calibrates an engine, given by the name in its manifest."""
        for name in (self.engines.active, *self.engines.shadows):
            manifest = self._work.manifest(name)
            if manifest is not None and manifest.name == engine:
                with contextlib.suppress(CalibrationError):
                    return bool(self._calibration_of(name, model_sha256))
        return False


def _part(progress: Callable[[float, int], None], done: int, total: int, fraction: float) -> None:
    progress(done + fraction, total)
