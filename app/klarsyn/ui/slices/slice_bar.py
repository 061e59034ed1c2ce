"""The bar of a tomosynthesis at the air side of its view: where the slice stands, dragged to scroll.

Thin and dark. It shows which slices are decoded and still to be seen; what has been seen fades, so that a
volume seen whole leaves next to nothing. Slices that cannot be shown are hatched; the ends of the cine are
dragged too. Which slice it is stands in the corner of the view alone. Nothing on it comes from the AI but
what `slice_ticks` may draw.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPen, QPolygonF

from klarsyn.imaging.stack import SliceState
from klarsyn.ui.slices.slice_bar_place import WIDTH, BarPlace
from klarsyn.ui.slices.slice_ticks import paint_hints
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.imaging.geometry import ViewTransform
    from klarsyn.ui.slices.stack_view import StackView
    from klarsyn.ui.view.viewport import Viewport

_LOST = QColor("#8a4a4a")
SEEN, UNSEEN = QColor("#141618"), QColor("#34383d")
"""Of slices that are decoded: what is still to be looked at is the brighter of the two."""
_TRACK = 4.0
_GRIP = 9.0
"""How far from an end of the cine a press still takes hold of it."""


class SliceBar:
    """The bar of one view. Holds only what is dragged, and whether the mouse is over it."""

    def __init__(self, viewport: "Viewport") -> None:
        """Belong to `viewport`."""
        self._viewport = viewport
        self._dragged: str = ""
        self._hovered = False

    @property
    def stack(self) -> "StackView | None":
        """The stack that the view shows."""
        return self._viewport.stack

    @property
    def place(self) -> BarPlace | None:
        """Where the bar stands; None where there is nothing to scroll."""
        stack, viewport = self.stack, self._viewport
        if stack is None or stack.count < 2:
            return None
        return BarPlace(viewport.width(), viewport.height(), viewport.corners.right, stack.count)

    def covers(self, transform: "ViewTransform") -> bool:
        """Return whether it stands over the breast where every pixel counts: then nothing counts as seen."""
        return self._is_in_hand and self._meets_breast(transform)

    def is_shown(self, transform: "ViewTransform | None") -> bool:
        """Return whether it is drawn: at 1:1 it gives way to the breast until a hand comes to it."""
        if self.place is None:
            return False
        close = transform is not None and transform.scale > 1.0 - 1e-6
        return self._is_in_hand or not (close and transform is not None and self._meets_breast(transform))

    @property
    def _is_in_hand(self) -> bool:
        return self._hovered or bool(self._dragged)

    def _meets_breast(self, transform: "ViewTransform") -> bool:
        place, view = self.place, self._viewport.view
        if place is None or view is None:
            return False
        left, top, right, bottom = view.coverage.breast_box
        (x0, _), (x1, _) = transform.points_to_viewport([(left, top), (right, bottom)]) / self._viewport.ratio
        return bool(min(x0, x1) < place.left + WIDTH and max(x0, x1) > place.left)

    def press(self, event: QMouseEvent) -> bool:
        """Take hold of the slice, or of an end of the cine; True when the press was on the bar."""
        place, stack, at = self.place, self.stack, event.position()
        if place is None or stack is None or not place.holds(at.x(), at.y()):
            return False
        if event.button() is Qt.MouseButton.LeftButton:
            self._viewport.picked.emit()
            self._dragged = self._part_at(place, stack, at.y())
            self._drag(place, stack, at.y())
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Drag, or notice the mouse; True while something is dragged."""
        place, stack, at = self.place, self.stack, event.position()
        if place is None or stack is None:
            self._dragged, self._hovered = "", False
            return False
        if self._dragged:
            self._drag(place, stack, at.y())
            return True
        self.hover(place.holds(at.x(), at.y()))
        return self._hovered and event.buttons() == Qt.MouseButton.NoButton

    def hover(self, over: bool) -> None:
        """Notice that the mouse has come, or gone."""
        if over != self._hovered:
            self._hovered = over
            self._viewport.update()

    def release(self, _event: QMouseEvent) -> bool:
        """Let go; True when something was held."""
        held, self._dragged = bool(self._dragged), ""
        if held:
            self._viewport.update()
        return held

    def paint(self, painter: QPainter) -> None:
        """Draw it, in logical pixels."""
        place, stack = self.place, self.stack
        if place is None or stack is None:
            return
        look = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x = place.left + (WIDTH - _TRACK) / 2
        whole = QRectF(x - 1, place.top - 1, _TRACK + 2, place.length + 2)
        painter.fillRect(whole, look.surround)
        for index in range(stack.count):
            self._paint_slice(painter, QRectF(x, place.y_of(index), _TRACK, max(1.0, place.step)), index)
        self._paint_ends(painter, place, stack)
        paint_hints(painter, place, self._viewport, stack.volume)
        shown = stack.shown
        top, bottom = place.y_of(shown.last), place.y_of(shown.first) + place.step
        thumb = QRectF(place.left + 2, top, WIDTH - 4, max(3.0, bottom - top))
        thumb.moveCenter(QPointF(thumb.center().x(), (top + bottom) / 2))
        painter.setPen(QPen(look.text if self._is_in_hand else look.dim, 1))
        painter.drawRect(thumb.adjusted(0, 0, -1, -1))
        middle = place.middle_of(stack.index)
        painter.fillRect(QRectF(place.left + 1, middle - 1, WIDTH - 2, 2), look.text)
        painter.restore()

    def _paint_slice(self, painter: QPainter, box: QRectF, index: int) -> None:
        stack = self.stack
        if stack is None:
            return
        state = stack.stack.state(index)
        if state is SliceState.UNREADABLE:
            # Hatched as well: red alone is lost on a grey monitor.
            wide = box.adjusted(-2, -1, 2, 1)
            painter.fillRect(wide, theme().surround)
            painter.fillRect(wide, QBrush(_LOST, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(_LOST, 1))
            painter.drawRect(wide)
        elif state is SliceState.READY:
            painter.fillRect(box, SEEN if stack.seen.has(index) else UNSEEN)

    def _paint_ends(self, painter: QPainter, place: BarPlace, stack: "StackView") -> None:
        if stack.ends == (0, stack.count - 1) and not self._is_in_hand:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().dim)
        left, right = place.left, place.left + WIDTH
        middle = left + WIDTH / 2
        for y, away in ((place.lower_edge(stack.ends[0]), 6.0), (place.y_of(stack.ends[1]), -6.0)):
            painter.drawPolygon(
                QPolygonF([QPointF(left, y + away), QPointF(right, y + away), QPointF(middle, y)])
            )
        painter.restore()

    def _part_at(self, place: BarPlace, stack: "StackView", y: float) -> str:
        if abs(y - place.middle_of(stack.index)) > _GRIP / 2:
            # Ends lie beside the slices that they hold, so that the thumb never hides them.
            if 0 <= y - place.lower_edge(stack.ends[0]) <= _GRIP:
                return "low"
            if 0 <= place.y_of(stack.ends[1]) - y <= _GRIP:
                return "high"
        return "slice"

    def _drag(self, place: BarPlace, stack: "StackView", y: float) -> None:
        low, high = stack.ends
        index = place.index_at(y)
        if self._dragged == "low":
            stack.ends = (min(index, high), high)
        elif self._dragged == "high":
            stack.ends = (low, max(index, low))
        else:
            self._viewport.slice_wanted.emit(index)
        self._viewport.update()
