"""All keys, shown while ? or F1 is held; made from the commands that something does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.ui.actions.command import Group
from klarsyn.ui.actions.table import MOUSE, line_of
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands

ROW, LEAST_ROW = 20, 16
"""Height of a row: as small a one as text of the small size can be read in, where the window is low."""

MARGIN, GAP, TOP = 26, 30, 56
LEAST_COLUMNS, MOST_COLUMNS = 2, 3

_Row = tuple[str, str, str]
"""Key, key on the keypad, words; a heading has words alone."""


def rows_of(commands: "Commands") -> list[list[_Row]]:
    """Return the rows of each group, its heading first; the mouse comes last."""
    blocks = []
    for group in Group:
        listed = [
            (
                commands.keys.on_paper(command, keypad=False),
                commands.keys.on_paper(command, keypad=True),
                action.iconText(),
            )
            for command, action in commands.actions.items()
            if line_of(command).group is group
        ]
        # A command without any key is in the menu alone.
        listed = [row for row in listed if row[0] or row[1]]
        if listed:
            blocks.append([("", "", group.value), *listed])
    return [*blocks, [("", "", "Mouse"), *((gesture, "", words) for gesture, words in MOUSE)]]


def columns_of(blocks: list[list[_Row]], count: int) -> list[list[_Row]]:
    """Return the groups in so many columns, the longest as short as can be; no group is parted."""
    limit = max(map(len, blocks))
    while len(columns := _filled(blocks, limit)) > count:
        limit += 1
    return columns + [[] for _ in range(count - len(columns))]


def _filled(blocks: list[list[_Row]], limit: int) -> list[list[_Row]]:
    columns = [blocks[0]]
    for block in blocks[1:]:
        if len(columns[-1]) + 1 + len(block) <= limit:
            columns[-1] = [*columns[-1], ("", "", ""), *block]
        else:
            columns.append(block)
    return columns


class CheatSheet(QWidget):
    """A panel over the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden and empty."""
        super().__init__(parent)
        self._columns: list[list[_Row]] = []
        self._key = self._pad = self._words = 0.0
        self._row = ROW
        self.hide()

    def show_commands(self, commands: "Commands") -> None:
        """Take the commands and keys as they are now, in as many columns as the window has room for."""
        look = theme()
        blocks = rows_of(commands)
        rows = [row for block in blocks for row in block]
        self._key, self._pad, self._words = (
            max(text_size(row[n], look.small, bold=n < 2)[0] for row in rows) + (12 if n < 2 else 0)
            for n in range(3)
        )
        self._pad = max(self._pad, text_size("Keypad", look.small)[0] + 12)
        room = self.window().width()
        count = MOST_COLUMNS
        while count > LEAST_COLUMNS and self._size(count, 1).width() > room:
            count -= 1
        self._columns = columns_of(blocks, count)
        longest = max(map(len, self._columns))
        self._row = min(ROW, max(LEAST_ROW, (self.window().height() - TOP - MARGIN) // longest))
        self.setFixedSize(self._size(count, longest))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Columns of key, keypad, words."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        for number, rows in enumerate(self._columns):
            x = MARGIN + number * (self._width + GAP)
            write(painter, QPointF(x, 22), "Key", look.small, look.dim)
            write(painter, QPointF(x + self._key, 22), "Keypad", look.small, look.dim)
            for n, (key, pad, words) in enumerate(rows):
                y = TOP + n * self._row
                is_heading = not key and not pad
                write(painter, QPointF(x, y), key, look.small, look.accent, bold=True)
                write(painter, QPointF(x + self._key, y), pad, look.small, look.accent, bold=True)
                at = QPointF(x if is_heading else x + self._key + self._pad, y)
                write(painter, at, words, look.small, look.text, bold=is_heading)
        painter.end()

    @property
    def _width(self) -> float:
        return self._key + self._pad + self._words

    def _size(self, columns: int, rows: int) -> QSize:
        return QSize(
            round(2 * MARGIN + columns * self._width + (columns - 1) * GAP), TOP + rows * self._row + MARGIN
        )
