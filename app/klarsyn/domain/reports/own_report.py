"""A result of ours -> what our CAD report says, in standard words where there are such (PS3.16 TID 4000).

The exam's score 1-10 stands in the Impression Description (111033), its percentile 100 F(raw) as Certainty of
Impression (111013) in %, the score of a finding (1-100) as Certainty of Finding (111012) in %. What the
standard has no words for, above all who made the result (invariant 7), stands as Algorithm Parameters
(`domain/reports/own_parameters.py`); `own_result` reads it all back.

Marks that cannot be drawn on the exam are listed, never drawn (invariant 3). Outlines are written as 32-bit
floats (PS3.3 C.18.6): a corner moves by 0.0005 px at most below 16 384 columns.
"""

from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.made_uid import made_uid
from klarsyn.domain.placing import place
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Attempt,
    CadReport,
    Code,
    ReportForm,
    ReportImage,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)
from klarsyn.domain.reports.own_findings import CERTAINTY_OF_IMPRESSION, report_finding, shown
from klarsyn.domain.reports.own_parameters import FORMAT, VERSION, listed, parameters
from klarsyn.domain.reports.own_result import own_result as own_result
from klarsyn.domain.reports.own_sentences import impression, one_line
from klarsyn.domain.reports.own_unplaced import unplaced_text

MAKER = "Klarsyn"
CAD_SR = "1.2.840.10008.5.1.4.1.1.88.50"

_DETECTIONS = (
    Code("129769006", "SCT", "Calcification Cluster"),
    Code("129793001", "SCT", "Mammography breast density"),
)
_SCORING = Code("111234", "DCM", "Overall Impression/Recommendation Analysis")


def own_report(result: AiResult, exam: Exam, software: str = "") -> CadReport:
    """Return the report of a result.

    Parameters
    ----------
    software
        The version of Klarsyn that writes it.

    Raises
    ------
    ValueError
        If the result is of another exam, or the images are of several studies or none.
    """
    if result.exam_id != exam.exam_id:
        raise ValueError("The result is of another exam; no report is made of it.")
    studies = {image.study_instance_uid for image in exam.images}
    if len(studies) != 1:
        raise ValueError(f"The exam has images of {len(studies)} studies; a report speaks of one.")
    placed = place(result, exam)
    status = _status(placed)
    images = [image.sop_instance_uid for image in exam.images]
    algorithm = Algorithm(
        shown(result.provenance.engine), shown(result.provenance.version), _parameters(placed)
    )
    return CadReport(
        form=ReportForm.CAD,
        status=status,
        sop_instance_uid=made_uid("report", result.result_id, software, *sorted(images)),
        sop_class_uid=CAD_SR,
        study_instance_uid=studies.pop(),
        manufacturer=MAKER,
        model=MAKER,
        software_versions=software,
        made_at=result.provenance.made_at,
        algorithms=(algorithm,),
        images=tuple(_image(image, placed) for image in exam.images),
        findings=tuple(report_finding(f, placed, exam) for f in placed.findings),
        scores=_scores(placed),
        texts=(impression(placed),),
        attempts=_attempts(placed, exam, Algorithm(algorithm.name, algorithm.version)),
        reason=one_line(placed.reason) or _not_drawn(placed),
    )


def _scores(result: AiResult) -> tuple[StatedScore, ...]:
    if result.score is None or not 0 <= result.score.percentile <= 100:
        return ()
    return (
        StatedScore(
            ScoreConcept.CERTAINTY_OF_IMPRESSION, CERTAINTY_OF_IMPRESSION, result.score.percentile, "%"
        ),
    )


def _status(result: AiResult) -> ReportStatus:
    """Return the status; one that has findings never says that there are none, whatever it is called here.

    A finding that cannot be drawn has no place in a report: to those who read it, that is not the whole.
    """
    if result.unplaced and result.status in (ResultStatus.SCORED, ResultStatus.NO_FINDINGS):
        return ReportStatus.PARTIAL
    if result.status in (ResultStatus.SCORED, ResultStatus.NO_FINDINGS):
        return ReportStatus.FINDINGS if result.findings else ReportStatus.NO_FINDINGS
    if result.findings or result.status is ResultStatus.PARTIAL:
        return ReportStatus.PARTIAL
    return ReportStatus.FAILED if result.status is ResultStatus.FAILED else ReportStatus.NOT_ATTEMPTED


def _not_drawn(result: AiResult) -> str:
    count = len(result.unplaced)
    return (
        f"{count} finding{'s' if count != 1 else ''} cannot be drawn on the exam's images." if count else ""
    )


def _parameters(result: AiResult) -> tuple[str, ...]:
    made, score = result.provenance, result.score
    return parameters(
        {
            FORMAT: VERSION,
            "status": result.status.value,
            "exam_score": score.value if score else None,
            "exam_score_raw": score.raw if score else None,
            "percentile": score.percentile if score else None,
            "provisional": score.provisional if score else None,
            "raw": result.raw,
            "raw_finding": result.raw_finding,
            "reason": result.reason or None,
            "findings": len(result.findings),
            "engine": made.engine,
            "vendor": made.vendor,
            "version": made.version,
            "model_sha256": made.model_sha256,
            "intended_use": made.intended_use.value,
            "operating_point": made.operating_point,
            "calibration": made.calibration,
            "calibration_state": made.calibration_state.value,
            "calibration_sha256": made.calibration_sha256,
            "calibration_id": made.calibration_id,
            "made_at": made.made_at.isoformat(),
            "origin": made.origin.value,
            "source": made.source,
            "report_uid": made.report_uid,
            "report_form": made.report_form or None,
            "input_instances": listed(made.input_instances),
            "considered": listed(result.considered),
            "result_id": result.result_id,
            "notices": listed(result.notices) if result.notices else None,
            "unplaced": unplaced_text(result.unplaced) if result.unplaced else None,
        }
    )


def _image(image: Image, result: AiResult) -> ReportImage:
    marks = [mark for finding in result.findings for mark in finding.marks]
    here = {m.frame for m in marks if m.sop_instance_uid == image.sop_instance_uid and m.frame is not None}
    return ReportImage(
        sop_instance_uid=image.sop_instance_uid,
        sop_class_uid=image.sop_class_uid,
        frames=tuple(sorted(here)) if image.frames > 1 else (),
        laterality=image.laterality,
        view_position=image.view_position,
        modifiers=image.modifiers,
        patient_orientation=image.patient_orientation,
        rows=image.rows,
        columns=image.columns,
        spacing=(image.spacing.row_mm, image.spacing.column_mm) if image.spacing else None,
    )


def _attempts(result: AiResult, exam: Exam, algorithm: Algorithm) -> tuple[Attempt, ...]:
    """Return what was looked for, and where: marks of both families, and the score of the exam.

    Of an exam that was processed in part, it failed on the images that the engine was not given; on those
    that it was given where it was given all.
    """
    everything = tuple(image.sop_instance_uid for image in exam.images)
    given = tuple(uid for uid in everything if uid in result.provenance.input_instances) or everything
    status = _status(result)
    if status is ReportStatus.NOT_ATTEMPTED:
        return ()
    lost: tuple[str, ...] = ()
    if status is ReportStatus.PARTIAL:
        lost = tuple(i.sop_instance_uid for i in exam.images if i.hangs and i.sop_instance_uid not in given)
        lost = lost or given
    elif status is ReportStatus.FAILED:
        lost, given = given, ()
    whats = ((_DETECTIONS[0], False), (_DETECTIONS[1], False), (_SCORING, True))
    return tuple(
        Attempt(what, ended, analysis, algorithm, images)
        for what, analysis in (whats if result.score is not None else whats[:2])
        for ended, images in ((ReportStatus.FINDINGS, given), (ReportStatus.FAILED, lost))
        if images
    )
