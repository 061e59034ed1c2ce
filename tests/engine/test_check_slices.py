"""A mark on tomosynthesis names a slice that the engine was given, within a range of such slices."""

from dataclasses import replace

import numpy as np
import pytest

from klarsyn.domain.finding import LesionType
from klarsyn.engine.check import check_result
from klarsyn.engine.contract import EngineExam, EngineView, RawRegion, RawResult
from klarsyn.engine.failure import EngineFailure

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
ROWS, COLUMNS = 60, 40
MARK = RawRegion("volume-0", 3, SQUARE, LesionType.SOFT_TISSUE, 0.5, frame_range=(2, 4))


def refusal(region: RawRegion) -> str:
    view = EngineView("volume-0", None, None, None, np.zeros((5, ROWS, COLUMNS), np.uint16))
    flat = EngineView("view-0", None, None, None, np.zeros((ROWS, COLUMNS), np.uint16))
    exam = EngineExam("t", (view, flat))
    try:
        check_result(RawResult("t", 0.5, (region,)), exam)
    except EngineFailure as failure:
        return failure.sentence
    return ""


def test_a_mark_on_a_slice_within_its_range_is_accepted():
    assert refusal(MARK) == ""
    assert refusal(replace(MARK, frame=1, frame_range=(1, 5))) == ""
    assert refusal(replace(MARK, frame_range=None)) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frame": None}, "names no slice"),
        ({"frame": 6, "frame_range": None}, "slice 6 of 5"),
        ({"frame": 0, "frame_range": None}, "slice 0 of 5"),
        ({"frame_range": (4, 5)}, "names slices 4 to 5"),
        ({"frame_range": (2, 6)}, "names slices 2 to 6"),
        ({"frame_range": (4, 2)}, "names slices 4 to 2"),
        ({"view_id": "view-0", "frame": None}, "several slices of a single-frame"),
    ],
)
def test_a_mark_on_slices_that_cannot_be_is_refused(changes, words):
    assert words in refusal(replace(MARK, **changes))
