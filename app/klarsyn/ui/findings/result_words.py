"""What the list of findings says of a result as a whole: whose it is, how old, and why it has no finding."""

from datetime import datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding, IntendedUse, ResultOrigin, ResultStatus
from klarsyn.domain.reports.report_cover import views_without
from klarsyn.domain.result_words import age
from klarsyn.ui.findings.notice_lines import weighs
from klarsyn.ui.words import engine_text, reason_of


def age_words(result: AiResult, now: datetime) -> str:
    """Return how long ago a result was made, e.g. "3 h old"."""
    return f"{age(result, now)} old"


def name_words(result: AiResult) -> str:
    """Return whose result it is, and that it was read from a report: "Maker 2.1 · report"."""
    from_report = result.provenance.origin is ResultOrigin.REPORT
    return f"{engine_text(result)} · report" if from_report else engine_text(result)


def findings_line(result: AiResult | None, exam: Exam) -> str:
    """Return what stands in the list of findings when it has no finding, or only a part of them."""
    if result is None:
        return "Not processed. No engine has looked at this exam."
    report = result.provenance.origin is ResultOrigin.REPORT
    who = engine_text(result) if report else "The engine"
    reason = f": {reason_of(result)}" if result.reason else ""
    if result.status is ResultStatus.FAILED:
        return f"{who} failed: {reason_of(result)}. It says nothing about this exam."
    if result.status is ResultStatus.NOT_FOR_THIS_EXAM:
        return f"Not for this exam{reason}. It was not looked at."
    if result.status is ResultStatus.NOT_PROCESSED:
        return f"Not processed{reason}."
    if result.status is ResultStatus.PARTIAL:
        seen = result.provenance.input_instances
        unseen = " Some images were not looked at." if views_without(seen, exam) else ""
        return f"Partially processed: {reason_of(result)}.{unseen}"
    if result.findings and all(finding.optional for finding in result.findings):
        return "No findings at the maker's operating point."
    if result.findings or result.unplaced:
        return ""
    if any(map(weighs, result.notices)):
        return "No findings are shown. That is not the same as none: see above."
    if result.is_stale_for(exam):
        return f"No findings on the images that {who if report else 'the engine'} looked at."
    if report:
        return f"No findings. {who} looked at the exam and marked none."
    return "No findings. The engine looked at all images and marked none."


def use_line(result: AiResult | None) -> str:
    """Return the warning that belongs to a result that is not for clinical use."""
    if result is None or result.provenance.intended_use is IntendedUse.CLINICAL:
        return ""
    what = "result" if result.provenance.origin is ResultOrigin.REPORT else "engine"
    of = "Demonstration" if result.provenance.intended_use is IntendedUse.DEMONSTRATION else "Research"
    return f"{of} {what}. Not for clinical use."


def not_drawn_words(finding: Finding, reason: str) -> str:
    """Say which finding is not drawn, and why."""
    kind = finding.descriptor or finding.lesion_type.value
    score = f"score {finding.score}" if finding.score else finding.stated
    return f"Not drawn: {', '.join(filter(None, (kind, score)))}. {reason}"


def made_lines(result: AiResult, *, stale: bool) -> tuple[str, ...]:
    """Say what a result's numbers come from (invariant 7); its name and age stand in the head of the list."""
    made, score = result.provenance, result.score
    report = made.origin is ResultOrigin.REPORT
    # Of a report there is no sample here that its place among exams could be told of.
    place = score is not None and not stale and not report
    maker = f"{made.vendor}, " if made.vendor and made.vendor not in made.engine else ""
    point = f"Operating point {made.operating_point}" if made.operating_point or not report else ""
    calibration = f"Calibration {made.calibration}" if made.calibration or not report else ""
    lines = (
        f"Higher than {score.percentile:.0f} % of the reference exams" if place and score else "",
        f"{maker}from a report beside the images" if report else "",
        " · ".join(filter(None, (point, calibration))),
    )
    return tuple(filter(None, lines))
