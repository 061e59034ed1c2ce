"""Our own reports, as another Klarsyn wrote them."""

from dataclasses import replace

from hanging_exams import four_views
from told_reports import (
    CAME,
    a_finding,
    a_report,
    impression,
    outlined,
    sure,
)

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, IntendedUse, ResultOrigin, ResultStatus
from klarsyn.domain.reports.cad_report import (
    ScoreConcept,
)
from klarsyn.domain.reports.own_report import own_report
from klarsyn.domain.reports.score_reading import Scale, ScoreReading
from klarsyn.domain.reports.vendor_rule import Name, Scores, VendorRule
from klarsyn.intake.report_result import result_of

EXAM = four_views()
RULE = VendorRule(
    "maker",
    "Maker",
    shown_as="Looker AI",
    exam_score=ScoreReading(Scale.TENTHS, ScoreConcept.CERTAINTY_OF_IMPRESSION),
    scores=Scores.TENTHS,
    intended_use=IntendedUse.CLINICAL,
)
TRUSTED = replace(RULE, trusted=True, versions=("2.1",), devices=(Name("Unit", prefix=True),))


def of_unit(exam: Exam, unit: str = "Unit One") -> Exam:
    return replace(exam, images=tuple(replace(image, manufacturer=unit) for image in exam.images))


def made(*findings, exam: Exam = EXAM, rule: VendorRule = RULE, **facts) -> AiResult:
    return result_of(a_report(exam, *findings, **facts), rule, exam, CAME)


def test_our_own_report_comes_back_as_it_was_and_provisional() -> None:
    mine = made(a_finding(outlined("now R CC"), scores=(sure(60),)), exam=of_unit(EXAM), rule=TRUSTED,
                scores=(impression(3, ""),))  # fmt: skip
    assert mine.score is not None
    assert not mine.score.provisional
    rule = VendorRule("klarsyn", "Klarsyn", own=True)
    back = result_of(own_report(mine, of_unit(EXAM)), rule, of_unit(EXAM), CAME)
    assert back.score == replace(mine.score, provisional=True)
    assert back.findings == mine.findings
    assert back.result_id != mine.result_id
    assert (back.provenance.source, back.provenance.origin) == ("klarsyn", ResultOrigin.REPORT)
    assert back.provenance.calibration_state is CalibrationState.PROVISIONAL


def test_our_own_report_of_other_images_is_partial() -> None:
    fewer = replace(EXAM, images=EXAM.images[:3])
    written = own_report(made(exam=fewer, scores=(impression(3, ""),)), fewer)
    result = result_of(written, VendorRule("klarsyn", "Klarsyn", own=True), EXAM, CAME)
    assert result.status is ResultStatus.PARTIAL
    assert result.score_for(EXAM) is None
    assert "other images" in result.why_not_scored(EXAM)


def test_our_own_report_from_which_something_was_lost_is_read_like_any_other() -> None:
    report = a_report(EXAM, a_finding(outlined("now R CC")), manufacturer="Klarsyn")
    result = result_of(report, VendorRule("klarsyn", "Klarsyn", own=True), EXAM, CAME)
    assert (result.status, len(result.findings), result.score) == (ResultStatus.SCORED, 1, None)
    assert not result.is_scored
