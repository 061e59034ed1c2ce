"""An engine's word is checked before anybody sees it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.finding import LesionType
from klarsyn.engine.check import MAX_REGIONS, check_result
from klarsyn.engine.contract import RawRegion, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
GOOD = RawRegion("view-0", None, SQUARE, LesionType.SOFT_TISSUE, 0.5)
coordinates = st.floats(allow_nan=True, allow_infinity=True)


def refusal(exam, *regions: RawRegion, **changes) -> FailureKind:
    raw = RawResult(**{"exam_token": exam.exam_token, "raw": 0.5, "regions": regions, **changes})
    with pytest.raises(EngineFailure) as caught:
        check_result(raw, exam)
    return caught.value.kind


def test_a_sound_result_is_accepted(exam):
    check_result(RawResult(exam.exam_token, 0.5, (GOOD,)), exam)


def test_a_result_for_another_exam_is_refused(exam):
    assert refusal(exam, exam_token="another") is FailureKind.WRONG_EXAM


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_evidence_that_is_not_finite_is_refused(exam, value):
    assert refusal(exam, raw=value) is FailureKind.INVALID_RESULT


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_mark_whose_score_is_not_finite_is_refused(exam, value):
    assert refusal(exam, replace(GOOD, raw_score=value)) is FailureKind.INVALID_RESULT


def test_a_mark_on_an_image_that_was_not_sent_is_refused(exam):
    assert refusal(exam, replace(GOOD, view_id="view-9")) is FailureKind.INVALID_RESULT


def test_a_mark_on_a_frame_that_does_not_exist_is_refused(exam):
    assert refusal(exam, replace(GOOD, frame=2)) is FailureKind.INVALID_RESULT


def test_an_outline_of_two_points_is_refused(exam):
    assert refusal(exam, replace(GOOD, outline=SQUARE[:2])) is FailureKind.INVALID_RESULT


def test_an_outline_without_an_area_is_refused(exam):
    line = ((10.0, 10.0), (20.0, 20.0), (30.0, 30.0))
    assert refusal(exam, replace(GOOD, outline=line)) is FailureKind.INVALID_RESULT


def test_more_marks_than_plausible_are_refused(exam):
    assert refusal(exam, *[GOOD] * (MAX_REGIONS + 1)) is FailureKind.INVALID_RESULT


@given(column=coordinates, row=coordinates)
def test_no_point_outside_its_image_is_accepted(column, row):
    import numpy as np

    from klarsyn.engine.contract import EngineExam, EngineView

    exam = EngineExam("t", (EngineView("view-0", None, None, None, np.zeros((60, 40), np.uint16)),))
    raw = RawResult("t", 0.5, (replace(GOOD, outline=((column, row), *SQUARE[1:])),))
    try:
        check_result(raw, exam)
    except EngineFailure:
        return
    assert 0 <= column <= 40
    assert 0 <= row <= 60
