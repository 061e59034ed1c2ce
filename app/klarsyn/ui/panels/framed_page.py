"""A page that stands over the window: it leaves the window's rim in sight, and has an edge of its own."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QWidget

from klarsyn.ui.theme import theme

ROUND = 40
"""Logical pixels of the window that stay in sight on each side."""


class FramedPage(QDialog):
    """A dialog of a size of its own, or of what the window has room for."""

    def __init__(self, size: tuple[int, int], parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setModal(True)
        wide, high = (theme().sized(side) for side in size)
        if parent is not None:
            wide, high = min(wide, parent.width() - 2 * ROUND), min(high, parent.height() - 2 * ROUND)
        self.resize(wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin line says where the page ends: over another dark page it has no other edge."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme().faint)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
