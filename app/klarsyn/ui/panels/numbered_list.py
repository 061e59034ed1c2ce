"""A numbered list over the images, of which a digit chooses one line; 9 turns to the next ones."""

from typing import Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

ROW = 26
A_PAGE = 8
"""Lines that have a digit of their own; 9 turns to the next ones."""

_QUIET = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_NumLock)


class NumberedList(QWidget):
    """Takes the keys while it is open, and gives them back. What it lists, those who derive from it say.

    `chosen` carries what a line stands for, or None for the line with the digit 0, where `nothing` names it.
    """

    chosen = Signal(object)
    nothing = ""
    leaving = "leave it as it is"

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._listed: tuple[Any, ...] = ()
        self._first = 0
        self.hide()

    def heading(self) -> str:
        """Return the line above."""
        raise NotImplementedError

    def words(self, one: Any) -> str:
        """Return one line."""
        raise NotImplementedError

    def is_now(self, one: Any) -> bool | None:
        """Say whether a line, or None for that of `nothing`, is what holds now; None where none ever is."""
        raise NotImplementedError

    def note(self) -> str:
        """Return what is to be said below, before how it is left."""
        return ""

    def show_list(self, listed: tuple[Any, ...], width: int, *, in_the_middle: bool = True) -> None:
        """Open with these, in the middle of the parent or where it stood."""
        self._listed, self._first = listed, 0
        lines = min(A_PAGE, len(listed)) + bool(self.nothing) + bool(self.note())
        self.resize(width, ROW * (lines + 4))
        parent = self.parentWidget()
        if in_the_middle and parent is not None:
            middle = parent.rect().center()
            self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)
        self.show()
        self.raise_()
        self.setFocus()
        self.update()

    @property
    def rows(self) -> tuple[Any, ...]:
        """What digits choose now."""
        return self._listed[self._first : self._first + A_PAGE]

    def forget(self) -> None:
        """Close it."""
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, 9 turns the page, all else closes."""
        number = event.key() - Qt.Key.Key_0.value
        if number == A_PAGE + 1 and len(self._listed) > A_PAGE:
            following = self._first + A_PAGE
            self._first = following if following < len(self._listed) else 0
            self.update()
        elif number == 0 and self.nothing:
            self._choose(None)
        elif 1 <= number <= len(self.rows):
            self._choose(self.rows[number - 1])
        elif event.key() not in _QUIET:
            self._close()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        row = int(event.position().y() // ROW) - 2
        if 0 <= row < len(self.rows):
            self._choose(self.rows[row])
        elif row == len(self.rows) and self.nothing:
            self._choose(None)

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Close when the keys go elsewhere."""
        self.forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line each."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        write(painter, QPointF(20, 14), self.heading(), look.body, look.text, bold=True)
        for number, one in enumerate(self.rows):
            self._line(painter, number, str(number + 1), self.words(one), self.is_now(one))
        below = len(self.rows)
        if self.nothing:
            self._line(painter, below, "0", self.nothing, self.is_now(None))
            below += 1
        more = "9  more    " if len(self._listed) > A_PAGE else ""
        for line in filter(None, (self.note(), f"{more}Esc  {self.leaving}")):
            write(painter, QPointF(20, ROW * (below + 2) + 12), line, look.small, look.dim)
            below += 1
        painter.end()

    def _line(self, painter: QPainter, row: int, key: str, words: str, now: bool | None) -> None:
        look, y = theme(), ROW * (row + 2) + 4
        write(painter, QPointF(20, y), key, look.body, look.accent, bold=True)
        write(painter, QPointF(52, y), words, look.body, look.dim if now is False else look.text)
        if now:
            write(painter, QPointF(self.width() - 20, y), "now", look.small, look.dim, right=True)

    def _choose(self, one: Any) -> None:
        self._close()
        self.chosen.emit(one)

    def _close(self) -> None:
        self.forget()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()
