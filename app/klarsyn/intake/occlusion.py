"""Where on one image an engine's value comes from: cell after cell of the breast is filled, and it is asked.

The image is asked about by itself where the engine can say something of one image: quicker, and not hidden
behind a worse other breast. Else the whole exam goes each time.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from klarsyn.domain.explanation import OcclusionMap
from klarsyn.domain.finding import AiResult
from klarsyn.engine.contract import EngineExam, EngineView, RawResult
from klarsyn.imaging.breast import breast_mask
from klarsyn.intake.asking_again import Asking, NoExplanation, Prepared
from klarsyn.intake.removing import filled

CELL_MM = 15.0
"""Side of a cell: about a lesion's size, so that a lesion is gone with one or two."""

_CELLS_ALONG = 14
"""Cells along the longer side where the size is not known."""

_LEAST_BREAST = 0.2
"""Share of a cell that must be breast."""


def occlusion_map(
    prepared: Prepared,
    sop_instance_uid: str,
    *,
    cell_mm: float,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
    budget_s: float,
) -> OcclusionMap:
    """Return how much the value falls without each cell of one image; the same each time that it is whole.

    Cells under the result's marks go first, then the others in the order of a chequerboard: what the budget
    leaves is spread over the breast.

    Raises
    ------
    NoExplanation
        When the image was not given to the engine, or it says nothing of the exam any more.
    ExplainingStopped
        When cancelled.
    """
    view = _view_of(prepared, sop_instance_uid)
    asking = Asking(prepared.run, cancelled, time.monotonic() + budget_s)
    exam, whole, alone = _base(prepared.sent.exam, view, asking)
    cell = _cell(view, cell_mm)
    places = _in_order(
        _breast_cells(_picture(view), cell), _marked_cells(prepared.result, sop_instance_uid, cell)
    )
    shape = tuple(-(-side // step) for side, step in zip(view.pixels.shape[-2:], cell, strict=True))
    drop = np.full(shape, np.nan)
    asked = 0
    for row, column in places:
        if asking.time_is_up:
            break
        asking.tell = lambda part, done=asked: progress((done + part) / len(places))  # type: ignore[misc]
        region = np.zeros(view.pixels.shape[-2:], np.bool_)
        region[row * cell[0] : (row + 1) * cell[0], column * cell[1] : (column + 1) * cell[1]] = True
        raw = asking.raw(filled(exam, view.view_id, region))
        if isinstance(raw, str) and asking.time_is_up:
            break
        if not isinstance(raw, str):
            drop[row, column] = whole - raw.raw
        asked += 1
        progress(asked / len(places))
    return OcclusionMap(sop_instance_uid, drop, cell, whole, alone, asked, len(places))


def _view_of(prepared: Prepared, uid: str) -> EngineView:
    sent = prepared.sent
    for view in sent.exam.views:
        volume = sent.volumes.get(view.view_id)
        if sent.instances.get(view.view_id) == uid or (volume and uid in volume.volume.instances):
            return view
    raise NoExplanation("The engine was not given this image, so that nothing of the score comes from it.")


def _base(exam: EngineExam, view: EngineView, asking: Asking) -> tuple[EngineExam, float, bool]:
    """Return the exam to take cells from, its value, and whether it is the image by itself."""
    answer: RawResult | str = ""
    if len(exam.views) > 1:
        by_itself = replace(exam, views=(view,))
        answer = asking.raw(by_itself)
        if not isinstance(answer, str):
            return by_itself, answer.raw, True
    answer = asking.raw(exam)
    if isinstance(answer, str):
        raise NoExplanation(f"The image cannot be explained: {answer}. Try again later.")
    return exam, answer.raw, len(exam.views) == 1


def _cell(view: EngineView, cell_mm: float) -> tuple[int, int]:
    if view.spacing is not None:
        sides = cell_mm / view.spacing.row_mm, cell_mm / view.spacing.column_mm
        return max(1, round(sides[0])), max(1, round(sides[1]))
    side = max(1, -(-max(view.pixels.shape[-2:]) // _CELLS_ALONG))
    return side, side


def _picture(view: EngineView) -> npt.NDArray[np.uint16]:
    """Return pixels that show where the breast is; of a tomosynthesis, those of its middle slice."""
    if view.slices is None:
        return view.pixels
    middle, last = view.slices.shape[0] // 2, None
    for number, (pixels, _height) in enumerate(view.slices):
        last = pixels
        if number >= middle:
            break
    if last is None:
        raise NoExplanation("No slice of this image can be read any more.")
    return last


def _breast_cells(pixels: npt.NDArray[np.uint16], cell: tuple[int, int]) -> list[tuple[int, int]]:
    breast = breast_mask(pixels)
    if not breast.any():
        breast = pixels > 0
    down, along = (range(-(-side // step)) for side, step in zip(pixels.shape, cell, strict=True))
    return [
        (r, c)
        for r in down
        for c in along
        if breast[r * cell[0] : (r + 1) * cell[0], c * cell[1] : (c + 1) * cell[1]].sum()
        >= _LEAST_BREAST * cell[0] * cell[1]
    ]


def _marked_cells(result: AiResult, uid: str, cell: tuple[int, int]) -> set[tuple[int, int]]:
    cells: set[tuple[int, int]] = set()
    for finding in result.findings:
        for mark in finding.marks:
            if mark.sop_instance_uid == uid:
                columns, rows = zip(*mark.outline, strict=True)
                down = range(int(min(rows)) // cell[0], int(max(rows)) // cell[0] + 1)
                along = range(int(min(columns)) // cell[1], int(max(columns)) // cell[1] + 1)
                cells |= {(r, c) for r in down for c in along}
    return cells


def _in_order(cells: list[tuple[int, int]], first: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(cells, key=lambda each: (each not in first, sum(each) % 2, each))
