"""What a reader draws on one image: lines, areas, angles, arrows and words.

Points are (column, row) of the stored image, (0, 0) being the top-left corner of the top-left pixel
(PS3.3 C.10.5.1.2), so that a drawing needs no conversion on its way into a presentation state.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point

MAX_TEXT = 200
"""Characters of a remark: measured values and the remark together fit a text object (ST, 1 024)."""


class AnnotationKind(StrEnum):
    """What was drawn; a length of more than two points is that of a bent line."""

    LENGTH = "length"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    ANGLE = "angle"
    ARROW = "arrow"
    TEXT = "text"


_POINTS = {
    AnnotationKind.LENGTH: (2, None),
    AnnotationKind.ELLIPSE: (4, 4),
    AnnotationKind.POLYGON: (3, None),
    AnnotationKind.ANGLE: (3, 3),
    AnnotationKind.ARROW: (2, 2),
    AnnotationKind.TEXT: (1, 1),
}
_NEED_TEXT = (AnnotationKind.TEXT,)
_SKEW = 0.02


@dataclass(frozen=True, slots=True)
class Annotation:
    """One drawing on one image.

    Parameters
    ----------
    annotation_id
        A key of ours, unique within one read.
    points
        Length: the line from end to end. Polygon: its corners, closed implicitly. Angle: an end, the
        vertex, the other end. Arrow: tail, tip. Text: where it begins. Ellipse: both ends of one axis,
        then both ends of the other; the axes cross in their middles at a right angle.
    text
        The reader's words; required for a text, possible for all.
    frame
        Counts from 1; None for single-frame images.

    Raises
    ------
    ValueError
        If the points are too few, too many or not finite, an ellipse is skew, or a text is empty or longer
        than `MAX_TEXT`.
    """

    annotation_id: str
    sop_instance_uid: str
    kind: AnnotationKind
    points: tuple[Point, ...]
    text: str = ""
    frame: int | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be drawn, measured and saved."""
        least, most = _POINTS[self.kind]
        if len(self.points) < least or (most is not None and len(self.points) > most):
            raise ValueError(f"The {self.kind} has {len(self.points)} points; it needs {most or least}.")
        if not all(math.isfinite(c) for point in self.points for c in point):
            raise ValueError(f"The {self.kind} has a point that is nowhere.")
        if self.kind is AnnotationKind.ELLIPSE and not _is_ellipse(self.points):
            raise ValueError("The axes of the ellipse do not cross in their middles at a right angle.")
        if self.kind in _NEED_TEXT and not self.text.strip():
            raise ValueError("The text is empty: there is nothing to show.")
        if len(self.text) > MAX_TEXT:
            raise ValueError(f"The text has {len(self.text)} characters; {MAX_TEXT} fit.")
        if self.frame is not None and self.frame < 1:
            raise ValueError(f"Frames count from 1; there is no frame {self.frame}.")

    @property
    def closed(self) -> bool:
        """True for what encloses an area."""
        return self.kind in (AnnotationKind.ELLIPSE, AnnotationKind.POLYGON)

    def outline(self, steps: int = 72) -> tuple[Point, ...]:
        """Return what a pen follows: the points, or `steps` points around an ellipse."""
        if self.kind is not AnnotationKind.ELLIPSE:
            return self.points
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.points
        turns = [2 * math.pi * step / steps for step in range(steps)]
        # Centre plus both half axes; true for any ellipse, however it is turned.
        return tuple(
            (
                (ax + bx) / 2 + (bx - ax) / 2 * math.cos(t) + (dx - cx) / 2 * math.sin(t),
                (ay + by) / 2 + (by - ay) / 2 * math.cos(t) + (dy - cy) / 2 * math.sin(t),
            )
            for t in turns
        )


def ellipse_in_box(corner: Point, opposite: Point) -> tuple[Point, Point, Point, Point]:
    """Return the points of the upright ellipse that fills a box, its longer axis first (C.10.5.1.2)."""
    left, right = sorted((corner[0], opposite[0]))
    top, bottom = sorted((corner[1], opposite[1]))
    x, y = (left + right) / 2, (top + bottom) / 2
    across, down = ((left, y), (right, y)), ((x, top), (x, bottom))
    first, second = (across, down) if right - left >= bottom - top else (down, across)
    return (*first, *second)


def held_inside(point: Point, image: Image) -> Point:
    """Return the nearest point of the image: a drawing tool's hand stops at the edge of the film."""
    return min(max(point[0], 0.0), float(image.columns)), min(max(point[1], 0.0), float(image.rows))


def is_inside(point: Point, image: Image) -> bool:
    """True for points that a presentation state may hold in PIXEL units (PS3.3 C.10.5.1.2)."""
    return 0.0 <= point[0] <= image.columns and 0.0 <= point[1] <= image.rows


def _is_ellipse(points: tuple[Point, ...]) -> bool:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    size = max(math.dist(*points[:2]), math.dist(*points[2:]))
    off_centre = math.dist((ax + bx, ay + by), (cx + dx, cy + dy)) / 2
    along = abs((bx - ax) * (dx - cx) + (by - ay) * (dy - cy))
    return off_centre <= _SKEW * size and along <= _SKEW * size * size
