"""One view: the image, its marks, its texts, and how the reader looks at it.

Painting follows docs/architecture.md: the pyramid level nearest to the screen's scale, shrunk once for this
zoom and kept; one look-up table through OpenCV into a buffer used again; a QImage that wraps this buffer.
Everything is computed in device pixels, so that 125 % and 150 % screens get no second resampling.
"""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from klarsyn.imaging.geometry import ViewTransform, hanging_chest_wall
from klarsyn.ui.findings import overlay
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.slices.slice_bar import SliceBar
from klarsyn.ui.slices.slice_marks import FoundMark, on_slices
from klarsyn.ui.slices.slices_of_view import slices_of
from klarsyn.ui.slices.stack_place import StackPlace
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.grey_state import GreyState
from klarsyn.ui.view.layers import Layer
from klarsyn.ui.view.magnifier import Glass
from klarsyn.ui.view.mouse import ZOOM_STEP, Mouse
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_painting import paint_view
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.walking import Walk

__all__ = ["ZOOM_STEP", "Viewport"]


class Viewport(StackPlace):
    """One place of the hanging."""

    painted = Signal()
    picked = Signal()
    mark_picked = Signal(str)
    window_dragged = Signal(float, float)
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty view."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.corners = Corners("", right=False)
        self.marks: tuple[FoundMark, ...] = ()
        self.highlighted: str | None = None
        self.below_minimum = ""
        self.layers: list[Layer] = []
        self.message = ""
        self.walk: Walk | None = None
        self.current = False
        self.notices_in_full = False
        self.device_asked = False
        self._hovers_notices = False
        self.glass = Glass()
        self.bar = SliceBar(self)
        self._mouse = Mouse(self)
        screen_book().changed.connect(self.update)

    def show_text(self, corners: Corners, message: str) -> None:
        """Show a text in place of an image: decoding, missing, unreadable."""
        self.picture, self.view, self.marks, self.below_minimum = None, None, (), ""
        self.corners, self.message = corners, message
        self.update()

    def show_image(self, picture: Picture, view: ViewState, corners: Corners) -> None:
        """Show an image."""
        if view is not self.view:
            self.glass.forget_grey()
        self.picture, self.view, self.corners, self.message = picture, view, corners, ""
        self.update()

    def placed_marks(self) -> list[overlay.PlacedMark]:
        """Return the marks that are drawn now, and where, in logical pixels."""
        transform = self.transform()
        if transform is None or self.view is None or not self.marks or self.stack_message:
            return []
        wall = hanging_chest_wall(self.view.loaded.image.laterality)
        texts = self.corners.written
        here = on_slices(self.marks, slices_of(self.view))
        ghosts = [mark for _, mark, ghost in here if ghost]
        marks = [(finding, mark) for finding, mark, _ in here]
        return overlay.place(marks, transform, QSizeF(self.size()), self.ratio, wall, texts, ghosts)

    @property
    def tells_in_full(self) -> bool:
        """True while notices are to be read."""
        return self.notices_in_full or self._hovers_notices

    def set_glass(self, on: bool) -> None:
        """Raise the magnifier under the mouse, or in the middle when the mouse is elsewhere."""
        at = QPointF(self.mapFromGlobal(self.cursor().pos()))
        if not self.rect().contains(at.toPoint()):
            x, y = self.device_point(None)
            at = QPointF(x / self.ratio, y / self.ratio)
        if on:
            self.raise_glass(at)
        else:
            self.glass.lower()
            self.update()

    def raise_glass(self, at: QPointF) -> None:
        """Raise the magnifier at a point in logical pixels."""
        self.glass.at = at
        self.update()

    def move_glass(self, at: QPointF) -> None:
        """Take a magnifier that is up along."""
        if self.glass_is_up:
            self.raise_glass(at)

    @property
    def glass_is_up(self) -> bool:
        """True while the magnifier is shown."""
        return self.glass.at is not None

    def change_glass(self, change: Callable[[GreyState], None]) -> None:
        """Change the grey under the glass alone; the view keeps its own."""
        if self.glass_is_up and self.view is not None:
            change(self.glass.grey(self.view))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """See `paint_view`."""
        transform = paint_view(self)
        self.tell_true_size(transform)
        self.painted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See `Mouse`."""
        if self.bar.press(event):
            return
        if not any(layer.press(self, event) for layer in reversed(self.layers)):
            self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See `Mouse`."""
        if self.bar.move(event):
            return
        if not any(layer.move(self, event) for layer in reversed(self.layers)):
            self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See `Mouse`."""
        if self.bar.release(event):
            return
        if not any(layer.release(self, event) for layer in reversed(self.layers)):
            self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Every pixel at this place, and back."""
        if not any(layer.double_click(self, event) for layer in reversed(self.layers)):
            self.one_to_one(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See `Mouse`."""
        self._mouse.wheel(event)

    def leaveEvent(self, _event: object) -> None:
        """Fold the notices, and let the bar of slices be."""
        self.bar.hover(False)
        self.hover(QPointF(-1, -1))

    def hover(self, at: QPointF) -> None:
        """Unfold the notices while the mouse is over them."""
        hovers = bool(self.corners.notices) and self.corners.box_of_notices.contains(at)
        if hovers != self._hovers_notices:
            self._hovers_notices = hovers
            self.update()

    def paint_covers(self, painter: QPainter, transform: ViewTransform) -> None:
        """Draw what covers a part of the image that stands as `transform` says."""
        painter.save()
        painter.scale(1 / self.ratio, 1 / self.ratio)
        for layer in self.layers:
            layer.cover(painter, self, transform)
        painter.restore()
