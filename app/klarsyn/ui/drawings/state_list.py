"""A numbered list of presentation states; a digit shows the images through one of them, 0 through none."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.reading.state_shelf import OfferedState
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

ROW, WIDTH = 26, 620
A_PAGE = 8
_QUIET = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_NumLock)


class StateList(QWidget):
    """Takes the keys while it is open, and gives them back. `chosen` carries a state, or None for none."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._states: tuple[OfferedState, ...] = ()
        self._in_force, self.waiting, self._first = "", "", 0
        self.hide()

    def ask(self, states: tuple[OfferedState, ...], in_force: str, waiting: str = "") -> None:
        """Open with these states; `in_force` is the UID of the applied one, "" for none.

        `waiting` says what is not offered yet.
        """
        self._states, self._in_force, self.waiting, self._first = states, in_force, waiting, 0
        self.resize(WIDTH, ROW * (min(A_PAGE, len(states)) + (6 if waiting else 5)))
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.rect().center()
            self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)
        self.show()
        self.raise_()
        self.setFocus()
        self.update()

    @property
    def rows(self) -> tuple[OfferedState, ...]:
        """The states that digits choose now."""
        return self._states[self._first : self._first + A_PAGE]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, 9 turns the page, all else closes."""
        number = event.key() - Qt.Key.Key_0.value
        if number == A_PAGE + 1 and len(self._states) > A_PAGE:
            following = self._first + A_PAGE
            self._first = following if following < len(self._states) else 0
            self.update()
        elif number == 0:
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
        elif row == len(self.rows):
            self._choose(None)

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Close when the keys go elsewhere."""
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line a state."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        write(painter, QPointF(20, 14), "Show the images through", look.body, look.text, bold=True)
        for number, state in enumerate(self.rows):
            here = state.facts.sop_instance_uid == self._in_force
            self._line(painter, number, str(number + 1), words_of(state), here)
        self._line(painter, len(self.rows), "0", "none: as the files say", not self._in_force)
        more = "9  more    " if len(self._states) > A_PAGE else ""
        y = ROW * (len(self.rows) + 3) + 12
        if self.waiting:
            write(painter, QPointF(20, y), self.waiting, look.small, look.dim)
            y += ROW
        write(painter, QPointF(20, y), f"{more}Esc  leave it as it is", look.small, look.dim)
        painter.end()

    def _line(self, painter: QPainter, row: int, key: str, words: str, here: bool) -> None:
        look, y = theme(), ROW * (row + 2) + 4
        write(painter, QPointF(20, y), key, look.body, look.accent, bold=True)
        write(painter, QPointF(52, y), words, look.body, look.text if here else look.dim)
        if here:
            write(painter, QPointF(WIDTH - 20, y), "now", look.small, look.dim, right=True)

    def _choose(self, state: OfferedState | None) -> None:
        self._close()
        self.chosen.emit(state)

    def _close(self) -> None:
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()


def words_of(state: OfferedState) -> str:
    """Return label, description, creator and date of a state in one line."""
    facts = state.facts
    made = facts.created
    # What names its zone is told by the clock of this place.
    made = made.astimezone() if made is not None and made.tzinfo is not None else made
    when = f"{made:%Y-%m-%d %H:%M}" if made is not None else "date unknown"
    who = "your own" if state.own else facts.creator or "maker unknown"
    words = " · ".join(p for p in (facts.label or "no label", facts.description, who, when) if p)
    return words if len(words) <= 72 else f"{words[:71]}…"
