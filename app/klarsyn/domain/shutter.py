"""Shutters: what of an image is to be seen, the rest being covered with one grey (PS3.3 C.7.6.11).

Rows and columns count from 1 here, as in the standard; the pixel on an edge is still seen.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from klarsyn.domain.exam import Spacing


@dataclass(frozen=True, slots=True)
class RectangularShutter:
    """First and last column and row that are seen."""

    left: int
    right: int
    upper: int
    lower: int


@dataclass(frozen=True, slots=True)
class CircularShutter:
    """Centre, and the radius in column steps: on screen a circle, also where pixels are not square."""

    row: int
    column: int
    radius: int


@dataclass(frozen=True, slots=True)
class PolygonalShutter:
    """Corners as (row, column), the standard's order; three or more."""

    vertices: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Shutters:
    """Up to one shutter of each shape; a pixel is seen where all of them let it be seen.

    `grey` is the P-value that covers the rest, 0 black to 65 535 white.
    """

    rectangle: RectangularShutter | None = None
    circle: CircularShutter | None = None
    polygon: PolygonalShutter | None = None
    grey: int = 0


def hides_all(shutters: Shutters, rows: int, columns: int, spacing: Spacing | None = None) -> bool:
    """Return whether no pixel of an image of that size is seen through its shutters.

    Row by row: the pixels between the edges of the rectangle, within the chord of the circle, and on a
    stretch of the polygon.
    """
    box = shutters.rectangle or RectangularShutter(1, columns, 1, rows)
    return not any(
        _sees_one(max(first, box.left, 1), min(last, box.right, columns))
        for row in range(max(box.upper, 1), min(box.lower, rows) + 1)
        for first, last in _stretches(shutters, row, columns, spacing)
    )


def _sees_one(first: float, last: float) -> bool:
    return math.ceil(first) <= math.floor(last)


def _stretches(
    shutters: Shutters, row: int, columns: int, spacing: Spacing | None
) -> Iterator[tuple[float, float]]:
    """Yield first and last column, as fractions, of what circle and polygon leave of a row."""
    left, right = 1.0, float(columns)
    if (circle := shutters.circle) is not None:
        # The radius counts column steps; a row step may be longer or shorter than one.
        down = (row - circle.row) * (spacing.row_mm / spacing.column_mm if spacing else 1.0)
        if abs(down) > circle.radius:
            return
        half = math.sqrt(circle.radius**2 - down**2)
        left, right = circle.column - half, circle.column + half
    if shutters.polygon is None:
        yield left, right
        return
    for first, last in _within(shutters.polygon, row):
        yield max(left, first), min(right, last)


def _within(polygon: PolygonalShutter, row: int) -> Iterator[tuple[float, float]]:
    """Yield the stretches of a row inside a polygon, even-odd, and those on its edges, which are seen."""
    crossings: list[float] = []
    corners = polygon.vertices
    for (row_a, column_a), (row_b, column_b) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if row_a == row_b == row:
            yield min(column_a, column_b), max(column_a, column_b)
        elif row_a != row_b and min(row_a, row_b) <= row <= max(row_a, row_b):
            column = column_a + (row - row_a) * (column_b - column_a) / (row_b - row_a)
            # An edge goes through a row of pixels, of which the nearest is drawn.
            yield round(column), round(column)
            if row < max(row_a, row_b):
                crossings.append(column)
    crossings.sort()
    yield from zip(crossings[::2], crossings[1::2], strict=True)
