"""Where the list of findings stands: over air, never over a text or a mark, over tissue only if it must.

What is on the step decides, measured on a coarse grid over all of its views. The place is chosen anew for
another step or size only: a list that moves under the mouse is worse than one that covers some air.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, QSizeF

from klarsyn.ui.drawings.words_room import room_on
from klarsyn.ui.findings import overlay
from klarsyn.ui.theme import theme
from klarsyn.ui.view.corners import MARGIN
from klarsyn.ui.view.ink import text_size
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

    Kept = Callable[[Viewport], Iterable[QRectF]]

CELL = 8
"""Side of a cell of the grid in logical pixels."""

EDGE = 10
"""Logical pixels that stay free between the list and the edge of the images."""

SHORTER = (1.0, 0.8, 0.62, 0.45)
"""Parts of its whole height that the list may have: what it loses is scrolled."""

_TEXT, _TISSUE, _DEEP = 1000.0, 60.0, 8.0
"""What a list costs that lies wholly over texts, over tissue, or in views of tomosynthesis, where slices are
read; the rest is what it would rather not be."""

_LONGEST = "99 marks hidden below 100"

_SHORT, _NARROW, _FAR, _MOVED = 2.0, 0.3, 1.0, 20.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the list stands, its size, and what share of it lies over texts and marks."""

    at: QPoint
    size: QSize
    over_text: float
    cost: float


def place_list(
    viewports: Iterable["Viewport"],
    grid: QSize,
    sizes: Sequence[QSize],
    least: int,
    *,
    on_left: bool,
    kept: "Kept" = lambda _: (),
    others: bool = False,
    stays: QRect | None = None,
) -> Place:
    """Return the best place on a grid for a list that may have one of some `sizes`, the first if possible.

    It may be shorter than that, down to `least`, where it covers less then. `on_left` says where it goes
    among equals: away from the breast with the highest finding; `kept` returns boxes in a view that
    are to stay free as if they were texts. `others` says that other results, with marks in other views, may
    be shown in the same place. A list that `stays` where it is may be as short as it is there; it goes
    elsewhere where it would cover a text or a mark.
    """
    text, tissue, deep = _occupied(list(viewports), grid, kept, others)
    in_the_way = _TISSUE * tissue + _DEEP * deep
    tallest = max(least, grid.height() - 2 * EDGE)

    def cheapest(near: QRect | None, least: int = least) -> Place:
        found: list[Place] = []
        for number, size in enumerate(sizes):
            for part in SHORTER:
                height = min(max(round(size.height() * part), least), size.height(), tallest)
                box = QSize(size.width(), height)
                place = _best(text, in_the_way, grid, box, on_left=on_left, near=near)
                lost = _SHORT * (1 - height / size.height()) + _NARROW * number
                found.append(replace(place, cost=place.cost + lost))
        return min(found, key=lambda place: place.cost)

    if stays is not None:
        # Where it is, or at least on the same side, as near as can be.
        for rows in (1, grid.height()):
            near = QRect(stays.x(), stays.y() - rows + 1, 1, 2 * rows - 1)
            here = cheapest(near, min(least, stays.height()))
            if here.cost < inf and not here.over_text:
                return here
    return cheapest(None)


def _best(
    text: npt.NDArray[np.float32],
    costs: npt.NDArray[np.float32],
    grid: QSize,
    size: QSize,
    *,
    on_left: bool,
    near: QRect | None,
) -> Place:
    across, down = -(-size.width() // CELL), -(-size.height() // CELL)
    over = [_means(each, across, down) for each in (text, costs)]
    rows, columns = over[0].shape
    x, y = np.arange(columns) * CELL, np.arange(rows) * CELL
    away = x if on_left else grid.width() - size.width() - x
    way = np.abs(away)[None] / grid.width() + 0.2 * y[:, None] / grid.height()
    cost = _TEXT * over[0] + over[1] + _FAR * way
    inside = (x >= EDGE) & (x <= max(EDGE, grid.width() - size.width() - EDGE))
    within = (y >= EDGE) & (y <= max(EDGE, grid.height() - size.height() - EDGE))
    if near is not None:
        inside &= (x >= near.left()) & (x <= near.right())
        within &= (y >= near.top()) & (y <= near.bottom())
        cost = cost + _MOVED * np.abs(y - near.center().y())[:, None] / grid.height()
    cost[~(within[:, None] & inside[None])] = np.inf
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    share = float(over[0][row, column])
    return Place(QPoint(int(x[column]), int(y[row])), size, share, float(cost[row, column]))


def _means(cells: npt.NDArray[np.float32], across: int, down: int) -> npt.NDArray[np.float64]:
    """Return the mean of each box of so many cells, by the cell of its upper left corner."""
    down, across = min(down, cells.shape[0]), min(across, cells.shape[1])
    total = np.asarray(cv2.integral(cells, sdepth=cv2.CV_64F))
    boxes = total[down:, across:] - total[:-down, across:] - total[down:, :-across] + total[:-down, :-across]
    return np.asarray(boxes / (down * across))


def _occupied(
    viewports: list["Viewport"], grid: QSize, kept: "Kept", others: bool
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return which cells hold a text, mark or bar, which tissue, and which belong to a tomosynthesis.

    1 or 0, shape (rows, columns).
    """
    shape = -(-grid.height() // CELL), -(-grid.width() // CELL)
    text, tissue, deep = (np.zeros(shape, np.float32) for _ in range(3))
    for viewport in viewports:
        corner = viewport.pos()
        boxes = [*viewport.corners.written, *_kept_for_hidden(viewport, others), *kept(viewport)]
        transform = viewport.transform()
        if transform is not None:
            room = room_on(viewport, transform, Layer())
            # Those of other slices too: who scrolls to them must not find them covered.
            marks = overlay.place(viewport.marks, transform, QSizeF(viewport.size()), viewport.ratio, None)
            boxes += [*room.taken, *(mark.box for mark in marks)]
            _mark_tissue(tissue, viewport, room.tissue)
        if viewport.stack is not None:
            deep[_cells(QRectF(viewport.geometry()))] = 1
        if viewport.bar.place is not None:
            boxes.append(viewport.bar.place.strip)
        for box in boxes:
            moved = QRectF(box).translated(corner.x(), corner.y()).adjusted(-6, -4, 6, 4)
            text[_cells(moved)] = 1
    return text, tissue, deep


def _kept_for_hidden(viewport: "Viewport", in_each: bool) -> list[QRectF]:
    """Return where a view will say how many of its marks a higher minimum score hides: below its texts."""
    above = [box for box in viewport.corners.written if box.bottom() < viewport.height() / 2]
    if not above or not (in_each or viewport.marks or viewport.below_minimum):
        return []
    wide, high = text_size(_LONGEST, theme().small)
    left = viewport.width() - MARGIN - wide if viewport.corners.right else MARGIN
    return [QRectF(left, max(box.bottom() for box in above) + 2, wide, high)]


def _cells(box: QRectF) -> tuple[slice, slice]:
    """Return the rows and columns of the cells that a box meets."""
    rows = slice(max(0, int(box.top() // CELL)), max(0, int(box.bottom() // CELL) + 1))
    return rows, slice(max(0, int(box.left() // CELL)), max(0, int(box.right() // CELL) + 1))


def _mark_tissue(tissue: npt.NDArray[np.float32], viewport: "Viewport", on: object) -> None:
    if not callable(on):
        return
    box = viewport.geometry()
    rows = np.arange(max(0, box.top()) // CELL, min(box.bottom() // CELL + 1, tissue.shape[0]))
    columns = np.arange(max(0, box.left()) // CELL, min(box.right() // CELL + 1, tissue.shape[1]))
    down, across = np.meshgrid(rows, columns, indexing="ij")
    middles = np.stack((across.ravel(), down.ravel()), axis=1) * CELL + CELL / 2
    found = np.asarray(on(middles - (box.left(), box.top())), np.float32)
    part = tissue[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    np.maximum(part, found.reshape(part.shape), out=part)
