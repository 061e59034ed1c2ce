"""The quadrant walk: the stops at 1:1 that together leave no pixel of the breast unseen.

From the chest wall to the nipple along the top, one row of stops down, back to the chest wall, and so on;
mirrored between left and right breasts. All lengths are device pixels of the screen.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from klarsyn.imaging.coverage import BLOCK, Box, Coverage
from klarsyn.imaging.transform import ViewTransform

OVERLAP = 4 * BLOCK
"""What two neighbouring stops both show, at least: some 4 mm, so that nothing is judged at an edge only."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One look: `row` counts from the top, `column` from the left of the screen."""

    row: int
    column: int
    transform: ViewTransform


@dataclass(frozen=True, slots=True)
class QuadrantWalk:
    """All stops of one image in one viewport, in the order of the walk."""

    stops: tuple[Stop, ...]

    def through(self, coverage: Coverage, viewport_size: tuple[int, int]) -> "QuadrantWalk":
        """Return the walk without stops that show air only, or breast that the others show too.

        Every block of the breast still lies whole in one of the stops that are left. Those that show the
        least breast are asked first: corners beyond the skin line, of which a neighbour's edge has all.
        """
        shown = [coverage.breast_blocks(s.transform, viewport_size) for s in self.stops]
        looks = np.sum(shown, axis=0)
        kept = set(range(len(self.stops)))
        for number in sorted(kept, key=lambda n: int(shown[n].sum())):
            if len(kept) > 1 and (looks[shown[number]] > 1).all():
                looks -= shown[number]
                kept.remove(number)
        return QuadrantWalk(tuple(stop for number, stop in enumerate(self.stops) if number in kept))

    def forward(self, number: int) -> int:
        """Return the number of the stop after this one; the last has none and stays."""
        return min(number + 1, len(self.stops) - 1)

    def back(self, number: int) -> int:
        """Return the number of the stop before this one; the first has none and stays."""
        return max(number - 1, 0)

    def beside(self, number: int, across: int, down: int) -> int:
        """Return the number of the stop that lies so many places to the right and below, or the same one.

        Four keys walk with steps of one: right, left, down, up on the screen.
        """
        at = self.stops[number]
        wanted = at.row + down, at.column + across
        return next((n for n, s in enumerate(self.stops) if (s.row, s.column) == wanted), number)


def quadrant_walk(
    hung: ViewTransform,
    breast: Box,
    viewport_size: tuple[int, int],
    chest_wall: str | None,
    overlap: int = OVERLAP,
) -> QuadrantWalk:
    """Return the stops of a walk over the breast.

    Parameters
    ----------
    hung
        The image as it hangs; its mirroring and the shape of its pixels are kept.
    breast
        The stored pixels that must be seen (`Coverage.breast_box`).
    viewport_size
        Width and height in device pixels.
    chest_wall
        Side of the screen where the chest wall hangs (`hanging_chest_wall`); None walks as for "left".
    overlap
        Device pixels that neighbours share at least; less where a viewport is narrower than four of it,
        but never less than a block.

    Raises
    ------
    ValueError
        If the viewport is too small for a walk, or the breast is empty.
    """
    full = _full_size(hung)
    # A block must lie whole in one of two neighbours: they share one at least.
    blocks = math.ceil(BLOCK * full.column_scale), math.ceil(BLOCK * full.row_scale)
    if any(room < 2 * block for room, block in zip(viewport_size, blocks, strict=True)):
        raise ValueError(f"A viewport of {viewport_size} device pixels is too small for a quadrant walk.")
    if breast[0] >= min(breast[2], hung.columns) or breast[1] >= min(breast[3], hung.rows):
        raise ValueError(f"The breast {breast} has no pixels, there is nothing to walk over.")
    left, top, right, bottom = _shown_box(full, breast)
    width, height = viewport_size
    depths = _starts(right - left, width, max(blocks[0], min(overlap, width // 4)))
    # Depth counts from the chest wall, so that both breasts are cut alike.
    lefts = [right - width - depth if chest_wall == "right" else left + depth for depth in depths]
    shared = max(blocks[1], min(overlap, height // 4))
    tops = [top + start for start in _starts(bottom - top, height, shared)]
    if bottom - top < height:
        tops = [top - (height - (bottom - top)) // 2]
    stops = []
    for row, y in enumerate(tops):
        there = range(len(lefts)) if row % 2 == 0 else reversed(range(len(lefts)))
        for step in there:
            column = len(lefts) - 1 - step if chest_wall == "right" else step
            # 0.0 -: an offset of -0.0 would be printed as such.
            stops.append(Stop(row, column, replace(full, offset=(0.0 - lefts[step], 0.0 - y))))
    return QuadrantWalk(tuple(stops))


def _full_size(hung: ViewTransform) -> ViewTransform:
    """Return the image at 1:1; where pixels are not square, the shorter side gets one device pixel."""
    smaller = min(hung.column_scale, hung.row_scale)
    return replace(
        hung,
        column_scale=hung.column_scale / smaller,
        row_scale=hung.row_scale / smaller,
        offset=(0.0, 0.0),
    )


def _shown_box(full: ViewTransform, breast: Box) -> Box:
    """Return the breast in device pixels of the whole image as shown, whole blocks and whole pixels.

    Coverage counts whole blocks of the stored image, hence the range is widened to their edges first.
    """
    column0, row0 = (max(0, low) // BLOCK * BLOCK for low in breast[:2])
    column1 = min(-(-breast[2] // BLOCK) * BLOCK, full.columns)
    row1 = min(-(-breast[3] // BLOCK) * BLOCK, full.rows)
    (x0, y0), (x1, y1) = full.to_viewport(column0, row0), full.to_viewport(column1, row1)
    return (
        math.floor(min(x0, x1) + 1e-6),
        math.floor(min(y0, y1) + 1e-6),
        math.ceil(max(x0, x1) - 1e-6),
        math.ceil(max(y0, y1) - 1e-6),
    )


def _starts(length: int, room: int, shared: int) -> list[int]:
    """Return where stretches of `room` begin that cover `length` evenly with at least `shared` in common."""
    if length <= room:
        return [0]
    count = math.ceil((length - shared) / (room - shared))
    last = length - room
    return [step * last // (count - 1) for step in range(count)]
