"""A result is checked before anybody sees it: an engine's word is input from outside."""

import math
from itertools import pairwise

from klarsyn.engine.contract import EngineExam, EngineView, RawRegion, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.limits import MAX_POINTS, MAX_REGIONS

_SMALLEST_AREA = 1.0


def check_result(raw: RawResult, exam: EngineExam) -> None:
    """Accept `raw` as a result for `exam`, or raise.

    Raises
    ------
    EngineFailure
        Of kind WRONG_EXAM when the result names another exam, else INVALID_RESULT.
    """
    if raw.exam_token != exam.exam_token:
        raise EngineFailure(
            FailureKind.WRONG_EXAM,
            "The engine answered for another exam than the one it was given. "
            "The result was thrown away and the exam is not scored; report this to the engine's vendor.",
        )
    if not math.isfinite(raw.raw):
        raise _invalid("its evidence for the exam is not a finite number")
    if len(raw.regions) > MAX_REGIONS:
        raise _invalid(f"it holds {len(raw.regions)} marks, more than the {MAX_REGIONS} that are plausible")
    views = {view.view_id: view for view in exam.views}
    for number, region in enumerate(raw.regions, start=1):
        _check_region(region, number, views.get(region.view_id))


def _check_region(region: RawRegion, number: int, view: EngineView | None) -> None:
    if view is None:
        raise _invalid(f"mark {number} names an image that the engine was not given")
    _check_slices(region, number, view)
    if not math.isfinite(region.raw_score):
        raise _invalid(f"the score of mark {number} is not a finite number")
    if not 3 <= len(region.outline) <= MAX_POINTS:
        raise _invalid(f"the outline of mark {number} has {len(region.outline)} points")
    rows, columns = view.pixels.shape[-2:]
    for column, row in region.outline:
        # NaN fails both comparisons.
        if not (0 <= column <= columns and 0 <= row <= rows):
            raise _invalid(f"the outline of mark {number} leaves the image")
    if abs(_area(region.outline)) < _SMALLEST_AREA:
        raise _invalid(f"the outline of mark {number} encloses nothing")


def _check_slices(region: RawRegion, number: int, view: EngineView) -> None:
    frame, ends = region.frame, region.frame_range
    if not view.is_volume:
        if frame is not None and frame != 1:
            raise _invalid(f"mark {number} names frame {frame} of a single-frame image")
        if ends is not None:
            raise _invalid(f"mark {number} names several slices of a single-frame image")
        return
    count = len(view.pixels)
    if frame is None:
        raise _invalid(f"mark {number} names no slice of a tomosynthesis")
    if not 1 <= frame <= count:
        raise _invalid(f"mark {number} names slice {frame} of {count}")
    if ends is not None and not 1 <= ends[0] <= frame <= ends[1] <= count:
        raise _invalid(f"mark {number} on slice {frame} of {count} names slices {ends[0]} to {ends[1]}")


def _area(outline: tuple[tuple[float, float], ...]) -> float:
    """Shoelace formula, in square pixels."""
    closed = (*outline, outline[0])
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed)) / 2


def _invalid(what: str) -> EngineFailure:
    return EngineFailure(
        FailureKind.INVALID_RESULT,
        f"The engine's result cannot be used: {what}. "
        "The exam is not scored; report this to the engine's vendor.",
    )
