"""`klarsyn score`: every exam that needs it goes through the engine, one by one.

Whatever happens to the engine, the exam keeps its place: a failure is a row that says why there is no
score (invariant 1). A scoring that is killed leaves no row, so the next run takes the exam again.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.only_one import only_one
from klarsyn.base.paths import Folders
from klarsyn.base.settings import Settings
from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.engine.contract import Manifest
from klarsyn.engine.failure import EngineFailure
from klarsyn.engine.sweep import sweep
from klarsyn.intake.calibration_samples import Collector
from klarsyn.intake.calibrations import CalibrationError, factory_calibration
from klarsyn.intake.contracts import Meter
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.exam_run import ExamRunner
from klarsyn.store.engines import ShadowResult
from klarsyn.store.store import Store

_log = get_logger(__name__)


@dataclass(slots=True)
class ScoringSummary:
    """What a scoring run did."""

    scored: int = 0
    failed: int = 0
    shadow_scored: int = 0
    shadow_failed: int = 0
    notes: list[str] = field(default_factory=list)

    def count(self, result: AiResult, *, shadow: bool) -> None:
        """Count one result."""
        if shadow:
            self.shadow_scored += result.raw is not None
            self.shadow_failed += result.raw is None
        else:
            self.scored += result.is_scored
            self.failed += not result.is_scored

    def __str__(self) -> str:
        """A line for the terminal, and one for each note."""
        text = f"{self.scored} exams scored"
        if self.failed:
            text += f", {self.failed} not scored (they stay in the queue and are read by two)"
        if self.shadow_scored or self.shadow_failed:
            text += f"; in the shadow {self.shadow_scored} runs, {self.shadow_failed} without a result"
        return "\n".join([text, *self.notes])


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
        self._runner = ExamRunner(store, settings, clock, self.engines, calibration_of)
        self._calibration_of = calibration_of
        self._collector = Collector(store, clock, self._has_factory)

    def pending(self, *, retry: bool = False, again: bool = False) -> list[Exam]:
        """Return reading tasks without a result for their present images.

        With `retry` failed ones too; with `again` those whose result another engine or version has made.
        """
        tasks = [e for e in self._store.exams.many() if e.reading_task]
        return self._pending(tasks, self._store.results.latest(), self.engines.active, retry, again)

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
            meter = Meter(self._settings.data_folder)
            todo = self._todo(retry, again, summary)
            for done, (exam, name, shadow) in enumerate(todo):
                started = self._clock.now()
                part = partial(_part, progress, done, len(todo))
                result = self.score(exam, part, engine=name)
                run = meter.run(name, self._manifest(name), started, shadow=shadow)
                observation = self._collector.observed(exam, result)
                if shadow:
                    self._store.shadow_results.add(ShadowResult(name, result, result.raw), run, observation)
                else:
                    self._store.results.add(result, run, observation)
                self._collector.settle(observation)
                summary.count(result, shadow=shadow)
                progress(done + 1, len(todo))
            summary.notes += meter.notes(self._store.ledger)
            return summary

    def _todo(self, retry: bool, again: bool, summary: ScoringSummary) -> list[tuple[Exam, str, bool]]:
        """Return (exam, engine, in the shadow); shadows come when nothing of the queue waits any more."""
        active = self.engines.active
        todo = [(exam, active, False) for exam in self.pending(retry=retry, again=again)]
        tasks = [e for e in self._store.exams.many() if e.reading_task] if self.engines.shadows else []
        for name in self.engines.shadows:
            since = self.engines.choices[name].chosen_at
            seen = tasks if again else [exam for exam in tasks if exam.arrived_at >= since]
            latest = self._store.shadow_results.latest(name)
            todo += [(exam, name, True) for exam in self._pending(seen, latest, name, retry, again)]
        for name in sorted({name for _, name, _ in todo}):
            with contextlib.suppress(EngineFailure):
                if changed := self.engines.change_since_choice(name):
                    _log.warning("An engine has changed since it was chosen.", engine=name)
                    summary.notes.append(f"{changed}. Its results say so; `klarsyn engine list` shows it.")
        return todo

    def _pending(
        self, exams: list[Exam], latest: Mapping[str, AiResult], name: str, retry: bool, again: bool
    ) -> list[Exam]:
        made_by = self._manifest(name) if again else None
        return [exam for exam in exams if _needs(exam, latest.get(exam.exam_id), retry, made_by)]

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
            manifest = self._manifest(name)
            if manifest is not None and manifest.name == engine:
                with contextlib.suppress(CalibrationError):
                    return bool(self._calibration_of(name, model_sha256))
        return False

    def _manifest(self, name: str) -> Manifest | None:
        try:
            return self.engines.declared(name)
        except EngineFailure:
            return None


def _part(progress: Callable[[float, int], None], done: int, total: int, fraction: float) -> None:
    progress(done + fraction, total)


def _needs(exam: Exam, latest: AiResult | None, retry: bool, made_by: Manifest | None) -> bool:
    if latest is None:
        return True
    if {i.sop_instance_uid for i in exam.images} != set(latest.considered):
        # Images came after the result: it speaks of another exam than the reader will see.
        return True
    if made_by is not None and not _is_of(latest, made_by):
        return True
    return retry and latest.status in (ResultStatus.FAILED, ResultStatus.PARTIAL)


def _is_of(result: AiResult, manifest: Manifest) -> bool:
    made = result.provenance
    return (made.engine, made.version, made.model_sha256) == (
        manifest.name, manifest.version, manifest.model_sha256,
    )  # fmt: skip
