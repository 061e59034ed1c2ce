"""An engine's raw answer -> a result of the exam that was sent: calibrated, linked back, attributed."""

import uuid
from datetime import datetime

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import (
    AiResult,
    Finding,
    IntendedUse,
    Mark,
    Provenance,
    ResultStatus,
)
from klarsyn.domain.placing import place
from klarsyn.engine.contract import Manifest, RawResult
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
    findings = []
    for region in raw.regions:
        uid = sent.instances[region.view_id]
        score = calibration.finding_score_of(region.raw_score)
        image = exam.image(uid)
        if score >= calibration.operating_point:
            findings.append(
                Finding(
                    finding_id=str(uuid.uuid4()),
                    lesion_type=region.lesion_type,
                    laterality=image.laterality if image else None,
                    score=score,
                    marks=(Mark(uid, region.outline, score, region.frame),),
                )
            )
    findings.sort(key=lambda f: -f.score)
    status = ResultStatus.SCORED if findings else ResultStatus.NO_FINDINGS
    reason = ""
    if sent.unreadable:
        status = ResultStatus.PARTIAL
        reason = f"{len(sent.unreadable)} image(s) could not be decoded for the engine"
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
            input_instances=tuple(sent.instances.values()),
            made_at=made_at,
        ),
        score=calibration.exam_score(raw.raw),
        findings=tuple(findings),
        reason=reason,
        considered=tuple(i.sop_instance_uid for i in exam.images),
    )
    return place(result, exam)


def failed_result(
    exam: Exam,
    engine: str,
    status: ResultStatus,
    reason: str,
    made_at: datetime,
    manifest: Manifest | None = None,
) -> AiResult:
    """Return the row that says why there is no score; the exam stays and is read by two (invariant 1)."""
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
            input_instances=(),
            made_at=made_at,
        ),
        reason=reason,
        considered=tuple(i.sop_instance_uid for i in exam.images),
    )
