"""From a graphic of a report (SCOORD, PS3.3 C.18.6.1.1) to the outline of a mark."""

import math

from klarsyn.domain.reports.cad_report import GraphicKind

Point = tuple[float, float]
Outline = tuple[Point, ...]

_SAGITTA = 0.25
"""Pixels that a round outline's sides may be off the round line."""
_FEWEST, _MOST = 24, 720
_ASKEW = 2.0
"""Pixels by which ends of an ellipse's axes may be off, as makers round them."""


def outline_of(kind: GraphicKind, points: Outline, columns: int, rows: int) -> tuple[Outline, str]:
    """Return an outline of (column, row), or () and the reason why there is none.

    A point stays one point. A circle or ellipse becomes a polygon of the same area, nowhere more than half a
    pixel off, and ends at the image's edge where it reaches beyond. Many points become their hull; a line
    stays as it is, closed or not.
    """
    wanted = {GraphicKind.POINT: 1, GraphicKind.CIRCLE: 2, GraphicKind.ELLIPSE: 4}.get(kind)
    if not points or (wanted is not None and len(points) != wanted):
        return (), f"it is a {kind.value} of {len(points)} points"
    if not all(math.isfinite(part) for point in points for part in point):
        return (), "its coordinates are no numbers"
    if kind is GraphicKind.MULTIPOINT:
        return _hull(points), ""
    if kind is GraphicKind.CIRCLE:
        radius = math.dist(*points)
        return _round(points[0], (radius, 0.0), (0.0, radius), columns, rows)
    if kind is GraphicKind.ELLIPSE:
        return _ellipse(points, columns, rows)
    return points, ""


def _ellipse(points: Outline, columns: int, rows: int) -> tuple[Outline, str]:
    a, b, c, d = points
    one, other = _half(a, b), _half(c, d)
    centre, crossing = _middle(a, b), _middle(c, d)
    length, across = math.hypot(*one), math.hypot(*other)
    longer = max(length, across)
    lean = abs(one[0] * other[0] + one[1] * other[1]) / longer if longer else 0.0
    if math.dist(centre, crossing) > _ASKEW or lean > _ASKEW:
        return (), "its ellipse has axes that do not cross in the middle at a right angle"
    return _round(centre, one, other, columns, rows)


def _round(centre: Point, half: Point, other: Point, columns: int, rows: int) -> tuple[Outline, str]:
    """Return the polygon of an ellipse with these half axes."""
    longest = max(math.hypot(*half), math.hypot(*other))
    if not (0 <= centre[0] <= columns and 0 <= centre[1] <= rows):
        return (), "its centre lies outside the image"
    if longest > math.hypot(columns, rows):
        return (), "it is larger than the image"
    if longest == 0:
        return (centre,), ""
    flattest = math.acos(max(1 - _SAGITTA / longest, 0.0))
    sides = min(max(math.ceil(math.pi / flattest), _FEWEST), _MOST)
    # Corners stand so far outside the round line that the polygon has the ellipse's area.
    swell = math.sqrt(2 * math.pi / (sides * math.sin(2 * math.pi / sides)))
    rim = []
    for step in range(sides):
        turn = 2 * math.pi * step / sides
        along, across = swell * math.cos(turn), swell * math.sin(turn)
        rim.append(
            (
                centre[0] + along * half[0] + across * other[0],
                centre[1] + along * half[1] + across * other[1],
            )
        )
    return _inside(tuple(rim), columns, rows), ""


def _inside(outline: Outline, columns: int, rows: int) -> Outline:
    """Return the part of a convex outline that lies on the image (Sutherland and Hodgman 1974)."""
    for axis, limit, sign in ((0, 0.0, 1), (0, float(columns), -1), (1, 0.0, 1), (1, float(rows), -1)):
        kept: list[Point] = []
        for before, here in zip((outline[-1], *outline[:-1]), outline, strict=True):
            was, is_ = sign * (before[axis] - limit), sign * (here[axis] - limit)
            if (was < 0) != (is_ < 0):
                part = was / (was - is_)
                across = before[1 - axis] + part * (here[1 - axis] - before[1 - axis])
                kept.append((limit, across) if axis == 0 else (across, limit))
            if is_ >= 0:
                kept.append(here)
        outline = tuple(kept)
        if not outline:
            return ()
    return outline


def _hull(points: Outline) -> Outline:
    """Return the convex hull (Andrew 1979); points on one line become its two ends."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return tuple(ordered)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return (*lower[:-1], *upper[:-1])


def _chain(ordered: list[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _half(a: Point, b: Point) -> Point:
    return (b[0] - a[0]) / 2, (b[1] - a[1]) / 2


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
