"""The reader's own drawings over one view, and the mouse that draws, takes hold of and moves them.

Points are those of the stored image, so that a drawing stays on its spot at any zoom, step and mirroring.
Only the open session's drawings are ever here: those of its reader (invariant 5).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from klarsyn.domain.annotation import Annotation, AnnotationKind, held_inside
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.layers import Layer
from klarsyn.ui.mouse import STILL
from klarsyn.ui.pencil import draw_annotation, write_hint
from klarsyn.ui.tools.film import frame_of, image_of, is_on_film
from klarsyn.ui.tools.grip import Grip, grip_at
from klarsyn.ui.tools.pen import Pen, Shape

if TYPE_CHECKING:
    from klarsyn.reading.drawings import Drawings
    from klarsyn.ui.viewport import Viewport

REACH = 7.0
"""Logical pixels around a line or point in which a press takes hold of it."""

_IN_MAKING = "in the making"
_LEFT = Qt.MouseButton.LeftButton


class AnnotationLayer(Layer):
    """Drawings of the open exam. `pen` is up while a tool is in use; `chosen` is what keys act on.

    Parameters
    ----------
    drawn
        Told of each shape that is complete, with the view and the image that it is on.
    moved
        Told of each drawing that has been moved, once its press ends.
    """

    def __init__(
        self,
        drawn: Callable[["Viewport", Image, Shape], None],
        moved: Callable[[Annotation], None],
    ) -> None:
        """Draw nothing until `drawings` are set."""
        self._drawn, self._moved = drawn, moved
        self.drawings: Drawings | None = None
        self.pen: Pen | None = None
        self.chosen: str | None = None
        self.hint = ""
        """What to do with the tool that is in the hand."""
        self.waiting: tuple[str, Shape] | None = None
        """A shape that waits for its words, and the UID of its image."""
        self.hidden = False
        """True while a state that this reader has kept is shown: it holds the drawings, and twice is once
        too often."""
        self._on: str | None = None
        self._pressed_at: QPointF | None = None
        self._grip: Grip | None = None
        self._held: Annotation | None = None

    def take_pen(self, pen: Pen | None) -> None:
        """Draw with a pen from now on, or with none."""
        self.pen, self._on, self._pressed_at = pen, None, None
        self._grip = self._held = None

    def is_on(self, viewport: "Viewport") -> bool:
        """True when the drawing in the making lies on the image of this view."""
        image = image_of(viewport)
        return image is not None and image.sop_instance_uid == self._on

    def finish(self, viewport: "Viewport") -> bool:
        """Complete a polygon where it stands; False when there is none that can be."""
        image = image_of(viewport)
        shape = self.pen.finish() if self.pen is not None and image is not None else None
        if shape is not None and image is not None:
            self._complete(viewport, image, shape)
        return shape is not None

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Draw what is drawn on this image, and what is in the making."""
        image = image_of(viewport)
        if image is None or self.drawings is None or self.hidden:
            return
        size, ratio = QSizeF(viewport.size()), viewport.ratio
        if self.pen is not None and viewport.current:
            write_hint(painter, self.hint, size, right=not viewport.corners.right)
        for annotation in self.drawings.on(image.sop_instance_uid, frame_of(image)):
            held = self._held if self._held and self._held.annotation_id == annotation.annotation_id else None
            draw_annotation(
                painter,
                held or annotation,
                image,
                transform,
                size,
                ratio,
                chosen=annotation.annotation_id == self.chosen,
            )
        shape = self.pen.preview if self.pen is not None and self._on == image.sop_instance_uid else None
        if self.waiting is not None and self.waiting[0] == image.sop_instance_uid:
            shape = self.waiting[1]
        if shape is not None and shape.kind is not AnnotationKind.TEXT:
            making = Annotation(_IN_MAKING, image.sop_instance_uid, shape.kind, shape.points)
            draw_annotation(painter, making, image, transform, size, ratio, chosen=True)

    def press(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Set a point while a tool is in use; else choose and take hold of a drawing that is met."""
        image, transform = image_of(viewport), viewport.transform()
        if (
            event.button() is not _LEFT
            or image is None
            or transform is None
            or self.drawings is None
            or self.hidden
        ):
            return False
        at = self._point(viewport, transform, event)
        if self.pen is None:
            return self._take_hold(viewport, image, transform, at)
        viewport.picked.emit()
        if not is_on_film(at, image) and not self.pen.begun:
            # A drawing begins on the film; elsewhere the press is the view's own.
            return False
        if self.pen.begun and self._on != image.sop_instance_uid:
            # Begun on another image: a drawing lies on one image only, and begins anew here.
            self.pen = Pen(self.pen.kind)
        reach = REACH * viewport.ratio / transform.scale
        if self.pen.closes_at(at, reach):
            self.finish(viewport)
            return True
        self._on, self._pressed_at = image.sop_instance_uid, event.position()
        self.pen.press(held_inside(at, image))
        viewport.update()
        return True

    def move(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Follow the hand with the pen, or with the drawing that it holds."""
        image, transform = image_of(viewport), viewport.transform()
        if image is None or transform is None:
            return self._pressed_at is not None
        at = self._point(viewport, transform, event)
        if self._grip is not None:
            self._held = self._grip.moved(at, image) or self._held
            viewport.update()
            return True
        if self.pen is not None and self._on == image.sop_instance_uid and self.pen.begun:
            self.pen.move(held_inside(at, image))
            viewport.update()
            # Only a press of ours is ours: with the right button the window may change meanwhile.
            return not event.buttons() or bool(event.buttons() & _LEFT)
        return False

    def release(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Complete what is complete; put down what was held."""
        if event.button() is not _LEFT:
            return False
        if self._grip is not None:
            held, before = self._held, self._grip.annotation
            self._grip = self._held = self._pressed_at = None
            if held is not None and held != before:
                self._moved(held)
            viewport.update()
            return True
        image, transform, begun = image_of(viewport), viewport.transform(), self._pressed_at
        if self.pen is None or begun is None:
            return False
        self._pressed_at = None
        if image is None or transform is None or self._on != image.sop_instance_uid:
            return True
        way = event.position() - begun
        dragged = abs(way.x()) + abs(way.y()) >= STILL
        at = held_inside(self._point(viewport, transform, event), image)
        shape = self.pen.release(at, dragged=dragged)
        if shape is not None:
            self._complete(viewport, image, shape)
        viewport.update()
        return True

    def double_click(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """End a polygon; with another tool a second click is a click like the first."""
        if self.pen is None or event.button() is not _LEFT or image_of(viewport) is None:
            return False
        if not self.finish(viewport):
            self.press(viewport, event)
        return True

    def _complete(self, viewport: "Viewport", image: Image, shape: Shape) -> None:
        self._on, self._pressed_at = None, None
        self._drawn(viewport, image, shape)

    def _take_hold(self, viewport: "Viewport", image: Image, transform: ViewTransform, at: Point) -> bool:
        ratio = viewport.ratio

        def place(point: Point) -> Point:
            x, y = transform.to_viewport(*point)
            return x / ratio, y / ratio

        here = self.drawings.on(image.sop_instance_uid, frame_of(image)) if self.drawings else ()
        found = grip_at(here, at, place, REACH)
        before, self.chosen = self.chosen, found.annotation.annotation_id if found else None
        if found is not None:
            viewport.picked.emit()
            if self.drawings is not None and self.drawings.may_change:
                self._grip, self._held = found, found.annotation
        if before != self.chosen:
            viewport.update()
        return found is not None

    @staticmethod
    def _point(viewport: "Viewport", transform: ViewTransform, event: QMouseEvent) -> Point:
        at, ratio = event.position(), viewport.ratio
        return transform.to_image(at.x() * ratio, at.y() * ratio)
