"""The reader's own drawings over one view, and the mouse that draws, takes hold of and moves them.

Points are those of the stored image, so that a drawing stays on its spot at any zoom, step and mirroring.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from klarsyn.domain.annotation import Annotation, held_inside
from klarsyn.domain.graphic import Point
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.drawing_hand import REACH, met
from klarsyn.ui.drawings.drawn_layer import DrawnLayer
from klarsyn.ui.drawings.tools.film import Film, film_of, is_on_film
from klarsyn.ui.drawings.tools.pen import Pen, Shape
from klarsyn.ui.view.mouse import STILL

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

_LEFT = Qt.MouseButton.LeftButton


class AnnotationLayer(DrawnLayer):
    """Drawings of the open exam under the mouse.

    Parameters
    ----------
    drawn
        Told of each shape that is complete, with the view and the film that it is on.
    moved
        Told of each drawing that has been moved, once its press ends.
    reworded
        Told of a drawing that is double-clicked, and its view: its words are to be changed.
    """

    def __init__(
        self,
        drawn: Callable[["Viewport", Film, Shape], None],
        moved: Callable[[Annotation], None],
        reworded: Callable[["Viewport", Annotation], None] = lambda _viewport, _annotation: None,
    ) -> None:
        """Nothing is in the hand."""
        super().__init__()
        self._drawn, self._moved, self._reworded = drawn, moved, reworded
        self._pressed_at: QPointF | None = None

    def take_pen(self, pen: Pen | None) -> None:
        """Draw with a pen from now on, or with none."""
        self.pen, self._on, self._pressed_at = pen, None, None
        self.hand.let_go()

    def finish(self, viewport: "Viewport") -> bool:
        """Complete a polygon where it stands; False when there is none that can be."""
        film = film_of(viewport)
        shape = self.pen.finish() if self.pen is not None and film is not None else None
        if shape is not None and film is not None:
            self._complete(viewport, film, shape)
        return shape is not None

    def press(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Set a point while a tool is in use; else choose and take hold of a drawing that is met."""
        film, transform = film_of(viewport), viewport.transform()
        usable = event.button() is _LEFT and self.drawings is not None and not self.hidden
        if film is None or transform is None or not usable:
            return False
        image = film.image
        at = self._point(viewport, transform, event)
        if self.pen is None:
            return self._take_hold(viewport, transform, event.position())
        viewport.picked.emit()
        if not is_on_film(at, image) and not self.pen.begun:
            # A drawing begins on the film; elsewhere the press is the view's own.
            return False
        if self.pen.begun and self._on != film.spot:
            # Begun on another image or slice: a drawing lies on one only, and begins anew here.
            self.pen = Pen(self.pen.kind)
        reach = REACH * viewport.ratio / transform.scale
        if self.pen.closes_at(at, reach):
            self.finish(viewport)
            return True
        self._on, self._pressed_at = film.spot, event.position()
        self.pen.press(held_inside(at, image))
        viewport.update()
        return True

    def move(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Follow the hand with the pen, or with the drawing that it holds."""
        film, transform = film_of(viewport), viewport.transform()
        if film is None or transform is None:
            return self._pressed_at is not None
        image = film.image
        at = self._point(viewport, transform, event)
        if self.hand.holds:
            self.hand.move(at, image)
            viewport.update()
            return True
        if self.pen is not None and self._on == film.spot and self.pen.begun:
            self.pen.move(held_inside(at, image))
            viewport.update()
            # Only a press of ours is ours: with the right button the window may change meanwhile.
            return not event.buttons() or bool(event.buttons() & _LEFT)
        return False

    def release(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Complete what is complete; put down what was held."""
        if event.button() is not _LEFT:
            return False
        if self.hand.holds:
            moved = self.hand.put_down()
            if moved is not None:
                self._moved(moved)
            viewport.update()
            return True
        film, transform, begun = film_of(viewport), viewport.transform(), self._pressed_at
        if self.pen is None or begun is None:
            return False
        self._pressed_at = None
        if film is None or transform is None or self._on != film.spot:
            return True
        way = event.position() - begun
        dragged = abs(way.x()) + abs(way.y()) >= STILL
        at = held_inside(self._point(viewport, transform, event), film.image)
        shape = self.pen.release(at, dragged=dragged)
        if shape is not None:
            self._complete(viewport, film, shape)
        viewport.update()
        return True

    def double_click(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """End a polygon, or write on the drawing that is met.

        With another tool a second click is a click like the first.
        """
        transform = viewport.transform()
        if event.button() is not _LEFT or transform is None:
            return False
        if self.pen is None:
            found = met(
                self.here(viewport), event.position(), transform, viewport.ratio, self.words_on(viewport)
            )
            if found is None or self.drawings is None or not self.drawings.may_change:
                return False
            self.hand.let_go()
            self._reworded(viewport, found[0])
        elif not self.finish(viewport):
            self.press(viewport, event)
        return True

    def _complete(self, viewport: "Viewport", film: Film, shape: Shape) -> None:
        self._on, self._pressed_at = None, None
        self._drawn(viewport, film, shape)

    def _take_hold(self, viewport: "Viewport", transform: ViewTransform, at: QPointF) -> bool:
        found = met(self.here(viewport), at, transform, viewport.ratio, self.words_on(viewport))
        before, self.chosen = self.chosen, found[0].annotation_id if found is not None else None
        if found is not None:
            viewport.picked.emit()
            if found[1] is not None and self.drawings is not None and self.drawings.may_change:
                self.hand.take(found[1])
        if before != self.chosen:
            viewport.update()
        return found is not None

    @staticmethod
    def _point(viewport: "Viewport", transform: ViewTransform, event: QMouseEvent) -> Point:
        at, ratio = event.position(), viewport.ratio
        return transform.to_image(at.x() * ratio, at.y() * ratio)
