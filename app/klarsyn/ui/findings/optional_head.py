"""The heading over findings below their maker's operating point: a click draws them all, or none.

CAD SR calls them Presentation Optional (111151): the maker shows them to who asks.
"""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write

WORDS = "Below the maker's operating point"
_HIGH = 26


class OptionalHead(QWidget):
    """Words at the left; at the right whether they are drawn."""

    chosen = Signal(bool)

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        """Make it for so many findings, none drawn."""
        super().__init__(parent)
        self._count, self.drawn = count, False
        self.setFixedHeight(theme().sized(_HIGH))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(f"{WORDS}: drawn when chosen, or all by a click here.")

    def show_drawn(self, drawn: bool) -> None:
        """Say whether all are drawn."""
        self.drawn = drawn
        self.update()

    @property
    def words(self) -> tuple[str, str]:
        """What stands at the left and at the right."""
        return f"{WORDS} ({self._count})", "on" if self.drawn else "off"

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Draw them, or no longer."""
        self.chosen.emit(not self.drawn)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One dim line."""
        look = theme()
        painter = QPainter(self)
        left, right = self.words
        top = self.height() - text_size(left, look.small)[1] - 5
        room = self.width() - text_size(right, look.small)[0] - look.sized(8)
        cut = QFontMetricsF(look.font(look.small)).elidedText(left, Qt.TextElideMode.ElideRight, room)
        write(painter, QPointF(0, top), cut, look.small, look.dim)
        write(painter, QPointF(self.width(), top), right, look.small, look.accent, right=True)
        painter.end()
