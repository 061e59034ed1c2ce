"""`klarsyn score`: every exam that needs it goes through the engine, one by one.

Whatever happens to the engine, the exam keeps its place: a failure is a row that says why there is no
score (invariant 1). A scoring that is killed leaves no row, so the next run takes the exam again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.only_one import only_one
from klarsyn.base.paths import Folders
from klarsyn.base.settings import Settings
from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.engine.asking import manifest_of
from klarsyn.engine.contract import Manifest
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.sealed import run_sealed
from klarsyn.engine.sweep import sweep
from klarsyn.intake.calibrations import CalibrationError, factory_calibration
from klarsyn.intake.engine_input import engine_input, usable_images, why_none_usable
from klarsyn.intake.engine_volumes import usable_volumes
from klarsyn.intake.linking import failed_result, linked_result
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store

_log = get_logger(__name__)


@dataclass(slots=True)
class ScoringSummary:
    """What a scoring run did."""

    scored: int = 0
    failed: int = 0

    def __str__(self) -> str:
        """One line for the terminal."""
        text = f"{self.scored} exams scored"
        if self.failed:
            text += f", {self.failed} not scored (they stay in the queue and are read by two)"
        return text


class Scorer:
    """Scores exams of one installation with the engine that the settings name."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        calibration_of: Callable[[str, str], Calibration] = factory_calibration,
    ) -> None:
        """Use the settings' engine, deadline and memory limit; `calibration_of` (engine, model's SHA-256)."""
        self._calibration_of = calibration_of
        self._store, self._settings, self._clock = store, settings, clock
        self._folders: Folders = settings.folders
        self._images = ImageFolder(self._folders.images)
        self._manifests: dict[str, Manifest] = {}

    def pending(self, *, retry: bool = False) -> list[Exam]:
        """Return reading tasks without a result for their present images; with `retry`, failed ones too."""
        latest = self._store.results.latest()
        return [
            e for e in self._store.exams.many() if e.reading_task and _needs(e, latest.get(e.exam_id), retry)
        ]

    def run(
        self, *, retry: bool = False, progress: Callable[[float, int], None] = lambda done, total: None
    ) -> ScoringSummary:
        """Score what is pending; `progress` gets (exams done, with fractions; total).

        Raises
        ------
        AlreadyRunning
            If another process scores in the same data folder.
        """
        with only_one(self._folders.root / "score.lock", "scoring"):
            sweep(self._folders.engine_work)
            summary = ScoringSummary()
            pending = self.pending(retry=retry)
            for done, exam in enumerate(pending):
                result = self.score(exam, lambda part, done=done: progress(done + part, len(pending)))  # type: ignore[misc]
                self._store.results.add(result)
                if result.is_scored:
                    summary.scored += 1
                else:
                    summary.failed += 1
                progress(done + 1, len(pending))
            return summary

    def score(self, exam: Exam, progress: Callable[[float], None] = lambda part: None) -> AiResult:
        """Return the engine's result of one exam; a failure is a result too. Nothing is stored."""
        name = self._settings.engine
        manifest = None
        try:
            # Asked only where the answer matters: it takes a process of its own.
            volumes = bool(usable_volumes(exam)) and self._declared(name).accepts.volumes
            if not volumes and not usable_images(exam):
                reason, status = why_none_usable(exam), ResultStatus.NOT_FOR_THIS_EXAM
                return failed_result(exam, name, status, reason, self._clock.now())
            sent = engine_input(exam, self._files(exam.exam_id), volumes=volumes)
            if not sent.exam.views:
                raise EngineFailure(FailureKind.INVALID_RESULT, "none of the images could be decoded")
            raw, manifest = run_sealed(
                name,
                sent.exam,
                work_root=self._folders.engine_work,
                deadline_s=self._settings.engine_deadline_s,
                memory_mb=self._settings.engine_memory_mb,
                allow_unsealed=self._settings.engine_allow_unsealed,
                progress=progress,
            )
            calibration = self._calibration_of(name, manifest.model_sha256)
            result = linked_result(exam, sent, raw, manifest, calibration, self._clock.now())
        except EngineFailure as error:
            _log.warning("engine failed", kind=error.kind.value, exam_id=exam.exam_id, engine=name)
            return failed_result(exam, name, ResultStatus.FAILED, error.sentence, self._clock.now(), manifest)
        except (CalibrationError, OSError, MemoryError) as error:
            _log.warning("exam not scored", error=type(error).__name__, exam_id=exam.exam_id)
            reason = str(error) if isinstance(error, CalibrationError) else _machine_trouble(error)
            return failed_result(exam, name, ResultStatus.FAILED, reason, self._clock.now(), manifest)
        except Exception as error:  # noqa: BLE001  whatever an engine's answer provokes costs a score, never an exam
            _log.error("exam not scored", error=type(error).__name__, exam_id=exam.exam_id)
            reason = "the engine's answer could not be used; report it to Klarsyn's maintainers"
            return failed_result(exam, name, ResultStatus.FAILED, reason, self._clock.now(), manifest)
        # Not what it said: the log is read by people who may read exams.
        _log.info("exam went through the engine", exam_id=exam.exam_id, engine=name)
        return result

    def _declared(self, name: str) -> Manifest:
        """Return the engine's manifest, asked for once."""
        if name not in self._manifests:
            self._manifests[name] = manifest_of(
                name,
                work_root=self._folders.engine_work,
                memory_mb=self._settings.engine_memory_mb,
                allow_unsealed=self._settings.engine_allow_unsealed,
            )
        return self._manifests[name]

    def _files(self, exam_id: str) -> dict[str, Path]:
        return {uid: self._images.path(sha) for uid, sha in self._store.exams.files(exam_id).items()}


def _needs(exam: Exam, latest: AiResult | None, retry: bool) -> bool:
    if latest is None:
        return True
    if {i.sop_instance_uid for i in exam.images} != set(latest.considered):
        # Images came after the result: it speaks of another exam than the reader will see.
        return True
    return retry and latest.status in (ResultStatus.FAILED, ResultStatus.PARTIAL)


def _machine_trouble(error: OSError | MemoryError) -> str:
    what = "the memory is full" if isinstance(error, MemoryError) else (error.strerror or "a file failed")
    return f"the workstation could not prepare the exam for the engine: {what}"
