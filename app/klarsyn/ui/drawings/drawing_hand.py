"""The hand without a tool: it chooses a drawing, takes hold of it, moves it and puts it down."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.tools.grip import Grip, grip_at

REACH = 7.0
"""Logical pixels around a line or point in which a press takes hold of it."""


class Hand:
    """Holds one drawing, or none."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._grip: Grip | None = None
        self._moved: Annotation | None = None

    @property
    def holds(self) -> bool:
        """True while a drawing is held."""
        return self._grip is not None

    def take(self, grip: Grip) -> None:
        """Take hold."""
        self._grip, self._moved = grip, grip.annotation

    def move(self, to: Point, image: Image) -> None:
        """Take along what is held."""
        if self._grip is not None:
            self._moved = self._grip.moved(to, image) or self._moved

    def instead_of(self, annotation: Annotation) -> Annotation:
        """Return a drawing as it is shown now: where the hand has it."""
        held = self._moved
        return held if held is not None and held.annotation_id == annotation.annotation_id else annotation

    def put_down(self) -> Annotation | None:
        """Let go; returns the drawing when it has moved."""
        held, before = self._moved, self._grip.annotation if self._grip is not None else None
        self.let_go()
        return held if held != before else None

    def let_go(self) -> bool:
        """Let go and leave the drawing where it was; False when none was held."""
        held, self._grip, self._moved = self.holds, None, None
        return held


def met(
    annotations: Sequence[Annotation],
    at: QPointF,
    transform: ViewTransform,
    ratio: float,
    words: Mapping[str, QRectF],
) -> tuple[Annotation, Grip | None] | None:
    """Return the drawing under the hand and the hold on it: by its points, its line, or its words.

    A measure that is met by its words has no hold: they name it, and moving them would move it.

    Parameters
    ----------
    at
        Where the hand is, in logical pixels.
    words
        Where the words of drawings stand, by their ids.
    """

    def place(point: Point) -> Point:
        x, y = transform.to_viewport(*point)
        return x / ratio, y / ratio

    on = transform.to_image(at.x() * ratio, at.y() * ratio)
    found = grip_at(annotations, on, place, REACH)
    if found is not None:
        return found.annotation, found
    for each in reversed(annotations):
        if words.get(each.annotation_id, QRectF()).contains(at):
            return each, Grip(each, on) if each.kind is AnnotationKind.TEXT else None
    return None
