"""Which exams stand in a calibration's sample: consecutive screening exams, each once, whole."""

from dataclasses import dataclass

from klarsyn.domain.calibration_key import CalibrationKey, NoSingleDevice, device_of
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ResultOrigin, ResultStatus


@dataclass(frozen=True, slots=True)
class Observation:
    """What one result tells one calibration: a value of its sample, or why it is left out of it."""

    key: CalibrationKey
    exam_id: str
    result_id: str
    raw: float | None
    raw_finding: float | None
    left_out: str


def observation_of(exam: Exam, result: AiResult) -> Observation | None:
    """Return what a result of an exam tells a calibration.

    None where it tells none anything: a prior is no screening exam of this round, and where engine or
    unit are not known, or the units are two, nothing says which calibration it would be. An exam that is
    not for the engine does not belong to the population that the engine scores. What a report says is no
    run of an engine here, even where Klarsyn wrote it: nobody knows that its exams are consecutive.
    """
    made = result.provenance
    if made.origin is not ResultOrigin.ENGINE:
        return None
    if not exam.reading_task or not made.model_sha256 or result.status is ResultStatus.NOT_FOR_THIS_EXAM:
        return None
    instances = made.input_instances or [i.sop_instance_uid for i in exam.images]
    try:
        device = device_of(exam, instances)
    except NoSingleDevice:
        return None
    key = CalibrationKey(made.engine, made.version, made.model_sha256, device)
    # A failure that has a raw value has it from an engine that did its work: only the calibration is missing.
    whole = result.raw is not None and result.status is not ResultStatus.PARTIAL
    return Observation(
        key,
        exam.exam_id,
        result.result_id,
        result.raw if whole else None,
        result.raw_finding if whole else None,
        "" if whole else result.status.value,
    )
