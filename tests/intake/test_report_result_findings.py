"""What is made of the findings of a maker's report: drawn, listed, or counted."""

from dataclasses import replace

from hanging_exams import an_exam, an_image, four_views
from told_reports import (
    BOX,
    CAME,
    CLUSTER,
    NIPPLE,
    a_finding,
    a_report,
    centred,
    impression,
    outlined,
    sure,
)

from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.finding import AiResult, LesionType, ResultStatus
from klarsyn.domain.reports.cad_report import (
    Rendering,
    ReportFinding,
    ReportImage,
    ReportStatus,
    ScoreConcept,
)
from klarsyn.domain.reports.score_reading import Scale, ScoreReading
from klarsyn.domain.reports.vendor_rule import VendorRule
from klarsyn.intake.report_result import result_of

EXAM = four_views()
RULE = VendorRule(
    "maker", "Maker", exam_score=ScoreReading(Scale.TENTHS, ScoreConcept.CERTAINTY_OF_IMPRESSION)
)


def made(*findings: ReportFinding, exam: Exam = EXAM, rule: VendorRule = RULE, **facts: object) -> AiResult:
    return result_of(a_report(exam, *findings, **facts), rule, exam, CAME)


def test_a_composite_feature_is_one_finding_on_all_its_images() -> None:
    members = (
        a_finding(outlined("now R CC"), centred("now R CC"), scores=(sure(40),)),
        a_finding(outlined("now R MLO"), centred("now R MLO"), scores=(sure(70),)),
    )
    (finding,) = made(a_finding(members=members, scores=(sure(80),))).findings
    assert [m.sop_instance_uid for m in finding.marks] == ["now R CC", "now R MLO"]
    assert (finding.score, [m.score for m in finding.marks]) == (80, [80, 80])
    (finding,) = made(a_finding(members=members)).findings
    assert (finding.score, [m.score for m in finding.marks]) == (70, [40, 70])


def test_a_finding_that_has_only_a_centre_has_a_point() -> None:
    (finding,) = made(
        a_finding(centred("now R CC"), kind=CLUSTER, lesion_type=LesionType.CALCIFICATIONS)
    ).findings
    assert finding.marks[0].outline == ((120.0, 120.0),)
    assert (finding.score, finding.stated) == (0, "")


def test_a_centre_stands_where_its_outline_cannot() -> None:
    outside = outlined("now R CC", ((0.0, 0.0), (9000.0, 0.0), (9.0, 9.0)))
    result = made(a_finding(outside, centred("now R CC")))
    assert [mark.outline for mark in result.findings[0].marks] == [((120.0, 120.0),)]
    assert "outside" in result.unplaced[0][1]


def test_a_centre_of_one_cluster_is_not_taken_for_another_ones_outline() -> None:
    members = (a_finding(outlined("now R CC")), a_finding(centred("now R CC", (900.0, 900.0))))
    (finding,) = made(a_finding(members=members)).findings
    assert [mark.outline for mark in finding.marks] == [BOX, ((900.0, 900.0),)]


def test_what_its_maker_holds_back_is_counted_and_not_drawn() -> None:
    hidden = a_finding(outlined("now R CC"), rendering=Rendering.NOT_FOR_PRESENTATION)
    result = made(a_finding(outlined("now L CC")), hidden, hidden)
    assert len(result.findings) == 1
    assert result.unplaced == ()
    assert "holds 2 of its findings back" in result.notices[0]


def test_findings_below_the_operating_point_are_optional_unless_the_rule_draws_them() -> None:
    below = a_finding(outlined("now R CC"), rendering=Rendering.OPTIONAL, scores=(sure(90),))
    above = a_finding(outlined("now L CC"), scores=(sure(10),))
    assert [f.optional for f in made(below, above).findings] == [False, True]
    drawn = made(below, above, rule=replace(RULE, draw_optional=True)).findings
    assert [f.optional for f in drawn] == [False, False]


def test_a_nipple_is_no_lesion() -> None:
    nipple = a_finding(centred("now R CC"), kind=NIPPLE, lesion_type=None)
    result = made(nipple, status=ReportStatus.NO_FINDINGS, scores=(impression(1, ""),))
    assert (result.findings, result.status) == ((), ResultStatus.NO_FINDINGS)
    assert "Nipple" in result.notices[0]


def test_what_cannot_be_drawn_is_listed_with_the_reason() -> None:
    finding = a_finding(outlined("gone"), unusable=("it has three dimensions",))
    result = made(finding, a_finding())
    reasons = [reason for _, reason in result.unplaced]
    assert result.findings == ()
    assert reasons == [
        "it names an image that this exam does not have",
        "it has three dimensions",
        "the report names no place for it",
    ]


def test_another_side_than_the_images_is_told() -> None:
    result = made(a_finding(outlined("now R CC"), laterality=Laterality.LEFT))
    assert result.findings[0].laterality is Laterality.RIGHT
    assert "other breast" in result.notices[0]


def test_marks_that_stand_on_trust_are_told() -> None:
    image = an_image("made", "R CC", made_from=("raw",), patient_orientation=("P", "L"))
    stated = ReportImage("raw", patient_orientation=("P", "L"), rows=3328, columns=2560)
    result = made(a_finding(outlined("raw")), exam=an_exam(image), images=(stated,))
    assert len(result.findings) == 1
    assert "on trust" in result.notices[0]


def test_ten_thousand_findings_take_no_time() -> None:
    # Counted, not timed: each place is looked at once, whatever else the report holds.
    findings = tuple(a_finding(outlined("now R CC"), tracking_uid=str(n)) for n in range(10_000))
    result = made(*findings)
    assert len(result.findings) == 10_000
    assert len({finding.finding_id for finding in result.findings}) == 10_000


def test_a_part_that_many_levels_share_is_told_once() -> None:
    shared = a_finding(outlined("now R CC"))
    for _ in range(60):
        shared = a_finding(members=(shared, shared))
    (finding,) = made(shared).findings
    assert len(finding.marks) == 1
