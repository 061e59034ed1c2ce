"""A numbered list of the hanging protocols; a digit hangs the open exam by one of them."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.domain.hanging_protocol import Protocol
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

ROW = 26
WIDTH = 420
A_PAGE = 8
"""Protocols that have a digit of their own; 9 turns to the next ones."""


class ProtocolMenu(QWidget):
    """Takes the keys while it is open, and gives them back."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._protocols: tuple[Protocol, ...] = ()
        self._in_force = ""
        self._first = 0
        self.hide()

    def ask(self, protocols: tuple[Protocol, ...], in_force: str) -> None:
        """Open with these protocols; `in_force` is the name of the one that hangs now."""
        self._protocols, self._in_force, self._first = protocols, in_force, 0
        self.resize(WIDTH, ROW * (min(A_PAGE, len(protocols)) + 4))
        self.show()
        self.raise_()
        self.setFocus()
        self.update()

    @property
    def rows(self) -> tuple[Protocol, ...]:
        """The protocols that digits choose now."""
        return self._protocols[self._first : self._first + A_PAGE]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, 9 turns the page, all else closes."""
        number = event.key() - Qt.Key.Key_0.value
        if number == A_PAGE + 1 and len(self._protocols) > A_PAGE:
            following = self._first + A_PAGE
            self._first = following if following < len(self._protocols) else 0
            self.update()
        elif 1 <= number <= len(self.rows):
            self._choose(self.rows[number - 1])
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_NumLock):
            self._close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        row = int(event.position().y() // ROW) - 2
        if 0 <= row < len(self.rows):
            self._choose(self.rows[row])

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Close when the keys go elsewhere."""
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line a protocol."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        write(painter, QPointF(20, 14), "Hang this exam by", look.body, look.text, bold=True)
        for number, protocol in enumerate(self.rows):
            y = ROW * (number + 2) + 4
            here = protocol.name == self._in_force
            write(painter, QPointF(20, y), str(number + 1), look.body, look.accent, bold=True)
            write(painter, QPointF(52, y), protocol.title.en, look.body, look.text if here else look.dim)
            if here:
                write(painter, QPointF(WIDTH - 20, y), "now", look.small, look.dim, right=True)
        more = "9  more    " if len(self._protocols) > A_PAGE else ""
        y = ROW * (len(self.rows) + 2) + 12
        write(painter, QPointF(20, y), f"{more}Esc  leave it as it is", look.small, look.dim)
        painter.end()

    def _choose(self, protocol: Protocol) -> None:
        self._close()
        self.chosen.emit(protocol)

    def _close(self) -> None:
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()
