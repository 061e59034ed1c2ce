"""One exam through one engine, from what the engine is made for to a result; nothing is stored here.

Whatever happens to the engine, there is a result: a failure is one that says why there is no score
(invariant 1).
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.settings import Settings
from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.reading_facts import DECLINED
from klarsyn.engine.contract import EngineExam, Manifest, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.sealed import run_sealed
from klarsyn.intake.acceptance import what_is_unseen, why_not_for, why_priors_are_missing
from klarsyn.intake.calibration_choice import calibration_for
from klarsyn.intake.calibrations import CalibrationError
from klarsyn.intake.engine_input import (
    EngineInput,
    accepted_volumes,
    engine_input,
    usable_images,
    why_none_usable,
)
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.linking import failed_result, linked_result
from klarsyn.intake.without_volumes import FIRST_SHARE, can_do_without, why_without
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store

_log = get_logger(__name__)


class ExamRunner:
    """Lets engines look at exams of one installation."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        engines: EngineSet,
        factory_of: Callable[[str, str], Calibration],
    ) -> None:
        """Use the settings' limits; `factory_of` (engine, model's SHA-256) is the maker's calibration."""
        self._store, self._settings, self._clock = store, settings, clock
        self._engines, self._factory_of = engines, factory_of
        self._images = ImageFolder(settings.folders.images)

    def run(self, exam: Exam, name: str, progress: Callable[[float], None]) -> AiResult:
        """Return what the engine `name` says of an exam; that name is the result's source."""
        result = self._run(exam, name, progress)
        return replace(result, provenance=replace(result.provenance, source=name))

    def _run(self, exam: Exam, name: str, progress: Callable[[float], None]) -> AiResult:
        manifest = None
        try:
            # Before anything is decoded: what an engine may not see, or is not made for, never reaches it.
            if self._store.exam_notes.declined([exam.exam_id]):
                status, at = ResultStatus.NOT_FOR_THIS_EXAM, self._clock.now()
                return failed_result(exam, name, status, DECLINED, at)
            manifest = self._engines.declared(name)
            given = _accepted(exam, manifest)
            if reason := why_priors_are_missing(manifest) or _why_nothing(exam, manifest, given):
                status = ResultStatus.NOT_FOR_THIS_EXAM
                return failed_result(exam, name, status, reason, self._clock.now(), manifest)
            result = self._analysed(exam, name, manifest, given, progress)
        except EngineFailure as error:
            _log.warning("engine failed", kind=error.kind.value, exam_id=exam.exam_id, engine=name)
            return failed_result(exam, name, ResultStatus.FAILED, error.sentence, self._clock.now(), manifest)
        except (OSError, MemoryError) as error:
            _log.warning("exam not scored", error=type(error).__name__, exam_id=exam.exam_id)
            reason = _machine_trouble(error)
            return failed_result(exam, name, ResultStatus.FAILED, reason, self._clock.now(), manifest)
        except Exception as error:  # noqa: BLE001  whatever an engine's answer provokes costs a score, never an exam
            _log.error("exam not scored", error=type(error).__name__, exam_id=exam.exam_id)
            reason = "the engine's answer could not be used; report it to Klarsyn's maintainers"
            return failed_result(exam, name, ResultStatus.FAILED, reason, self._clock.now(), manifest)
        # Not what it said: the log is read by people who may read exams.
        _log.info("exam went through the engine", exam_id=exam.exam_id, engine=name)
        return result

    def _analysed(
        self,
        exam: Exam,
        name: str,
        manifest: Manifest,
        given: tuple[Image, ...],
        progress: Callable[[float], None],
    ) -> AiResult:
        volumes = any(image.is_tomosynthesis for image in given)
        sent = engine_input(exam, self._files(exam.exam_id), volumes=volumes, accepts=manifest.accepts)
        if not sent.exam.views:
            raise EngineFailure(FailureKind.INVALID_RESULT, "none of the images could be decoded")
        raw, sent, without = self._looked_at(name, sent, manifest, progress)
        seen = sent.all_instances
        try:
            calibration = calibration_for(exam, seen, manifest, self._store, self._factory_of, name)
        except CalibrationError as error:
            _log.warning("exam not scored", error=type(error).__name__, exam_id=exam.exam_id)
            why, at = str(error), self._clock.now()
            return failed_result(exam, name, ResultStatus.FAILED, why, at, manifest, raw=raw, instances=seen)
        result = linked_result(exam, sent, raw, manifest, calibration, self._clock.now())
        kept = tuple(image for image in _readable(exam) if image not in given)
        seen_images = tuple(i for i in given if not (without and i.is_tomosynthesis))
        unseen = what_is_unseen(manifest, seen_images, kept)
        if not (unseen or without):
            return result
        reason = "; ".join(filter(None, (without, result.reason, unseen)))
        return replace(result, status=ResultStatus.PARTIAL, reason=reason)

    def _looked_at(
        self, name: str, sent: EngineInput, manifest: Manifest, progress: Callable[[float], None]
    ) -> tuple[RawResult, EngineInput, str]:
        """Return what the engine says, of what, and why of that without the tomosynthesis, or ""."""
        deadline = self._settings.engine_deadline_s
        if not can_do_without(sent):
            return self._sealed(name, sent.exam, manifest, progress, deadline), sent, ""
        started = time.monotonic()
        try:
            return self._sealed(name, sent.exam, manifest, progress, FIRST_SHARE * deadline), sent, ""
        except (EngineFailure, MemoryError, ValueError) as error:
            without = why_without(error)
            if not without:
                raise
            kind = error.kind.value if isinstance(error, EngineFailure) else type(error).__name__
        _log.warning("engine runs once more without volumes", kind=kind, engine=name)
        sent = sent.without_volumes()
        left = deadline - (time.monotonic() - started)
        return self._sealed(name, sent.exam, manifest, progress, left), sent, without

    def _sealed(
        self,
        name: str,
        exam: EngineExam,
        declared: Manifest,
        progress: Callable[[float], None],
        deadline_s: float,
    ) -> RawResult:
        raw, manifest = run_sealed(
            name,
            exam,
            work_root=self._settings.folders.engine_work,
            deadline_s=deadline_s,
            memory_mb=self._settings.engine_memory_mb,
            allow_unsealed=self._settings.engine_allow_unsealed,
            progress=progress,
        )
        if manifest != declared:
            # Calibration, policy and price hang on it.
            raise EngineFailure(
                FailureKind.INVALID_RESULT,
                "The engine declared itself otherwise with its result than when it was asked. The exam is "
                "not scored and gets two readers; score it again, and report it to the engine's vendor if it "
                "happens again.",
            )
        return raw

    def _files(self, exam_id: str) -> dict[str, Path]:
        return {uid: self._images.path(sha) for uid, sha in self._store.exams.files(exam_id).items()}


def _accepted(exam: Exam, manifest: Manifest) -> tuple[Image, ...]:
    volumes = accepted_volumes(exam, manifest.accepts)
    return (*usable_images(exam, manifest.accepts), *(volume.image for volume in volumes))


def _readable(exam: Exam) -> tuple[Image, ...]:
    return (*usable_images(exam), *(volume.image for volume in accepted_volumes(exam, None)))


def _why_nothing(exam: Exam, manifest: Manifest, given: tuple[Image, ...]) -> str:
    """Say why an engine can be given nothing of an exam; empty when there is something."""
    if given:
        return ""
    readable = _readable(exam)
    if not readable or (not manifest.accepts.volumes and not usable_images(exam)):
        return why_none_usable(exam)
    return why_not_for(manifest, readable)


def _machine_trouble(error: OSError | MemoryError) -> str:
    what = "the memory is full" if isinstance(error, MemoryError) else (error.strerror or "a file failed")
    return f"the workstation could not prepare the exam for the engine: {what}"
