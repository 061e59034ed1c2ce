"""Shutters: what of an image is to be seen, the rest being covered with one grey (PS3.3 C.7.6.11).

Rows and columns count from 1 here, as in the standard; the pixel on an edge is still seen.
"""

from dataclasses import dataclass


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
