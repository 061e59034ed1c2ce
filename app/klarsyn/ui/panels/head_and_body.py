"""A panel with a head that stays in sight and a body that is scrolled where it is too high."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from klarsyn.ui.panels.column import scrolled
from klarsyn.ui.theme import theme

EDGE = 12


class HeadAndBody(QFrame):
    """Made empty and hidden; who derives from it fills the two layouts."""

    def __init__(
        self, parent: QWidget | None, *, widths: tuple[int, int], spacing: int, least_body: int
    ) -> None:
        """Make both parts, `spacing` between their lines.

        Parameters
        ----------
        widths
            The two that it may have, the better first.
        least_body
            Height of the part of the body that is worth being seen.
        """
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._widths, self._least_body = widths, least_body
        head, body = QWidget(), QWidget()
        self._head, self._body = QVBoxLayout(head), QVBoxLayout(body)
        for layout, top in ((self._head, EDGE - 4), (self._body, 2)):
            layout.setContentsMargins(EDGE, top, EDGE, 2)
            layout.setSpacing(spacing)
        self._scroll = scrolled(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, EDGE - 4)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._scroll, 1)
        self.hide()

    @property
    def least_height(self) -> int:
        """Height that still holds the head and a little of the body."""
        narrow = theme().sized(self._widths[-1])
        return self._head.heightForWidth(narrow - 2) + theme().sized(self._least_body)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A thin line around, no brighter than the strips'."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().panel)
        painter.setPen(theme().line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _measured(self) -> tuple[QSize, ...]:
        """Return the sizes at which nothing has to be scrolled for, the better first."""
        return tuple(QSize(wide, self._height_at(wide)) for wide in map(theme().sized, self._widths))

    def _height_at(self, wide: int) -> int:
        return sum(part.heightForWidth(wide - 2) for part in (self._head, self._body)) + EDGE

    def _take_all(self) -> None:
        """Let go of all lines of both parts."""
        for layout in (self._head, self._body):
            while (item := layout.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
