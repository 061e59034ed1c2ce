"""Marks for viewers that draw presentation states and read no CAD reports."""

from dataclasses import replace
from pathlib import Path

import pytest
from own_results import ExamFiles, dbt_files, ffdm_files, of_each_kind, square
from written_images import complaints

from klarsyn.dicom.cad_sr_writing.marks_state_files import marks_states
from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.domain.finding import AiResult
from klarsyn.domain.graphic import GraphicType
from klarsyn.domain.presentation_state import PresentationState
from klarsyn.domain.state_facts import facts_of


@pytest.fixture(params=["FFDM", "DBT"])
def exam_files(request: pytest.FixtureRequest, tmp_path: Path) -> ExamFiles:
    return {"FFDM": ffdm_files, "DBT": dbt_files}[request.param](tmp_path / "exam")


def states(exam_files: ExamFiles, result: AiResult) -> tuple[PresentationState, ...]:
    files = {i.sop_instance_uid: f for i, f in zip(exam_files.exam.images, exam_files.files, strict=True)}
    return marks_states(result, exam_files.exam, files)


def test_each_mark_is_drawn_on_its_image_and_frame_with_its_score(
    exam_files: ExamFiles, tmp_path: Path
) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    [state] = states(exam_files, result)
    path = tmp_path / "state.dcm"
    write_presentation_state(path, state, exam_files.files[0], StateSeries("2.25.1", 9002))
    read = read_presentation_state(path)
    assert complaints(path)[0] == []
    marks = [(finding, mark) for finding in result.findings for mark in finding.marks]
    assert len(read.annotations) == len(marks)
    for drawn, (finding, mark) in zip(read.annotations, marks, strict=True):
        [scope] = drawn.scope
        assert scope.sop_instance_uid == mark.sop_instance_uid
        assert scope.frames == (() if mark.frame is None else (mark.frame,))
        assert drawn.graphics[0].points == (*mark.outline, mark.outline[0])
        assert drawn.texts[0].text.splitlines()[0] == f"{mark.score} {finding.lesion_type.value}"
        assert "provisional, demonstration only" in drawn.texts[0].text
    assert "below the operating point" in read.annotations[-1].texts[0].text
    assert read.vois


def test_only_marked_images_are_in_the_state(exam_files: ExamFiles) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    first = replace(result, findings=result.findings[:1])
    [state] = states(exam_files, first)
    assert [image.sop_instance_uid for image in state.images] == [exam_files.exam.images[0].sop_instance_uid]


def test_nothing_to_draw_makes_no_state(exam_files: ExamFiles) -> None:
    assert states(exam_files, of_each_kind(exam_files.exam)["none"]) == ()


@pytest.mark.invariant(3)
def test_what_cannot_be_placed_is_not_drawn(exam_files: ExamFiles) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    finding = result.findings[0]
    outside = replace(finding.marks[0], outline=square(5000, 5000, 10))
    assert states(exam_files, replace(result, findings=(replace(finding, marks=(outside,)),))) == ()


def test_a_point_is_drawn_as_a_point(exam_files: ExamFiles) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    finding = result.findings[0]
    point = replace(finding.marks[0], outline=((10.0, 12.0),))
    [state] = states(exam_files, replace(result, findings=(replace(finding, marks=(point,)),)))
    assert state.annotations[0].graphics[0].type is GraphicType.POINT


def test_the_state_is_not_taken_for_one_of_a_read(exam_files: ExamFiles) -> None:
    [state] = states(exam_files, of_each_kind(exam_files.exam)["findings"])
    assert not facts_of(state).of_a_read
    assert "Exam score 9 of 10" in state.description
