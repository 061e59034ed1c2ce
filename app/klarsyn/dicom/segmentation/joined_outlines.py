"""One polygon for each piece of a mask, its holes joined to its edge by slits without width.

A mark has one polygon. Joined like this, filling it gives the piece without its holes, and its area is the
piece's.
"""

import numpy as np

from klarsyn.dicom.segmentation.mask_outlines import Mask, MaskOutline, mask_outlines

Point = tuple[float, float]
MAX_HOLES = 500
"""Of one mask; more are noise, and its pieces are drawn as if they had none."""


def joined_outlines(mask: Mask) -> tuple[list[tuple[Point, ...]], int]:
    """Return the polygons of a mask of shape (rows, columns), and how many holes are not cut out of them.

    Points are (column, row), the first not repeated.

    Raises
    ------
    TooRagged
        As `mask_outlines` does.
    """
    outlines = mask_outlines(mask)
    holes = sum(one.hole for one in outlines)
    if not 0 < holes <= MAX_HOLES:
        return [one.points for one in outlines if not one.hole], holes
    whose = _upright_edges(outlines)
    polygons = {place: list(one.points) for place, one in enumerate(outlines) if not one.hole}
    root = {place: place for place in polygons}
    # From the left, so that what a slit meets is joined already.
    inner = sorted(
        (place for place, one in enumerate(outlines) if one.hole), key=lambda p: _left(outlines[p])
    )
    for place in inner:
        # The other way round than its piece, so that areas add up.
        points = list(outlines[place].points[::-1])
        at = _leftmost_edge(points)
        column = int(points[at][0])
        row = int(min(points[at][1], points[(at + 1) % len(points)][1]))
        beside = np.flatnonzero(~mask[row, :column])
        ends = int(beside[-1]) + 1 if beside.size else 0
        root[place] = root[whose[ends, row]]
        _join(polygons[root[place]], (points[at + 1 :] + points[: at + 1]), column, ends, row + 0.5)
    return [tuple(points) for points in polygons.values()], 0


def _upright_edges(outlines: list[MaskOutline]) -> dict[tuple[int, int], int]:
    """Return which outline runs along the left side of the pixel at (column, row)."""
    found: dict[tuple[int, int], int] = {}
    for place, one in enumerate(outlines):
        for (column, row), (along, end) in zip(one.points, one.points[1:] + one.points[:1], strict=True):
            if column == along:
                found |= {(int(column), r): place for r in range(int(min(row, end)), int(max(row, end)))}
    return found


def _left(outline: MaskOutline) -> float:
    return min(column for column, _ in outline.points)


def _leftmost_edge(points: list[Point]) -> int:
    """Return where an upright edge at the left end of a polygon begins."""
    left = min(column for column, _ in points)
    following = points[1:] + points[:1]
    return next(n for n, pair in enumerate(zip(points, following, strict=True)) if _upright(pair, left))


def _upright(pair: tuple[Point, Point], column: float) -> bool:
    return pair[0][0] == pair[1][0] == column


def _join(polygon: list[Point], hole: list[Point], column: int, ends: int, level: float) -> None:
    """Put a hole into a polygon, over a slit at `level` from its `column` to the edge at `ends`."""
    following = polygon[1:] + polygon[:1]
    for place, pair in enumerate(zip(polygon, following, strict=True)):
        low, high = sorted((pair[0][1], pair[1][1]))
        if _upright(pair, ends) and low <= level <= high:
            start, end = (float(ends), level), (float(column), level)
            polygon[place + 1 : place + 1] = [start, end, *hole, end, start]
            return
