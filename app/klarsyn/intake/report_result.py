"""A report of another maker -> a result of the exam: placed, scored by its maker's rule, attributed.

Whatever the report lacks asks for two readers: without an exam score that its rule knows there is none, and a
score of a part of the exam may lift it and never stand for it (`AiResult.score_for`).
"""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ExamScore, Provenance, ResultOrigin, ResultStatus
from klarsyn.domain.placing import place
from klarsyn.domain.reports.cad_report import CadReport, ReportStatus
from klarsyn.domain.reports.own_result import own_result
from klarsyn.domain.reports.report_cover import not_looked_for, seen_images, unseen_views
from klarsyn.domain.reports.report_findings import Told, told_by
from klarsyn.domain.reports.report_trust import why_provisional
from klarsyn.domain.reports.vendor_rule import VendorRule
from klarsyn.domain.reports.vendor_scores import ExamNumber, exam_number

_LONGEST_NAME = 64


class ReportRefused(ValueError):
    """A report that says nothing of this exam; the message says why."""


def result_of(report: CadReport, rule: VendorRule, exam: Exam, received_at: datetime) -> AiResult:
    """Return what a report says of an exam.

    Parameters
    ----------
    rule
        Of the report's maker (`intake/vendor_rules.py`).
    received_at
        When it came, with time zone; stands for the time at which it was made where it does not state one.

    Raises
    ------
    ReportRefused
        If the report is of another study. Whether it is of the same patient, the caller has asked.
    """
    if report.study_instance_uid not in {image.study_instance_uid for image in exam.images}:
        raise ReportRefused("The report is of another study than the exam's images.")
    if rule.own and (mine := _own(report, rule, exam)) is not None:
        return mine
    told = told_by(report, rule, exam)
    number, why = exam_number(report, rule)
    doubt = why_provisional(report, rule, exam) if number is not None else ""
    status, reason = _status(report, rule, exam, told, number, why)
    if status in (ResultStatus.FAILED, ResultStatus.NOT_PROCESSED):
        number = None
    result = AiResult(
        result_id=str(uuid.uuid4()),
        exam_id=exam.exam_id,
        status=status,
        provenance=_provenance(report, rule, exam, number, doubt, received_at),
        score=ExamScore(number.value, number.raw, number.percent, bool(doubt)) if number else None,
        findings=tuple(told.findings),
        unplaced=tuple(told.unplaced),
        reason=reason,
        considered=tuple(image.sop_instance_uid for image in exam.images),
        raw=number.raw if number else None,
        raw_finding=max((m.raw for f in told.findings for m in f.marks if m.raw is not None), default=None),
        notices=(*told.notices, *_problems(report)),
    )
    return place(result, exam)


def _status(
    report: CadReport, rule: VendorRule, exam: Exam, told: Told, number: ExamNumber | None, why: str
) -> tuple[ResultStatus, str]:
    reasons: list[str] = []
    if report.status in (ReportStatus.FAILED, ReportStatus.NOT_ATTEMPTED):
        failed = report.status is ReportStatus.FAILED
        what = report.reason or f"the report says that its software {'failed' if failed else 'did not look'}"
        if not told.lesions:
            return (ResultStatus.FAILED if failed else ResultStatus.NOT_PROCESSED), what
        reasons += [what, "yet it holds findings"]
    if report.status is ReportStatus.PARTIAL:
        reasons.append(report.reason or "the report says that only a part was processed")
    if report.status is ReportStatus.NO_FINDINGS and told.lesions:
        reasons.append(f"the report says that there are no findings, yet it holds {told.lesions}")
    ended_well = report.status in (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS)
    if ended_well and (lacking := not_looked_for(report.attempts)):
        reasons.append(f"the report says that something was not done: {', '.join(lacking[:4])}")
    if missing := unseen_views(report, exam):
        reasons.append(f"the report does not speak of {', '.join(missing)}")
    stated = _operating_points(report)
    if rule.operating_point is not None and stated and rule.operating_point not in stated:
        listed = ", ".join(map(str, stated[:4]))
        reasons.append(f"the report was made at operating point {listed}, not {rule.operating_point}")
    without = report.status is ReportStatus.NO_FINDINGS and not told.lesions
    if reasons:
        reasons += [why] if number is None else []
        return ResultStatus.PARTIAL, "; ".join(part.rstrip(". ") for part in reasons)
    # Without an exam score it is not scored all the same (`AiResult.is_scored`), and `why` says so.
    return (ResultStatus.NO_FINDINGS if without else ResultStatus.SCORED), why


def _provenance(
    report: CadReport,
    rule: VendorRule,
    exam: Exam,
    number: ExamNumber | None,
    doubt: str,
    received_at: datetime,
) -> Provenance:
    state, calibration, stated = CalibrationState.NONE, "", _operating_points(report)
    if number is not None:
        state = CalibrationState.PROVISIONAL if doubt else CalibrationState.VALID
        calibration = doubt or f"the maker's tenths, trusted by this site ({rule.name}.toml)"
    point = rule.operating_point if rule.operating_point is not None else next(iter(stated), 0)
    return Provenance(
        engine=rule.engine_name(report),
        vendor=report.manufacturer[:_LONGEST_NAME],
        version=report.software_versions[:_LONGEST_NAME],
        model_sha256="",
        intended_use=rule.intended_use,
        calibration=calibration,
        operating_point=point,
        input_instances=seen_images(report, exam),
        made_at=_made_at(report, received_at),
        calibration_state=state,
        origin=ResultOrigin.REPORT,
        source=rule.source_of(report),
        report_uid=report.sop_instance_uid,
    )


def _operating_points(report: CadReport) -> list[int]:
    numbers = (point.number for point in report.operating_points)
    return [int(n) for n in numbers if n is not None and abs(n) < 1000 and n == int(n)]


def _own(report: CadReport, rule: VendorRule, exam: Exam) -> AiResult | None:
    """Return our own result as another Klarsyn wrote it; None of a report from which something was lost.

    Its score is provisional here, whatever it was there: who wrote a file is not proven by what it says.
    """
    try:
        mine = own_result(report, exam)
    except ValueError:
        return None
    made = replace(
        mine.provenance,
        origin=ResultOrigin.REPORT,
        source=rule.name,
        report_uid=report.sop_instance_uid,
        calibration_state=CalibrationState.PROVISIONAL if mine.score else CalibrationState.NONE,
        calibration_id="",
    )
    result = replace(
        mine,
        result_id=str(uuid.uuid4()),
        provenance=made,
        score=replace(mine.score, provisional=True) if mine.score else None,
        notices=(*mine.notices, *_problems(report)),
    )
    if not mine.is_stale_for(exam) or mine.status not in (ResultStatus.SCORED, ResultStatus.NO_FINDINGS):
        return result
    reason = "the report speaks of other images than the exam has"
    considered = tuple(image.sop_instance_uid for image in exam.images)
    return replace(result, status=ResultStatus.PARTIAL, reason=reason, considered=considered)


def _made_at(report: CadReport, received_at: datetime) -> datetime:
    """Return when it was made, in UTC: without a zone in this place's, and never later than it came."""
    if report.made_at is None:
        return received_at
    try:
        return min(report.made_at.astimezone(UTC), received_at)
    except (OverflowError, ValueError, OSError):
        return received_at  # a year that no clock knows


def _problems(report: CadReport) -> tuple[str, ...]:
    if not report.problems:
        return ()
    more = f" (and {len(report.problems) - 1} more)" if len(report.problems) > 1 else ""
    return (f"Not all of the report could be read: {report.problems[0].rstrip('.')}{more}.",)
