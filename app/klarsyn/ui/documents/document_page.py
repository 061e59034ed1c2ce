"""One document over the images, on black; the strip with the woman's name stays in sight above it.

Paper is white, and a reader's eyes are used to the dark: pages of a PDF are shown at half of their
brightness. Pictures are shown as they are.
"""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from klarsyn.reading.documents import Page
from klarsyn.ui.documents.document_words import page_words
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

FOOT = 26
"""Logical pixels below the page for its words."""

PAPER = 0.5
"""How bright paper is shown."""

_STEP = 0.2
_WANTED = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Space: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Left: -1,
}
_KEYS = "PgDn PgUp  pages · F  width · Esc  back to the images"
_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888}


class DocumentPage(QWidget):
    """Takes all keys while it is open: nothing is signed behind it."""

    page_wanted = Signal(int, bool)
    """Another page, and whether it is to fill the width."""
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._picture: QImage | None = None
        self._page: Page | None = None
        self._title = self.said = ""
        self._paper = self.wide = False
        self._down = 0.0
        self.hide()

    def begin(self, title: str, *, paper: bool) -> None:
        """Open it, with nothing to show yet."""
        self._picture, self._page, self._title, self._paper = None, None, title, paper
        self.said, self.wide, self._down = "Opening the document…", False, 0.0
        self.show()
        self.raise_()
        self.setFocus()
        self.update()

    def put(self, page: Page) -> None:
        """Show a page."""
        stride = page.columns * page.channels
        made = QImage(page.pixels, page.columns, page.rows, stride, _FORMATS[page.channels])
        self._picture, self._page, self.said = made.copy(), page, ""
        self._down = 0.0
        self.update()

    def fail(self, sentence: str) -> None:
        """Say why there is no page."""
        self._picture, self.said = None, sentence
        self.update()

    def forget(self) -> None:
        """Close it, and hold neither picture nor name."""
        self._picture, self._page, self._title, self.said, self._paper = None, None, "", "", False
        self.hide()

    @property
    def box(self) -> tuple[int, int]:
        """Device pixels that a page has, width and height; a page that fills the width may be longer."""
        ratio = self.devicePixelRatioF()
        wide, high = max(1, self.width()), max(1, self.height() - theme().sized(FOOT))
        return round(wide * ratio), round((4 if self.wide else 1) * high * ratio)

    @property
    def words(self) -> str:
        """What stands below the page."""
        page = page_words(self._page.number, self._page.of) if self._page is not None else ""
        dimmed = "paper at half brightness" if self._paper else ""
        return " · ".join(filter(None, (self._title, page, dimmed)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages, or go back; every other key does nothing here."""
        key, page = event.key(), self._page
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._scroll(_STEP if key == Qt.Key.Key_Down else -_STEP)
        elif page is not None and key == Qt.Key.Key_F:
            self.wide = not self.wide
            self.page_wanted.emit(page.number, self.wide)
        elif page is not None and key in _WANTED and 1 <= page.number + _WANTED[Qt.Key(key)] <= page.of:
            self.page_wanted.emit(page.number + _WANTED[Qt.Key(key)], self.wide)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll a page that is longer than the window."""
        self._scroll(-_STEP if event.angleDelta().y() > 0 else _STEP)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The page on black; below it what it is."""
        look, room = theme(), self.height() - theme().sized(FOOT)
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.surround)
        if self._picture is not None:
            self._paint_picture(painter, self._picture, room)
        top = room + look.sized(5)
        painter.fillRect(QRectF(0, room, self.width(), self.height() - room), look.panel)
        metrics = QFontMetricsF(look.font(look.small))
        keys = metrics.horizontalAdvance(_KEYS)
        cut = metrics.elidedText(self.words, Qt.TextElideMode.ElideRight, self.width() - keys - 60)
        write(painter, QPointF(14, top), cut, look.small, look.text)
        write(painter, QPointF(self.width() - 14, top), _KEYS, look.small, look.dim, right=True)
        if self.said:
            width = QFontMetricsF(look.font(look.body)).horizontalAdvance(self.said)
            at = QPointF(max(14.0, (self.width() - width) / 2), room / 2)
            write(painter, at, self.said, look.body, look.text)
        painter.end()

    def _paint_picture(self, painter: QPainter, picture: QImage, room: int) -> None:
        ratio = self.devicePixelRatioF()
        wide, high = picture.width() / ratio, picture.height() / ratio
        hidden = max(0.0, high - room)
        top = -self._down * hidden if hidden else (room - high) / 2
        place = QRectF((self.width() - wide) / 2, top, wide, high)
        painter.setClipRect(QRectF(0, 0, self.width(), room))
        painter.drawImage(place, picture)
        if self._paper:
            painter.fillRect(place, QColor(0, 0, 0, round(255 * (1 - PAPER))))
        painter.setClipping(False)

    def _scroll(self, by: float) -> None:
        self._down = min(max(self._down + by, 0.0), 1.0)
        self.update()
