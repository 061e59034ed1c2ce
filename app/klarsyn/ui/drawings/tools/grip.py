"""The grip: where a drawing is taken hold of, and what becomes of it when the hand moves. No Qt."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from klarsyn.domain.annotation import Annotation, AnnotationKind, held_inside
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point


@dataclass(frozen=True, slots=True)
class Grip:
    """A hold on a drawing: on one of its points, or (`point` None) on all of it, begun at `at`."""

    annotation: Annotation
    at: Point
    point: int | None = None

    def moved(self, to: Point, image: Image) -> Annotation | None:
        """Return the drawing with the hand at `to`; None when it would vanish."""
        if self.point is None:
            return self._shifted(to, image)
        to = held_inside(to, image)
        if self.annotation.kind is AnnotationKind.ELLIPSE:
            return self._stretched(to)
        points = list(self.annotation.points)
        points[self.point] = to
        return replace(self.annotation, points=tuple(points))

    def _shifted(self, to: Point, image: Image) -> Annotation:
        points = self.annotation.points
        columns, rows = zip(*points, strict=True)
        # All of it stays on the film, as far as it was there.
        dx = _between(to[0] - self.at[0], -min(columns), image.columns - max(columns))
        dy = _between(to[1] - self.at[1], -min(rows), image.rows - max(rows))
        return replace(self.annotation, points=tuple((x + dx, y + dy) for x, y in points))

    def _stretched(self, to: Point) -> Annotation | None:
        """Draw one end of an axis out: its other end stays, and the other axis goes along with the middle."""
        assert self.point is not None  # noqa: S101  see `moved`
        points = self.annotation.points
        first = self.point < 2
        fixed = points[self.point ^ 1]
        held = points[self.point]
        length = math.dist(fixed, held)
        along = ((held[0] - fixed[0]) / length, (held[1] - fixed[1]) / length)
        reach = (to[0] - fixed[0]) * along[0] + (to[1] - fixed[1]) * along[1]
        if reach < 1.0:
            return None
        end = (fixed[0] + along[0] * reach, fixed[1] + along[1] * reach)
        dx, dy = (end[0] - held[0]) / 2, (end[1] - held[1]) / 2
        axis = (end, fixed) if self.point % 2 == 0 else (fixed, end)
        other = tuple((x + dx, y + dy) for x, y in (points[2:] if first else points[:2]))
        return replace(self.annotation, points=(*axis, *other) if first else (*other, *axis))


def grip_at(
    annotations: Iterable[Annotation], at: Point, place: Callable[[Point], Point], reach: float
) -> Grip | None:
    """Return the hold that a press at `at` takes, the topmost drawing first; None when it meets none.

    Parameters
    ----------
    place
        From image points to those in which `reach` counts: what is near is near on the screen.
    """
    hand = place(at)
    for annotation in reversed(tuple(annotations)):
        near = [n for n, p in enumerate(annotation.points) if math.dist(place(p), hand) <= reach]
        if near and len(annotation.points) > 1:
            return Grip(annotation, at, near[0])
        line = [place(p) for p in annotation.outline()]
        if annotation.closed:
            line.append(line[0])
        if len(line) == 1:
            line *= 2
        if any(_distance(hand, a, b) <= reach for a, b in pairwise(line)):
            return Grip(annotation, at)
    return None


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, min(low, 0.0)), max(high, 0.0))


def _distance(point: Point, tail: Point, head: Point) -> float:
    """Return how far a point is from the stretch between two others."""
    dx, dy = head[0] - tail[0], head[1] - tail[1]
    square = dx * dx + dy * dy
    part = ((point[0] - tail[0]) * dx + (point[1] - tail[1]) * dy) / square if square else 0.0
    part = min(max(part, 0.0), 1.0)
    return math.dist(point, (tail[0] + part * dx, tail[1] + part * dy))
