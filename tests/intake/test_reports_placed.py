"""Reports as files, built by hand, on the exams that they are about: from the file to the mark."""

from dataclasses import replace

import pytest
from sr_all_cases import NAMES
from sr_cases import ROOTS, SQUARE
from sr_exam import exam_of, image_of
from sr_reading import all_findings, read
from sr_reference_cases import RAW_CC
from told_reports import CAME

from klarsyn.domain.exam import SourceImage
from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.reports.cad_report import GraphicKind, Purpose, Rendering
from klarsyn.domain.reports.vendor_rule import DEFAULT
from klarsyn.intake.report_result import result_of

OTHERS = (ResultStatus.FAILED, ResultStatus.NOT_PROCESSED)


@pytest.mark.invariant(3)
@pytest.mark.parametrize("name", NAMES)
def test_a_mark_stands_on_its_own_image_where_the_file_says(name: str) -> None:
    _, library = ROOTS[name]()
    exam, report = exam_of(*library.images), read(name)
    result = result_of(report, DEFAULT, exam, CAME)
    said = {
        (region.sop_instance_uid, region.frame, region.points)
        for finding in all_findings(report)
        if finding.lesion_type is not None and finding.rendering is not Rendering.NOT_FOR_PRESENTATION
        for region in finding.regions
        if region.kind is GraphicKind.POLYLINE or region.purpose is Purpose.CENTER
    }
    marks = {(m.sop_instance_uid, m.frame, m.outline) for f in result.findings for m in f.marks}
    round_ones = {m for m in marks if m not in said}
    assert all(len(outline) >= 3 for _, _, outline in round_ones)
    # A centre beside an outline of its finding is not drawn by itself.
    assert {(uid, frame) for uid, frame, _ in said} == {(uid, frame) for uid, frame, _ in marks}
    assert {place for place in said if len(place[2]) > 1} <= marks
    assert result.unplaced == ()
    assert result.status in (ResultStatus.SCORED, ResultStatus.PARTIAL, ResultStatus.NO_FINDINGS, *OTHERS)
    assert not result.is_scored


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_mirrored_as_that_was_from_the_raw_one() -> None:
    raw = image_of(RAW_CC)
    source = SourceImage(raw.sop_instance_uid, "REORIENTED_ONLY", ("P", "L"))
    shown = replace(
        raw,
        sop_instance_uid="2.25.1",
        for_processing=False,
        patient_orientation=("A", "L"),
        made_from=(source.uid,),
        sources=(source,),
    )
    exam = replace(exam_of(RAW_CC), images=(shown,))
    result = result_of(read("on_for_processing_images"), DEFAULT, exam, CAME)
    (mark,) = result.findings[0].marks
    assert mark.sop_instance_uid == "2.25.1"
    assert mark.outline == tuple((raw.columns - column, row) for column, row in SQUARE)
    assert "does not speak" not in result.reason


def test_without_an_image_made_from_it_the_raw_images_marks_are_listed() -> None:
    result = result_of(read("on_for_processing_images"), DEFAULT, exam_of(), CAME)
    assert result.findings == ()
    assert {reason for _, reason in result.unplaced} == {"it names an image that this exam does not have"}
    assert "does not speak of R CC" in result.reason
