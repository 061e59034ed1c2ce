"""Asking an engine about an exam that has its result: the same input, sealed as ever, then parts of it.

Nothing here is stored, and no run is entered in the ledger.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from klarsyn.base.settings import Settings
from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam
from klarsyn.domain.explanation import NO_TIME
from klarsyn.domain.finding import AiResult
from klarsyn.engine.contract import EngineExam, Manifest, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.sealed import run_sealed
from klarsyn.intake.calibration_choice import calibration_for
from klarsyn.intake.calibrations import CalibrationError, factory_calibration
from klarsyn.intake.engine_input import EngineInput, engine_input
from klarsyn.intake.engine_set import EngineSet
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store

RunEngine = Callable[[EngineExam, Callable[[float], None], Callable[[], bool]], RawResult]
"""Lets the engine analyse an exam; told where to say its progress, and whom to ask if it is still wanted."""


class NoExplanation(Exception):
    """A result cannot be explained; the message says why, and what to do."""


class ExplainingStopped(Exception):
    """The reader has cancelled."""


@dataclass(eq=False)
class Asking:
    """One engine and one exam, to be asked about in parts until `until` (time.monotonic)."""

    run: RunEngine
    cancelled: Callable[[], bool]
    until: float
    tell: Callable[[float], None] = field(default=lambda part: None)

    @property
    def time_is_up(self) -> bool:
        """True when the budget is used."""
        return time.monotonic() >= self.until

    def raw(self, exam: EngineExam) -> RawResult | str:
        """Return what the engine says of an exam, or in words why it says nothing.

        Raises
        ------
        ExplainingStopped
            When cancelled.
        """
        if self.cancelled():
            raise ExplainingStopped
        if self.time_is_up:
            return NO_TIME
        if not exam.views:
            return "nothing of the exam would be left"
        try:
            return self.run(exam, self.tell, lambda: self.cancelled() or self.time_is_up)
        except EngineFailure as failure:
            if self.cancelled():
                raise ExplainingStopped from failure
            if failure.kind is FailureKind.CANCELLED:
                return NO_TIME
            return f"the engine gave no value for the rest of the exam ({failure.kind.value})"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An exam as it is sent to an engine again; `calibration` is its result's, None where it is gone."""

    exam: Exam
    result: AiResult
    sent: EngineInput
    manifest: Manifest
    calibration: Calibration | None
    run: RunEngine


class Preparer:
    """Finds the exam and the engine of a result."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        engines: EngineSet,
        factory_of: Callable[[str, str], Calibration] = factory_calibration,
    ) -> None:
        """Use the settings' limits; `factory_of` (engine, model's SHA-256) is the maker's calibration."""
        self._store, self._settings, self._engines = store, settings, engines
        self._factory_of = factory_of
        self._images = ImageFolder(settings.folders.images)

    def prepare(
        self,
        result: AiResult,
        engine: str | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Prepared:
        """Return the exam of a result as the engine is sent it.

        Parameters
        ----------
        engine
            The name by which it is installed; the active one when None.

        Raises
        ------
        NoExplanation
            When the result says nothing that could be explained, speaks of other images than the exam has,
            or was made by another engine, version or model than is installed; or no image can be read.
        ExplainingStopped
            When cancelled while the engine says what it is.
        """
        exam = self._store.exams.get(result.exam_id)
        if exam is None or result.raw_value is None:
            raise NoExplanation("The engine gave this exam no value, so there is none to explain.")
        if self._store.exam_notes.declined([exam.exam_id]):
            raise NoExplanation("She declined AI: no engine may look at this exam.")
        if result.is_stale_for(exam):
            raise NoExplanation("Images came after this result. Let the exam be scored again first.")
        name = engine or self._engines.active
        # What failed to load once, or has been replaced since, is looked at as it is now.
        self._engines.ask_again()
        try:
            manifest = self._engines.declared(name, cancelled)
        except EngineFailure as failure:
            if cancelled():
                raise ExplainingStopped from failure
            raise NoExplanation(f"The engine {name} cannot be asked ({failure.kind.value}).") from failure
        made = result.provenance
        if (made.engine, made.version, made.model_sha256) != (
            manifest.name, manifest.version, manifest.model_sha256,
        ):  # fmt: skip
            raise NoExplanation(
                f"This result was made by {made.engine} {made.version}; {manifest.name} {manifest.version} "
                "is in its place now, and cannot speak for it. Let the exam be scored again first."
            )
        # A result of the 2D images alone is explained by them alone (`intake/without_volumes.py`).
        volumes = any(i.is_tomosynthesis and i.sop_instance_uid in made.input_instances for i in exam.images)
        sent = engine_input(exam, self._files(exam.exam_id), volumes=volumes, accepts=manifest.accepts)
        if not sent.exam.views:
            raise NoExplanation("None of the exam's images can be read any more.")
        calibration = self._calibration(exam, result, manifest, name)
        return Prepared(exam, result, sent, manifest, calibration, self._runner(name))

    def _runner(self, name: str) -> RunEngine:
        settings = self._settings

        def _run(
            exam: EngineExam, progress: Callable[[float], None], cancelled: Callable[[], bool]
        ) -> RawResult:
            raw, _manifest = run_sealed(
                name,
                exam,
                work_root=settings.folders.engine_work,
                deadline_s=settings.engine_deadline_s,
                memory_mb=settings.engine_memory_mb,
                allow_unsealed=settings.engine_allow_unsealed,
                progress=progress,
                cancelled=cancelled,
            )
            return raw

        return _run

    def _calibration(self, exam: Exam, result: AiResult, manifest: Manifest, name: str) -> Calibration | None:
        """Return the calibration that the result was made with; None when another one is in force now."""
        made = result.provenance
        try:
            found = calibration_for(exam, made.input_instances, manifest, self._store, self._factory_of, name)
        except CalibrationError:
            return None
        same = (
            found.sample_sha256 == made.calibration_sha256
            if made.calibration_sha256
            else found.name == made.calibration
        )
        return found if same else None

    def _files(self, exam_id: str) -> dict[str, Path]:
        return {uid: self._images.path(sha) for uid, sha in self._store.exams.files(exam_id).items()}


def is_same(one: float, other: float) -> bool:
    """True when two runs gave the same value, as far as a number written to the store keeps it."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
