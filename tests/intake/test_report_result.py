"""What is made of a maker's report: status, score, findings, and who made it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hanging_exams import a_volume, an_exam, an_image, four_views
from told_reports import (
    BOX,
    CAME,
    CLUSTER,
    MASS,
    a_finding,
    a_report,
    impression,
    outlined,
    sure,
)

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, Laterality, SourceImage
from klarsyn.domain.finding import AiResult, IntendedUse, ResultOrigin, ResultStatus
from klarsyn.domain.policy import ReadingPolicy, reads_required
from klarsyn.domain.reports.cad_report import (
    Attempt,
    OperatingPoint,
    ReportImage,
    ReportStatus,
    ScoreConcept,
)
from klarsyn.domain.reports.score_reading import Scale, ScoreReading
from klarsyn.domain.reports.vendor_rule import DEFAULT, Name, Scores, VendorRule
from klarsyn.domain.stack import Stack
from klarsyn.intake.report_result import ReportRefused, result_of

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
SINGLE = ReadingPolicy("single", "Single", single_read_below=5)


def of_unit(exam: Exam, unit: str = "Unit One") -> Exam:
    return replace(exam, images=tuple(replace(image, manufacturer=unit) for image in exam.images))


def made(*findings, exam: Exam = EXAM, rule: VendorRule = RULE, **facts) -> AiResult:
    return result_of(a_report(exam, *findings, **facts), rule, exam, CAME)


def test_a_report_becomes_a_result_that_says_who_made_it() -> None:
    result = made(a_finding(outlined("now R CC"), scores=(sure(87),)), scores=(impression(8, ""),))
    assert result.status is ResultStatus.SCORED
    assert result.score is not None
    assert (result.score.value, result.score.raw) == (8, 8.0)
    by = result.provenance
    assert (by.engine, by.vendor, by.version, by.source) == ("Looker AI", "Maker", "2.1", "maker")
    assert (by.origin, by.report_uid) == (ResultOrigin.REPORT, "2.25.500")
    assert by.intended_use is IntendedUse.CLINICAL
    assert set(by.input_instances) == {image.sop_instance_uid for image in EXAM.images}
    assert not result.is_stale_for(EXAM)
    (finding,) = result.findings
    assert (finding.score, finding.descriptor) == (87, "mass")
    assert (finding.stated, finding.laterality) == ("Certainty of Finding 87 %", Laterality.RIGHT)
    assert finding.marks[0].outline == BOX


@pytest.mark.invariant(7)
@pytest.mark.parametrize(
    ("rule", "unit", "version", "problems", "provisional"),
    [
        (TRUSTED, "Unit One", "2.1", (), False),
        (RULE, "Unit One", "2.1", (), True),
        (TRUSTED, "Unit One", "2.2", (), True),
        (TRUSTED, "Other One", "2.1", (), True),
        (TRUSTED, "Unit One", "2.1", ("Something was not sound.",), True),
        (replace(TRUSTED, scores=Scores.UNCALIBRATED), "Unit One", "2.1", (), True),
    ],
)
def test_every_result_says_who_made_it_and_is_provisional_unless_maker_and_site_say_calibrated(
    rule, unit, version, problems, provisional
) -> None:
    exam = of_unit(EXAM, unit)
    facts = {"scores": (impression(2, ""),), "software_versions": version, "problems": problems}
    result = made(exam=exam, rule=rule, **facts)
    assert result.score is not None
    assert result.score.provisional is provisional
    state = CalibrationState.PROVISIONAL if provisional else CalibrationState.VALID
    assert result.provenance.calibration_state is state
    assert reads_required(exam, result, SINGLE).count == (2 if provisional else 1)


def test_findings_without_an_exam_score_are_shown_and_two_read() -> None:
    result = made(a_finding(outlined("now R CC"), scores=(sure(99),)), rule=DEFAULT, scores=(impression(1),))
    assert (result.status, result.is_scored) == (ResultStatus.SCORED, False)
    assert (len(result.findings), result.score, result.lifting_score_for(EXAM)) == (1, None, None)
    assert "no exam score that its rule knows" in result.why_not_scored(EXAM)
    assert reads_required(EXAM, result, SINGLE).count == 2
    assert result.provenance.source == "default:looker"


def test_no_findings_without_an_exam_score_is_no_findings_and_two_read() -> None:
    result = made(rule=DEFAULT)
    assert (result.status, result.score) == (ResultStatus.NO_FINDINGS, None)
    assert reads_required(EXAM, result, SINGLE).count == 2


def test_no_findings_with_an_exam_score_is_scored() -> None:
    result = made(scores=(impression(1, ""),))
    assert result.status is ResultStatus.NO_FINDINGS
    assert result.score_for(EXAM) is not None


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        (ReportStatus.FAILED, ResultStatus.FAILED),
        (ReportStatus.NOT_ATTEMPTED, ResultStatus.NOT_PROCESSED),
        (ReportStatus.PARTIAL, ResultStatus.PARTIAL),
    ],
)
def test_a_report_of_failure_is_no_score_of_the_exam(status: ReportStatus, ended: ResultStatus) -> None:
    result = made(status=status, scores=(impression(1, ""),), reason="It was too dark.")
    assert result.status is ended
    assert result.score_for(EXAM) is None
    assert (result.score is None) == (ended is not ResultStatus.PARTIAL)
    assert "too dark" in result.reason
    assert reads_required(EXAM, result, SINGLE).count == 2


@pytest.mark.parametrize(
    "status", [ReportStatus.FAILED, ReportStatus.NOT_ATTEMPTED, ReportStatus.NO_FINDINGS]
)
def test_findings_are_never_hidden_by_a_status_that_denies_them(status: ReportStatus) -> None:
    result = made(a_finding(outlined("now R CC")), status=status, scores=(impression(1, ""),))
    assert result.status is ResultStatus.PARTIAL
    assert len(result.findings) == 1
    assert result.score_for(EXAM) is None


def test_a_report_of_a_part_of_the_exam_may_lift_it_and_never_stand_for_it() -> None:
    exam = of_unit(EXAM)
    images = tuple(ReportImage(i.sop_instance_uid) for i in exam.images[1:])
    result = made(exam=exam, rule=TRUSTED, images=images, scores=(impression(2, ""),))
    assert result.status is ResultStatus.PARTIAL
    assert "R CC" in result.reason
    assert result.score_for(exam) is None
    assert result.lifting_score_for(exam) is not None
    assert reads_required(exam, result, SINGLE).count == 2


def test_an_image_on_which_a_detection_failed_was_not_looked_at() -> None:
    attempt = Attempt(CLUSTER, ReportStatus.FAILED, images=("now L MLO",))
    result = made(attempts=(attempt,), scores=(impression(2, ""),))
    assert result.status is ResultStatus.PARTIAL
    assert "L MLO" in result.reason


@pytest.mark.parametrize(
    "attempt",
    [
        Attempt(CLUSTER, ReportStatus.FAILED),
        Attempt(CLUSTER, ReportStatus.FAILED, analysis=True),
        Attempt(CLUSTER, ReportStatus.NOT_ATTEMPTED),
    ],
)
@pytest.mark.parametrize("status", [ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS])
@pytest.mark.invariant(7)
def test_a_score_beside_something_that_was_not_looked_for_is_no_score_of_the_exam_and_two_read(
    attempt: Attempt, status: ReportStatus
) -> None:
    done = Attempt(MASS, ReportStatus.NO_FINDINGS, images=tuple(i.sop_instance_uid for i in EXAM.images))
    exam = of_unit(EXAM)
    facts = {"exam": exam, "rule": TRUSTED, "status": status, "scores": (impression(2, ""),)}
    assert reads_required(exam, made(attempts=(done,), **facts), SINGLE).count == 1
    result = made(attempts=(done, attempt), **facts)
    assert result.status is ResultStatus.PARTIAL
    assert "Calcification Cluster" in result.reason
    assert reads_required(exam, result, SINGLE).count == 2


def test_an_analysis_that_was_not_attempted_takes_nothing_from_what_was_detected() -> None:
    attempt = Attempt(CLUSTER, ReportStatus.NOT_ATTEMPTED, analysis=True)
    assert made(attempts=(attempt,), scores=(impression(2, ""),)).is_scored


def test_images_made_from_what_was_looked_at_are_covered() -> None:
    raws = [an_image(f"raw {v}", v, for_processing=True) for v in ("R CC", "L CC")]
    shown = [
        an_image(f"made {v}", v, made_from=(f"raw {v}",), sources=(SourceImage(f"raw {v}", "YES"),))
        for v in ("R CC", "L CC")
    ]
    for images in (shown, [*raws, *shown]):
        exam = an_exam(*images)
        result = made(
            a_finding(outlined("raw R CC")),
            exam=exam,
            images=tuple(ReportImage(r.sop_instance_uid, rows=3328, columns=2560) for r in raws),
            scores=(impression(5, ""),),
        )
        assert result.status is ResultStatus.SCORED
        assert [mark.sop_instance_uid for mark in result.findings[0].marks] == ["made R CC"]
        assert set(result.provenance.input_instances) == {i.sop_instance_uid for i in exam.images}


def test_of_slices_only_key_frames_need_be_named() -> None:
    exam = an_exam(a_volume("dbt R", "R CC"), a_volume("dbt L", "L CC"))
    images = (ReportImage("dbt R", frames=(12,)), ReportImage("dbt L", frames=(3,)))
    regions = (outlined("dbt R", frame=12), outlined("dbt R", frame=14))
    result = made(a_finding(*regions), exam=exam, images=images, scores=(impression(5, ""),))
    assert result.status is ResultStatus.SCORED
    assert [mark.frame for mark in result.findings[0].marks] == [12, 14]


def test_a_report_made_at_another_operating_point_is_not_the_rules() -> None:
    facts = {"scores": (impression(5, ""),), "operating_points": (OperatingPoint(3.0),)}
    assert made(rule=replace(RULE, operating_point=3), **facts).status is ResultStatus.NO_FINDINGS
    result = made(rule=replace(RULE, operating_point=2), **facts)
    assert result.status is ResultStatus.PARTIAL
    assert "operating point 3, not 2" in result.reason
    assert made(**facts).provenance.operating_point == 3


def test_a_report_of_another_study_is_refused() -> None:
    with pytest.raises(ReportRefused, match="another study"):
        made(study_instance_uid="2.25.2")


@pytest.mark.parametrize(
    ("stated", "made_at"),
    [
        (None, CAME),
        (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
        (CAME + timedelta(days=400), CAME),
        (datetime(1, 1, 1), CAME),
    ],
)
def test_a_result_was_made_when_its_report_says_and_never_after_it_came(stated, made_at) -> None:
    assert made(made_at=stated).provenance.made_at == made_at


def test_a_part_of_a_stack_stands_for_the_whole_and_keeps_its_own_frames() -> None:
    parts = [
        a_volume(f"part {n}", slices=20, stack=Stack(thickness_mm=1.0, part_of="2.25.7", part=n, parts=2))
        for n in (1, 2)
    ]
    exam = an_exam(*parts)
    result = made(
        a_finding(outlined("part 2", frame=3)),
        exam=exam,
        images=(ReportImage("part 2", frames=(3,)),),
        scores=(impression(5, ""),),
    )
    assert result.status is ResultStatus.SCORED
    assert [(m.sop_instance_uid, m.frame) for m in result.findings[0].marks] == [("part 2", 3)]
    assert set(result.provenance.input_instances) == {"part 1", "part 2"}
