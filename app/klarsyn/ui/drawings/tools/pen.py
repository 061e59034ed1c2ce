"""The pen: presses and moves become a drawing. No Qt; points are (column, row) of the image.

Two points can be drawn in one drag or with two clicks, whichever the hand prefers.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from klarsyn.domain.annotation import AnnotationKind, ellipse_in_box
from klarsyn.domain.graphic import Point

_WANTED = {
    AnnotationKind.LENGTH: 2,
    AnnotationKind.ELLIPSE: 2,
    AnnotationKind.ARROW: 2,
    AnnotationKind.ANGLE: 3,
    AnnotationKind.TEXT: 1,
}
_LEAST_PX = 1.0


@dataclass(frozen=True, slots=True)
class Shape:
    """What a drawing is made of, before it has an id and an image."""

    kind: AnnotationKind
    points: tuple[Point, ...]


class Pen:
    """One drawing in the making."""

    def __init__(self, kind: AnnotationKind) -> None:
        """Take the pen up; nothing is drawn yet."""
        self.kind = kind
        self._points: tuple[Point, ...] = ()
        self._at: Point | None = None

    @property
    def begun(self) -> bool:
        """True when a point stands."""
        return bool(self._points)

    @property
    def preview(self) -> Shape | None:
        """What it would be if the next point stood where the hand is; None while there is nothing to see."""
        points = self._points
        if self._at is not None and points and self._at != points[-1]:
            points = (*points, self._at)
        if self.kind is AnnotationKind.POLYGON or (self.kind is AnnotationKind.ANGLE and len(points) == 2):
            # Not closed yet, or one leg of two: a line so far.
            return Shape(AnnotationKind.LENGTH, points) if len(points) > 1 else None
        return _shape(self.kind, points)

    def press(self, at: Point) -> None:
        """Set a point."""
        self._at = at
        if not self._points or at != self._points[-1]:
            self._points = (*self._points, at)

    def move(self, at: Point) -> None:
        """Follow the hand."""
        self._at = at

    def release(self, at: Point, *, dragged: bool) -> Shape | None:
        """End a press; returns the drawing when it is complete, and is ready for the next one.

        An arrow that was clicked and not dragged is a text at that place.
        """
        self._at = at
        if self.kind is AnnotationKind.ARROW and not dragged and len(self._points) == 1:
            return self._done(Shape(AnnotationKind.TEXT, self._points))
        if dragged and len(self._points) == 1:
            self.press(at)
        wanted = _WANTED.get(self.kind)
        return self._complete() if wanted is not None and len(self._points) >= wanted else None

    def finish(self) -> Shape | None:
        """End a polygon where it stands; None when it cannot end yet."""
        return self._complete() if self.kind is AnnotationKind.POLYGON and len(self._points) >= 3 else None

    def closes_at(self, at: Point, reach: float) -> bool:
        """True when a press here would close a polygon; `reach` in image pixels."""
        can = self.kind is AnnotationKind.POLYGON and len(self._points) >= 3
        return can and math.dist(at, self._points[0]) <= reach

    def _complete(self) -> Shape | None:
        return self._done(_shape(self.kind, self._points))

    def _done(self, shape: Shape | None) -> Shape | None:
        self._points, self._at = (), None
        return shape


def _shape(kind: AnnotationKind, points: tuple[Point, ...]) -> Shape | None:
    """Return the drawing of these points; None when there are too few, or nothing could be seen of it."""
    if len(points) < _WANTED.get(kind, 3):
        return None
    if kind is AnnotationKind.TEXT:
        return Shape(kind, points[:1])
    if kind is AnnotationKind.ELLIPSE:
        (x0, y0), (x1, y1) = points[:2]
        if abs(x1 - x0) < _LEAST_PX or abs(y1 - y0) < _LEAST_PX:
            return None
        return Shape(kind, ellipse_in_box(points[0], points[1]))
    if kind is AnnotationKind.POLYGON:
        return Shape(kind, points)
    points = points[: _WANTED[kind]]
    if any(math.dist(a, b) < _LEAST_PX for a, b in pairwise(points)):
        return None
    return Shape(kind, points)
