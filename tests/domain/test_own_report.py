"""What our reports say, and that nothing of a result is lost in them."""

from dataclasses import fields, replace

import pytest
from any_results import results
from hypothesis import given, settings
from hypothesis import strategies as st
from own_results import MADE_AT, of_each_kind, scored

from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, ExamScore, Finding, Mark, Provenance, ResultStatus
from klarsyn.domain.placing import place
from klarsyn.domain.reports.cad_report import (
    CadReport,
    Purpose,
    Rendering,
    ReportFinding,
    ReportStatus,
    ScoreConcept,
)
from klarsyn.domain.reports.own_parameters import listed, parameters, read_parameters, unlisted
from klarsyn.domain.reports.own_report import own_report, own_result
from klarsyn.domain.reports.own_result import is_own


def image(number: int, frames: int = 1, study: str = "2.25.9") -> Image:
    return Image(
        f"2.25.{number}",
        "1.2.840.10008.5.1.4.1.1.1.2",
        study,
        200,
        150,
        frames=frames,
        laterality=Laterality.RIGHT,
        view_position=ViewPosition.CC,
    )


EXAM = Exam("exam-1", "k", Patient(), None, MADE_AT, ExamType.FFDM_DBT, (image(1), image(3), image(2, 40)))
SCORED = scored(EXAM)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(result=results(EXAM))
def test_every_result_comes_back_from_its_report_unchanged(result: AiResult) -> None:
    assert own_result(own_report(result, EXAM), EXAM) == result


def test_no_field_of_a_result_is_younger_than_the_reports() -> None:
    # Whoever adds a field writes it into the reports, and into the results that these tests invent.
    assert {
        kind.__name__: len(fields(kind)) for kind in (AiResult, Provenance, ExamScore, Finding, Mark)
    } == {
        "AiResult": 12,
        "Provenance": 16,
        "ExamScore": 4,
        "Finding": 9,
        "Mark": 6,
    }


@given(values=st.dictionaries(st.from_regex("[a-z_]+", fullmatch=True), st.text()))
def test_every_text_comes_back_from_a_parameter(values: dict[str, str]) -> None:
    texts = parameters(values)
    assert read_parameters(text.strip() for text in texts) == values
    assert all(text.isprintable() for text in texts)


@given(values=st.lists(st.text()))
def test_every_list_comes_back_from_a_parameter(values: list[str]) -> None:
    assert unlisted(listed(values)) == tuple(values)


def test_the_exam_score_stands_as_text_and_its_percentile_as_certainty() -> None:
    report = own_report(SCORED, EXAM)
    assert "Exam score 9 of 10, provisional." in report.texts[0]
    [percentile] = report.scores
    assert (percentile.concept, percentile.name.value, percentile.unit) == (
        ScoreConcept.CERTAINTY_OF_IMPRESSION,
        "111013",
        "%",
    )
    assert percentile.value == pytest.approx(87.654, abs=1e-3)


def test_the_score_of_a_finding_stands_as_its_certainty() -> None:
    single, composite = own_report(SCORED, EXAM).findings
    assert [(s.name.value, s.value, s.unit) for s in single.scores] == [("111012", 91.0, "%")]
    assert [(s.name.value, s.value, s.unit) for s in composite.scores] == [("111011", 44.0, "%")]
    assert [m.scores[0].value for m in composite.members] == [44.0, 40.0]


def test_a_finding_with_several_marks_is_one_composite_of_one_finding_each() -> None:
    single, composite = own_report(SCORED, EXAM).findings
    assert not single.is_composite
    assert single.kind.value == "129769006"
    assert composite.kind.value == "129788004"
    assert [m.kind.value for m in composite.members] == ["129793001", "129793001"]
    assert not composite.regions


def test_what_is_below_the_operating_point_is_optional_in_every_branch() -> None:
    single, composite = own_report(SCORED, EXAM).findings
    assert single.rendering is Rendering.REQUIRED
    assert {f.rendering for f in (composite, *composite.members)} == {Rendering.OPTIONAL}


def test_a_mark_in_a_volume_stands_on_its_key_frame() -> None:
    mark = Mark("2.25.2", ((1.0, 2.0), (11.0, 2.0), (11.0, 8.0)), 70, 17, (20, 12))
    result = replace(SCORED, findings=(replace(SCORED.findings[0], marks=(mark,)),))
    report = own_report(result, EXAM)
    assert {region.frame for region in report.findings[0].regions} == {17}
    volume = report.image("2.25.2")
    assert volume is not None
    assert volume.frames == (17,)
    [center] = [r for r in report.findings[0].regions if r.purpose is Purpose.CENTER]
    assert center.points == ((6.0, 5.0),)


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (ResultStatus.NO_FINDINGS, ReportStatus.NO_FINDINGS, "no findings"),
        (ResultStatus.PARTIAL, ReportStatus.PARTIAL, "Only a part"),
        (ResultStatus.FAILED, ReportStatus.FAILED, "failed"),
        (ResultStatus.NOT_PROCESSED, ReportStatus.NOT_ATTEMPTED, "Not processed"),
        (ResultStatus.NOT_FOR_THIS_EXAM, ReportStatus.NOT_ATTEMPTED, "not meant for"),
    ],
)
def test_each_ending_is_said_differently(status: ResultStatus, said: ReportStatus, words: str) -> None:
    report = own_report(replace(SCORED, status=status, findings=()), EXAM)
    assert report.status is said
    assert words in report.texts[0]


@pytest.mark.parametrize("status", ResultStatus)
def test_a_report_with_findings_never_says_that_there_are_none(status: ResultStatus) -> None:
    report = own_report(replace(SCORED, status=status), EXAM)
    assert report.status in (ReportStatus.FINDINGS, ReportStatus.PARTIAL)
    assert own_result(report, EXAM).status is status


def test_a_partial_report_says_on_which_images_it_failed() -> None:
    partial = of_each_kind(EXAM)["partial"]
    attempts = own_report(partial, EXAM).attempts
    failed = {a.images for a in attempts if a.status is ReportStatus.FAILED}
    assert failed == {("2.25.2",)}
    assert {a.images for a in attempts if a.status is ReportStatus.FINDINGS} == {("2.25.1", "2.25.3")}


def test_what_the_reader_must_know_is_in_the_words() -> None:
    report = own_report(replace(SCORED, notices=("Two marks stand on trust.",)), EXAM)
    assert "Two marks stand on trust." in report.texts[0]


def test_a_demonstration_says_so_in_words() -> None:
    assert "Demonstration only" in own_report(SCORED, EXAM).texts[0]


@pytest.mark.invariant(3)
def test_what_cannot_be_drawn_is_listed_with_its_reason_and_not_drawn() -> None:
    outside = replace(SCORED.findings[0].marks[0], outline=((140.0, 1.0), (151.0, 1.0), (151.0, 9.0)))
    result = replace(SCORED, findings=(replace(SCORED.findings[0], marks=(outside,)),))
    report = own_report(result, EXAM)
    assert report.findings == ()
    assert "1 not drawn: its outline lies outside the image." in report.texts[0]
    assert (report.status, report.reason) == (
        ReportStatus.PARTIAL, "1 finding cannot be drawn on the exam's images."
    )  # fmt: skip
    read = own_result(report, EXAM)
    assert read == place(result, EXAM)
    assert read.unplaced[0][0].marks == (outside,)


@pytest.mark.invariant(3)
def test_a_mark_of_an_image_that_has_gone_is_listed_when_the_report_is_read() -> None:
    smaller = replace(EXAM, images=EXAM.images[1:])
    read = own_result(own_report(SCORED, EXAM), smaller)
    assert all(mark.sop_instance_uid != "2.25.1" for f in read.findings for mark in f.marks)
    assert [reason for _, reason in read.unplaced] == ["it names an image that this exam does not have"] * 2


@pytest.mark.invariant(7)
def test_the_report_says_who_made_it() -> None:
    report = own_report(SCORED, EXAM, "0.1.0")
    assert (report.manufacturer, report.software_versions) == ("Klarsyn", "0.1.0")
    [algorithm] = report.algorithms
    assert (algorithm.name, algorithm.version) == ("Klarsyn demonstration CAD", "0.1.0")
    assert f"model_sha256={'ab' * 32}" in algorithm.parameters
    assert "provisional=yes" in algorithm.parameters


def lost(report: CadReport) -> list[CadReport]:
    """Reports from which something is missing or was changed."""
    single, composite = report.findings
    algorithm = report.algorithms[0]
    shorter = replace(algorithm, parameters=tuple(p for p in algorithm.parameters if "made_at" not in p))
    moved = replace(single, algorithm=replace(single.algorithm, parameters=("mark_frame=7",)))

    def with_first(finding: ReportFinding) -> CadReport:
        return replace(report, findings=(finding, composite))

    return [
        replace(report, findings=(single,)),
        replace(report, findings=(single, replace(composite, members=composite.members[:1]))),
        replace(report, algorithms=(shorter,)),
        with_first(replace(single, regions=single.regions[:1])),
        with_first(replace(single, algorithm=None)),
        with_first(moved),
    ]


def test_a_report_of_ours_that_is_not_whole_is_refused() -> None:
    for report in lost(own_report(SCORED, EXAM)):
        with pytest.raises(ValueError, match="not whole"):
            own_result(report, EXAM)


def test_a_report_of_another_maker_is_none_of_ours() -> None:
    report = own_report(SCORED, EXAM)
    assert is_own(report)
    other = replace(report, algorithms=(replace(report.algorithms[0], parameters=()),))
    assert not is_own(other)
    with pytest.raises(ValueError, match="not of the form"):
        own_result(other, EXAM)


def test_a_result_of_another_exam_makes_no_report() -> None:
    with pytest.raises(ValueError, match="another exam"):
        own_report(replace(SCORED, exam_id="other"), EXAM)


def test_images_of_two_studies_make_no_report() -> None:
    with pytest.raises(ValueError, match="2 studies"):
        own_report(SCORED, replace(EXAM, images=(*EXAM.images, image(4, study="2.25.8"))))


def test_the_same_result_has_the_same_uid_and_another_has_another() -> None:
    one = own_report(SCORED, EXAM).sop_instance_uid
    assert own_report(SCORED, EXAM).sop_instance_uid == one
    assert own_report(replace(SCORED, result_id="result-9"), EXAM).sop_instance_uid != one
    assert one.startswith("2.25.")
    assert len(one) <= 64
    assert int(one[5:]) >> 76 & 0xF == 8
