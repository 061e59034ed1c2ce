"""What a scoring run is to do: which exam goes through which engine, and in which order."""

from collections.abc import Callable, Mapping, Sequence

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.calibration_key import Device, NoSingleDevice, device_of
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.reading_facts import DECLINED
from klarsyn.domain.result_choice import report_stands
from klarsyn.engine.contract import Manifest
from klarsyn.engine.failure import EngineFailure
from klarsyn.intake.calibration_choice import calibration_for
from klarsyn.intake.calibrations import CalibrationError
from klarsyn.intake.engine_set import EngineSet
from klarsyn.store.store import Store

Task = tuple[Exam, str, bool]
"""An exam, the engine's name, and whether that runs in the shadow."""


class ScoringWork:
    """Finds what waits for the engines of one installation."""

    def __init__(
        self,
        store: Store,
        engines: EngineSet,
        factory_of: Callable[[str, str], Calibration],
        *,
        spare_reported: bool = False,
        sources: tuple[str, ...] = (),
    ) -> None:
        """Use `factory_of` (engine, model's SHA-256) for the maker's calibration.

        With `spare_reported` the active engine is spared exams that a report scores already, of a maker
        among the site's `sources`.
        """
        self._store, self._engines, self._factory_of = store, engines, factory_of
        self._spare_reported, self._sources = spare_reported, sources

    def active(
        self, *, retry: bool = False, again: bool = False, exam_ids: Sequence[str] | None = None
    ) -> list[Exam]:
        """Return reading tasks without a result of the active engine for their present images.

        Those that failed for want of a calibration come once more when there is one, after all that have no
        result yet. With `retry` failed ones come too; with `again` those whose result another engine or
        version has made. Only `exam_ids` are looked at, where they are given.
        """
        tasks = self._unreported(self._tasks(exam_ids))
        latest, name = self._store.results.latest(exam_ids), self._engines.active
        first = self._pending(tasks, latest, name, retry, again)
        taken = {exam.exam_id for exam in first}
        return first + self._calibrated_since([e for e in tasks if e.exam_id not in taken], latest, name)

    def shadows(
        self, *, retry: bool = False, again: bool = False, exam_ids: Sequence[str] | None = None
    ) -> list[Task]:
        """Return what waits for the engines in the shadow; of `exam_ids` alone, where they are given."""
        if not self._engines.shadows:
            return []
        tasks = self._tasks(exam_ids)
        todo: list[Task] = []
        for name in self._engines.shadows:
            since = self._engines.choices[name].chosen_at
            seen = tasks if again else [exam for exam in tasks if exam.arrived_at >= since]
            latest = self._store.shadow_results.latest(name)
            todo += [(exam, name, True) for exam in self._pending(seen, latest, name, retry, again)]
        return todo

    def manifest(self, name: str) -> Manifest | None:
        """Return what an engine declares; None where it cannot be asked."""
        try:
            return self._engines.declared(name)
        except EngineFailure:
            return None

    def _tasks(self, exam_ids: Sequence[str] | None) -> list[Exam]:
        """Return what is to be read; nothing is asked of exams that are withdrawn or recalled."""
        closed = self._store.exam_closings.closed()
        return [e for e in self._store.exams.many(exam_ids) if e.reading_task and e.exam_id not in closed]

    def _unreported(self, exams: list[Exam]) -> list[Exam]:
        """Leave out what a report scores, where the site spares its engine that."""
        if not self._spare_reported:
            return exams
        found = self._store.results.of_exams(exam.exam_id for exam in exams)
        return [e for e in exams if not report_stands(e, found.get(e.exam_id, ()), self._sources)]

    def _pending(
        self, exams: list[Exam], latest: Mapping[str, AiResult], name: str, retry: bool, again: bool
    ) -> list[Exam]:
        made_by = self.manifest(name) if again else None
        declined = self._store.exam_notes.declined(exam.exam_id for exam in exams)
        return [
            exam
            for exam in exams
            if _needs(exam, latest.get(exam.exam_id), exam.exam_id in declined, retry, made_by)
        ]

    def _calibrated_since(self, exams: list[Exam], latest: Mapping[str, AiResult], name: str) -> list[Exam]:
        """Return exams that the engine valued when no calibration could make a score of that, and one can."""
        found: list[Exam] = []
        known: dict[Device | None, bool] = {}
        for exam in exams:
            result = latest.get(exam.exam_id)
            if result is None or result.status is not ResultStatus.FAILED or result.raw is None:
                continue
            manifest = self.manifest(name)
            if manifest is None or not _is_of(result, manifest):
                continue
            seen = result.provenance.input_instances
            device = _device(exam, seen)
            if device not in known:
                known[device] = self._has_calibration(exam, seen, manifest, name)
            if known[device]:
                found.append(exam)
        return found

    def _has_calibration(self, exam: Exam, seen: tuple[str, ...], manifest: Manifest, name: str) -> bool:
        try:
            calibration_for(exam, seen, manifest, self._store, self._factory_of, name)
        except CalibrationError:
            return False
        return True


def _device(exam: Exam, seen: tuple[str, ...]) -> Device | None:
    try:
        return device_of(exam, seen)
    except NoSingleDevice:
        return None


def _needs(
    exam: Exam, latest: AiResult | None, declined: bool, retry: bool, made_by: Manifest | None
) -> bool:
    if latest is None:
        return True
    said_declined = latest.reason == DECLINED
    if declined is not said_declined:
        return True
    if {i.sop_instance_uid for i in exam.images} != set(latest.considered):
        # Images came after the result: it speaks of another exam than the reader will see.
        return True
    if said_declined:
        return False
    if made_by is not None and not _is_of(latest, made_by):
        return True
    return retry and latest.status in (ResultStatus.FAILED, ResultStatus.PARTIAL)


def _is_of(result: AiResult, manifest: Manifest) -> bool:
    made = result.provenance
    return (made.engine, made.version, made.model_sha256) == (
        manifest.name, manifest.version, manifest.model_sha256,
    )  # fmt: skip
