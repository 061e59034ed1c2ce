"""Where the marks of CAD reports come to stand on the exam that they speak of, and where they must not."""

from dataclasses import replace

import pytest
import sr_concepts as c
from sr_cases import FOUR, L_CC, L_MLO, R_CC
from sr_exam import SLICES, exam_of, image_of
from sr_files import report
from sr_judging import RECEIVED
from sr_mammography import Library, Seen, center, finding, impression, outline, summary, tree
from sr_reading import all_findings, read
from sr_reference_cases import RAW_CC, SLICES_CC, SLICES_MLO

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, LesionType, ResultStatus
from klarsyn.domain.reports.vendor_rule import DEFAULT
from klarsyn.domain.source_image import SourceImage
from klarsyn.intake.report_result import ReportRefused, result_of

BOX = ((10.5, 20.5), (30.5, 20.5), (30.5, 40.5), (10.5, 20.5))


def result(name: str, exam: Exam) -> AiResult:
    return result_of(read(name), DEFAULT, exam, RECEIVED)


def on(seen: Seen, points: tuple[tuple[float, float], ...], exam: Exam) -> AiResult:
    """The result of a report with one outline on one image."""
    lib = Library((seen,))
    one = finding(c.DENSITY, center(points[0], lib[seen]), outline("POLYLINE", points, lib[seen]))
    ds = report(tree(lib, summary(c.ALL_WITH, impression(one))), lib.evidence)
    return result_of(read(ds), DEFAULT, exam, RECEIVED)


@pytest.mark.invariant(3)
def test_each_lesion_stands_on_the_views_that_the_report_names() -> None:
    placed = result("style_of_scored_regions", exam_of())
    stands = {f.lesion_type: {m.sop_instance_uid for m in f.marks} for f in placed.findings}
    assert stands == {
        LesionType.SOFT_TISSUE: {L_CC.uid, L_MLO.uid},
        LesionType.CALCIFICATIONS: {R_CC.uid},
    }
    assert not placed.unplaced


@pytest.mark.invariant(3)
def test_marks_of_slices_stand_on_the_frames_that_are_named() -> None:
    placed = result("on_key_frames", exam_of(SLICES_CC, SLICES_MLO))
    stands = {(m.sop_instance_uid, m.frame) for f in placed.findings for m in f.marks}
    assert stands == {(SLICES_CC.uid, 12), (SLICES_CC.uid, 31), (SLICES_MLO.uid, 40)}


@pytest.mark.invariant(3)
def test_images_of_another_patient_get_no_mark_and_each_is_listed() -> None:
    others = tuple(replace(seen, uid=f"2.25.66{n}") for n, seen in enumerate(FOUR))
    placed = result("style_of_scored_regions", exam_of(*others))
    assert not placed.findings
    assert placed.unplaced
    assert all(reason for _, reason in placed.unplaced)
    assert placed.score is None


def test_a_report_of_another_study_is_refused() -> None:
    with pytest.raises(ReportRefused, match="another study"):
        result("distortion", exam_of(study="2.25.123"))


@pytest.mark.invariant(3)
@pytest.mark.parametrize("beyond", [(-1.0, 20.0), (190.5, 20.0), (20.0, 241.0), (1e30, 20.0), (20.0, -1e-3)])
def test_what_lies_outside_its_image_is_listed_and_not_drawn(beyond: tuple[float, float]) -> None:
    placed = on(R_CC, (beyond, *BOX[1:3], beyond), exam_of())
    assert all(point != beyond for f in placed.findings for m in f.marks for point in m.outline)
    assert placed.unplaced


@pytest.mark.invariant(3)
@pytest.mark.parametrize("frame", [SLICES + 1, 999])
def test_a_frame_that_does_not_exist_gets_no_mark(frame: int) -> None:
    seen = replace(SLICES_CC, frames=(frame,))
    lib = Library((seen,))
    one = finding(c.DENSITY, center((100.5, 100.5), lib[seen, frame]))
    ds = report(tree(lib, summary(c.ALL_WITH, impression(one))), lib.evidence)
    placed = result_of(read(ds), DEFAULT, exam_of(SLICES_CC), RECEIVED)
    assert not placed.findings
    assert placed.unplaced


@pytest.mark.invariant(3)
def test_a_mark_on_a_raw_image_is_turned_to_the_image_that_was_made_of_it() -> None:
    """The raw image runs P\\L, the one that hangs A\\R: both axes are mirrored."""
    source = SourceImage(RAW_CC.uid, "REORIENTED_ONLY", ("P", "L"))
    hanging = replace(image_of(L_CC), made_from=(RAW_CC.uid,), sources=(source,))
    exam = replace(exam_of(), images=(hanging,))
    placed = on(RAW_CC, BOX, exam)
    corners = {point for f in placed.findings for m in f.marks for point in m.outline}
    assert {(190 - column, 240 - row) for column, row in BOX} <= corners
    assert {m.sop_instance_uid for f in placed.findings for m in f.marks} == {L_CC.uid}


@pytest.mark.invariant(3)
def test_a_mark_on_a_raw_image_that_nothing_was_made_of_is_listed() -> None:
    placed = result("on_for_processing_images", exam_of())
    assert not placed.findings
    assert placed.unplaced


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("no_findings", ResultStatus.NO_FINDINGS),
        ("failed", ResultStatus.FAILED),
        ("not_attempted", ResultStatus.NOT_PROCESSED),
        ("partial_with_findings", ResultStatus.PARTIAL),
        ("says_none_but_holds_a_finding", ResultStatus.SCORED),
    ],
)
def test_no_result_of_an_unknown_maker_may_order_an_exam(name: str, status: ResultStatus) -> None:
    placed = result(name, exam_of())
    assert placed.status is status
    assert not placed.is_scored
    assert placed.why_not_scored(exam_of())


def test_nipples_and_how_dense_a_breast_is_are_drawn_as_no_lesion() -> None:
    assert [f.lesion_type for f in all_findings(read("nipple"))] == [None]
    assert not result("nipple", exam_of()).findings
    (lesion,) = result("density_is_a_finding_and_composition_is_none", exam_of()).findings
    assert {m.sop_instance_uid for m in lesion.marks} == {L_CC.uid}
