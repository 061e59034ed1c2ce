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
from klarsyn.ui import overlay
from klarsyn.ui.corners import Corners, paint_corners, paint_message
from klarsyn.ui.frames import paint_frames, paint_surround
from klarsyn.ui.grey_state import GreyState
from klarsyn.ui.in_sight import in_sight
from klarsyn.ui.layers import Layer
from klarsyn.ui.magnifier import Glass, draw_grey, paint_glass
from klarsyn.ui.mouse import ZOOM_STEP, Mouse
from klarsyn.ui.picture import Picture
from klarsyn.ui.screen_book import screen_book
from klarsyn.ui.true_size import size_words
from klarsyn.ui.view_place import ViewPlace
from klarsyn.ui.view_state import ViewState
from klarsyn.ui.walking import Walk

__all__ = ["ZOOM_STEP", "Viewport"]


class Viewport(ViewPlace):
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
        self.picture: Picture | None = None
        self.corners = Corners("", right=False)
        self.marks: tuple[overlay.FoundMark, ...] = ()
        self.highlighted: str | None = None
        self.layers: list[Layer] = []
        self.message = ""
        self.walk: Walk | None = None
        self.current = False
        self.notices_in_full = False
        self.device_asked = False
        self._hovers_notices = False
        self.glass = Glass()
        self._mouse = Mouse(self)
        screen_book().changed.connect(self.update)

    def show_text(self, corners: Corners, message: str) -> None:
        """Show a text in place of an image: decoding, missing, unreadable."""
        self.picture, self.view, self.marks = None, None, ()
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
        if transform is None or self.view is None or not self.marks:
            return []
        wall = hanging_chest_wall(self.view.loaded.image.laterality)
        texts = self.corners.written
        return overlay.place(self.marks, transform, QSizeF(self.size()), self.ratio, wall, texts)

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
        """Draw image, marks, frames, texts and magnifier, in this order."""
        painter = QPainter(self)
        transform = self.transform()
        drawn = None
        if self.picture is not None and self.view is not None and transform is not None:
            # The monitor's table and words: a window may have gone to another one since.
            screen = screen_book().look(self)
            self.picture.screen, self.picture.moving = screen.lut, self.gliding
            self.corners.screen, self.corners.screen_is_sound = screen.statement, screen.sound
            drawn = self.picture.draw(self.view.display, transform, self.device_size)
        paint_surround(painter, self, drawn)
        if transform is not None and self.view is not None:
            if drawn is not None and self.picture is not None:
                draw_grey(painter, drawn, self.ratio)
                if not self.picture.loaded.pyramid.is_preview and in_sight(self, transform):
                    self.view.coverage.look(transform, self.device_size)
            self.paint_covers(painter, transform)
            overlay.paint(painter, self.placed_marks(), self.highlighted)
            for layer in self.layers:
                layer.paint(painter, self, transform)
            self.corners.grey = self.view.label
            walked = self.walk.words if self.walk is not None and self.walk.is_of(self) else ""
            self.corners.size = size_words(self.view, transform, self.pixel_mm, walked, self.neighbours())
        else:
            paint_message(painter, self.message, QSizeF(self.size()))
        in_full = self.notices_in_full or self._hovers_notices
        self.corners.device_asked = self.device_asked
        paint_frames(painter, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_corners(painter, self.corners, QSizeF(self.size()), in_full=in_full)
        if transform is not None:
            paint_glass(painter, self, transform)
        painter.end()
        self.tell_true_size(transform)
        self.painted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See `Mouse`."""
        if not any(layer.press(self, event) for layer in reversed(self.layers)):
            self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See `Mouse`."""
        if not any(layer.move(self, event) for layer in reversed(self.layers)):
            self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See `Mouse`."""
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
        """Fold the notices."""
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
