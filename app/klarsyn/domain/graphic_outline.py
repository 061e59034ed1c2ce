"""From a graphic of a presentation state to the line that a pen draws on the image."""

import math

from klarsyn.domain.graphic import Graphic, GraphicType, Point, Units
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState

_STEPS = 72
_STEPS_BETWEEN = 12


def outline_of(graphic: Graphic, state: PresentationState, area: DisplayedArea) -> tuple[Point, ...]:
    """Return the points of a line in image coordinates, (column, row) from the top-left corner.

    Circles and ellipses become closed polygons of 72 sides, INTERPOLATED a smooth curve through its points.
    A circle is round in pixels (PS3.3 C.10.5.1.2); it looks like an ellipse where these are not square.

    Parameters
    ----------
    area
        `state.area_of` the image that is drawn on: points in DISPLAY units are parts of it.
    """
    points = tuple(to_image(point, graphic.units, state, area) for point in graphic.points)
    if graphic.type is GraphicType.CIRCLE:
        centre, rim = points
        radius = math.dist(centre, rim)
        return _round(centre, (radius, 0.0), (0.0, radius))
    if graphic.type is GraphicType.ELLIPSE:
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
        half, other = ((bx - ax) / 2, (by - ay) / 2), ((dx - cx) / 2, (dy - cy) / 2)
        return _round(((ax + bx) / 2, (ay + by) / 2), half, other)
    if graphic.type is GraphicType.INTERPOLATED:
        return _smooth(points)
    return points


def to_image(point: Point, units: Units, state: PresentationState, area: DisplayedArea) -> Point:
    """Return a point in image coordinates.

    DISPLAY units count from 0, 0 at the top left of the displayed area *as it is seen*, after rotation and
    flip, to 1, 1 at its bottom right (PS3.3 C.10.5.1.2): both are undone here.
    """
    if units is Units.PIXEL:
        return point
    across, down = point
    if state.horizontal_flip:
        across = 1 - across
    column, row = {
        0: (across, down),
        90: (down, 1 - across),
        180: (1 - across, 1 - down),
        270: (1 - down, across),
    }[state.rotation]
    column0, row0, column1, row1 = area.region
    return column0 + column * (column1 - column0), row0 + row * (row1 - row0)


def _round(centre: Point, half: Point, other: Point) -> tuple[Point, ...]:
    turns = [2 * math.pi * step / _STEPS for step in range(_STEPS)]
    rim = [
        (
            centre[0] + half[0] * math.cos(t) + other[0] * math.sin(t),
            centre[1] + half[1] * math.cos(t) + other[1] * math.sin(t),
        )
        for t in turns
    ]
    return (*rim, rim[0])


def _smooth(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return a Catmull-Rom curve (Catmull and Rom 1974) through the points; the standard names no method."""
    if len(points) < 3:
        return points
    closed = points[0] == points[-1]
    before, after = (points[-2], points[1]) if closed else (points[0], points[-1])
    padded = (before, *points, after)
    curve = [
        _between(padded[place : place + 4], step / _STEPS_BETWEEN)
        for place in range(len(points) - 1)
        for step in range(_STEPS_BETWEEN)
    ]
    return (*curve, points[-1])


def _between(four: tuple[Point, ...], t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    return _cubic(ax, bx, cx, dx, t), _cubic(ay, by, cy, dy, t)


def _cubic(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))) / 2
