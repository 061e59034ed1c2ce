"""All keys, shown while ? or F1 is held; drawn from the one table."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.ui.ink import write
from klarsyn.ui.keys import KEYS, MOUSE
from klarsyn.ui.theme import theme

ROW = 24
COLUMN = 430
SIZE = (2 * COLUMN + 60, 17 * ROW + 100)


class CheatSheet(QWidget):
    """A panel over the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFixedSize(*SIZE)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two columns: key, keypad, words."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        write(painter, QPointF(30, 20), "Keys", look.large, look.text, bold=True)
        rows = [(k.key, k.keypad, k.words) for k in KEYS] + [("", "", "")]
        rows += [(gesture, "", words) for gesture, words in MOUSE]
        half = (len(rows) + 1) // 2
        for column in (0, 1):
            x = 30.0 + column * COLUMN
            for text, shift in (("Key", 0), ("Keypad", 70)):
                if column == 0 or shift == 0:
                    write(painter, QPointF(x + shift, 54), text, look.small, look.dim)
            for n, (key, pad, words) in enumerate(rows[column * half : column * half + half]):
                y = 78.0 + n * ROW
                write(painter, QPointF(x, y), key, look.small, look.accent, bold=True)
                write(painter, QPointF(x + 70, y), pad, look.small, look.accent, bold=True)
                write(painter, QPointF(x + 122, y), words, look.small, look.text)
        painter.end()
