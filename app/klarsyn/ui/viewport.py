"""One view: the image, its marks, its texts, and what the mouse does to it.

Painting follows docs/architecture.md: the pyramid level nearest to the screen's scale, shrunk once for this
zoom and kept; one look-up table through OpenCV into a buffer used again; a QImage that wraps this buffer.
Everything is computed in device pixels, so that 125 % and 150 % screens get no second resampling.
"""

from PySide6.QtCore import QPointF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QRegion, QWheelEvent
from PySide6.QtWidgets import QWidget

from klarsyn.imaging.geometry import ViewTransform, hanging_chest_wall
from klarsyn.ui import overlay
from klarsyn.ui.corners import Corners, paint_corners, wrapped
from klarsyn.ui.ink import text_size, write
from klarsyn.ui.magnifier import draw_grey, paint_glass
from klarsyn.ui.picture import Drawn, Picture
from klarsyn.ui.theme import theme
from klarsyn.ui.view_state import ViewState

HOLD_MS = 250
"""Pressing longer than this without moving raises the magnifier."""

ZOOM_STEP = 1.25


class Viewport(QWidget):
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
        self.view: ViewState | None = None
        self.mm_per_px: float | None = None
        self.corners = Corners("", right=False)
        self.marks: tuple[overlay.FoundMark, ...] = ()
        self.highlighted: str | None = None
        self.message = ""
        self.current = False
        self.notices_in_full = False
        self._hovers_notices = False
        self._glass_at: QPointF | None = None
        self._glass_by_press = False
        self._pressed: tuple[QPointF, Qt.MouseButton] | None = None
        self._hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._hold.timeout.connect(self._raise_glass_by_press)

    def show_text(self, corners: Corners, message: str) -> None:
        """Show a text in place of an image: decoding, missing, unreadable."""
        self.picture, self.view, self.marks = None, None, ()
        self.corners, self.message = corners, message
        self.update()

    def show_image(self, picture: Picture, view: ViewState, corners: Corners) -> None:
        """Show an image."""
        self.picture, self.view, self.corners, self.message = picture, view, corners, ""
        self.update()

    @property
    def ratio(self) -> float:
        """Device pixels per logical pixel."""
        return self.devicePixelRatioF()

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return max(1, round(self.width() * self.ratio)), max(1, round(self.height() * self.ratio))

    def transform(self) -> ViewTransform | None:
        """Return where the image stands, in device pixels; None without an image."""
        return self.view.transform(self.device_size, self.mm_per_px) if self.view else None

    def placed_marks(self) -> list[overlay.PlacedMark]:
        """Return the marks that are drawn now, and where, in logical pixels."""
        transform = self.transform()
        if transform is None or self.view is None or not self.marks:
            return []
        wall = hanging_chest_wall(self.view.loaded.image.laterality)
        return overlay.place(self.marks, transform, QSizeF(self.size()), self.ratio, wall)

    def set_glass(self, on: bool) -> None:
        """Raise the magnifier under the mouse, or in the middle when the mouse is elsewhere."""
        at = QPointF(self.mapFromGlobal(self.cursor().pos()))
        inside = self.rect().contains(at.toPoint())
        x, y = self._device(None)
        self._glass_at = (at if inside else QPointF(x / self.ratio, y / self.ratio)) if on else None
        self.update()

    @property
    def glass_is_up(self) -> bool:
        """True while the magnifier is shown."""
        return self._glass_at is not None

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a point in logical pixels, or about what is looked at."""
        if self.view is not None:
            self.view.zoom_by(factor, self._device(about), self.device_size, self.mm_per_px)
            self.update()

    def one_to_one(self, about: QPointF | None = None) -> None:
        """Every pixel, or back to the whole."""
        if self.view is not None:
            self.view.one_to_one(self._device(about), self.device_size, self.mm_per_px)
            self.update()

    def fit(self) -> None:
        """The whole image in its place."""
        if self.view is not None:
            self.view.fit()
            self.update()

    def look_at(self, column: float, row: float) -> None:
        """Show an image point in the middle, at every pixel."""
        if self.view is not None:
            self.view.look_at(column, row, self.device_size, self.mm_per_px)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw image, marks, magnifier and texts, in this order."""
        painter = QPainter(self)
        transform = self.transform()
        drawn = None
        if self.picture is not None and self.view is not None and transform is not None:
            drawn = self.picture.draw(self.view.display, transform, self.device_size)
        self._paint_surround(painter, drawn)
        if transform is not None and self.view is not None:
            if drawn is not None:
                draw_grey(painter, drawn, self.ratio)
            overlay.paint(painter, self.placed_marks(), self.highlighted)
            self.corners.grey = self.view.label
        else:
            self._paint_message(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        in_full = self.notices_in_full or self._hovers_notices
        paint_corners(painter, self.corners, QSizeF(self.size()), in_full=in_full)
        if self._glass_at is not None and self.picture and self.view and transform:
            paint_glass(painter, self.picture, self.view.display, transform, self._glass_at, self.ratio)
        if self.current:
            painter.setPen(QPen(theme().line, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        self.painted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the view; a left press that stays still raises the magnifier."""
        self._pressed = (event.position(), event.button())
        if event.button() is Qt.MouseButton.LeftButton:
            self._hold.start()
        self.picked.emit()
        hits = [m for m in self.placed_marks() if m.box.contains(event.position())]
        if hits and event.button() is Qt.MouseButton.LeftButton:
            self.mark_picked.emit(hits[-1].finding.finding_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Left and middle drag move the image, right drag changes the window."""
        at = event.position()
        if self._glass_at is not None:
            self._glass_at = at
            self.update()
        if self._pressed is None:
            self._hover(at)
            return
        before, button = self._pressed
        dx, dy = at.x() - before.x(), at.y() - before.y()
        if self._hold.isActive() and abs(dx) + abs(dy) < 4:
            return
        self._hold.stop()
        self._pressed = (at, button)
        if self.view is None or self._glass_by_press:
            return
        if button is Qt.MouseButton.RightButton:
            self.window_dragged.emit(dx, dy)
        else:
            self.view.pan_by(dx * self.ratio, dy * self.ratio, self.device_size, self.mm_per_px)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End a drag; lower a magnifier that the press has raised."""
        self._hold.stop()
        self._pressed = None
        if self._glass_by_press:
            self._glass_by_press = False
            self.set_glass(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Every pixel at this place, and back."""
        self.one_to_one(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Next or previous image of this view; with Ctrl, zoom at this place."""
        steps = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP**steps, event.position())
        elif steps:
            self.turned.emit(-1 if steps > 0 else 1)
        event.accept()

    def leaveEvent(self, _event: object) -> None:
        """Fold the notices."""
        self._hover(QPointF(-1, -1))

    def _device(self, at: QPointF | None) -> tuple[float, float]:
        if at is not None:
            return at.x() * self.ratio, at.y() * self.ratio
        if self.view is not None:
            return self.view.centre(self.device_size, self.mm_per_px)
        return self.width() * self.ratio / 2, self.height() * self.ratio / 2

    def _hover(self, at: QPointF) -> None:
        hovers = bool(self.corners.notices) and self.corners.box_of_notices.contains(at)
        if hovers != self._hovers_notices:
            self._hovers_notices = hovers
            self.update()

    def _raise_glass_by_press(self) -> None:
        if self._pressed is not None and self.picture is not None:
            self._glass_by_press = True
            self._glass_at = self._pressed[0]
            self.update()

    def _paint_surround(self, painter: QPainter, drawn: Drawn | None) -> None:
        # Only what the image does not cover: at five megapixels a second coat is a tenth of a frame.
        uncovered = QRegion(0, 0, *self.device_size)
        if drawn is not None:
            rows, columns = drawn.grey.shape
            uncovered -= QRegion(drawn.x, drawn.y, columns, rows)
        painter.save()
        painter.scale(1 / self.ratio, 1 / self.ratio)
        for rect in uncovered:  # type: ignore[attr-defined]  # iterable at run time
            painter.fillRect(rect, theme().surround)
        painter.restore()

    def _paint_message(self, painter: QPainter) -> None:
        look = theme()
        lines = list(wrapped(self.message, self.width() * 0.7, look.body))
        y = (self.height() - 24 * len(lines)) / 2
        for n, line in enumerate(lines):
            x = (self.width() - text_size(line, look.body)[0]) / 2
            write(painter, QPointF(x, y + 24 * n), line, look.body, look.dim)
