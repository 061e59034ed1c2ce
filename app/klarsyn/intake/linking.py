"""An engine's raw answer -> a result of the exam that was sent: calibrated, linked back, attributed."""

import uuid
from dataclasses import replace
from datetime import datetime

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import (
    AiResult,
    Finding,
    IntendedUse,
    Provenance,
    ResultStatus,
)
from klarsyn.domain.placing import place
from klarsyn.engine.contract import Manifest, RawRegion, RawResult
from klarsyn.intake.engine_input import EngineInput


def linked_result(
    exam: Exam,
    sent: EngineInput,
    raw: RawResult,
    manifest: Manifest,
    calibration: Calibration,
    made_at: datetime,
) -> AiResult:
    """Return the calibrated result; findings below the calibration's operating point are left out."""
    findings = _findings(exam, sent, raw, calibration)
    status = ResultStatus.SCORED if findings else ResultStatus.NO_FINDINGS
    reason = sent.what_was_lost()
    if reason:
        status = ResultStatus.PARTIAL
    result = AiResult(
        result_id=str(uuid.uuid4()),
        exam_id=exam.exam_id,
        status=status,
        provenance=Provenance(
            engine=manifest.name,
            vendor=manifest.vendor,
            version=manifest.version,
            model_sha256=manifest.model_sha256,
            intended_use=manifest.intended_use,
            calibration=calibration.name,
            operating_point=calibration.operating_point,
            input_instances=sent.all_instances,
            made_at=made_at,
            calibration_state=calibration.state,
            calibration_sha256=calibration.sample_sha256,
            calibration_id=calibration.calibration_id,
        ),
        score=calibration.exam_score(raw.raw),
        findings=findings,
        reason=reason,
        considered=tuple(i.sop_instance_uid for i in exam.images),
        raw=raw.raw,
        raw_finding=top_region(raw),
    )
    return place(result, exam)


def top_region(raw: RawResult) -> float | None:
    """Return the highest raw value of the regions; None where the engine named none."""
    return max((region.raw_score for region in raw.regions), default=None)


def _findings(exam: Exam, sent: EngineInput, raw: RawResult, calibration: Calibration) -> tuple[Finding, ...]:
    """Return the findings, highest score first: regions that the engine calls one lesion are one."""
    groups: dict[object, list[tuple[RawRegion, int]]] = {}
    for number, region in enumerate(raw.regions):
        score = calibration.finding_score_of(region.raw_score)
        if calibration.shows(region.raw_score):
            key = number if region.finding is None else region.finding
            groups.setdefault(key, []).append((region, score))
    findings = []
    for group in groups.values():
        # Stable: of equals, the first that the engine named.
        group.sort(key=lambda each: -each[0].raw_score)
        marks = tuple(
            replace(mark, raw=region.raw_score)
            for region, score in group
            for mark in sent.marks(region, score)
        )
        image = exam.image(marks[0].sop_instance_uid)
        findings.append(
            Finding(
                finding_id=str(uuid.uuid4()),
                lesion_type=group[0][0].lesion_type,
                laterality=image.laterality if image else None,
                score=max(mark.score for mark in marks),
                marks=marks,
            )
        )
    return tuple(sorted(findings, key=lambda f: -f.score))


def failed_result(
    exam: Exam,
    engine: str,
    status: ResultStatus,
    reason: str,
    made_at: datetime,
    manifest: Manifest | None = None,
    *,
    raw: RawResult | None = None,
    instances: tuple[str, ...] = (),
) -> AiResult:
    """Return the row that says why there is no score; the exam stays and is read by two (invariant 1).

    Of an engine that did its work, `raw` is what it said and `instances` the UIDs that it saw: only a
    calibration is missing then, and one is made of such values.
    """
    return AiResult(
        result_id=str(uuid.uuid4()),
        exam_id=exam.exam_id,
        status=status,
        provenance=Provenance(
            engine=manifest.name if manifest else engine,
            vendor=manifest.vendor if manifest else "",
            version=manifest.version if manifest else "",
            model_sha256=manifest.model_sha256 if manifest else "",
            intended_use=manifest.intended_use if manifest else IntendedUse.DEMONSTRATION,
            calibration="",
            operating_point=1,
            input_instances=instances,
            made_at=made_at,
        ),
        reason=reason,
        considered=tuple(i.sop_instance_uid for i in exam.images),
        raw=raw.raw if raw else None,
        raw_finding=top_region(raw) if raw else None,
    )
