"""The page of keys: every command with its help and its keys, which can be changed here.

What is chosen is in force at once. A key that another command has is refused with that command's name.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeyConflict, KeySet
from klarsyn.ui.actions.stroke import Stroke, stroke_of
from klarsyn.ui.actions.table import line_of
from klarsyn.ui.panels.framed_page import FramedPage
from klarsyn.ui.panels.pieces import KeyCap, label, paint_text
from klarsyn.ui.queue.tables import fill, table
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands

COLUMNS = ("Group", "Command", "Key", "Keypad", "What it does")
WIDTHS = (150, 250, 130, 80)
SIZE = (1240, 760)
HOW = "Enter changes its key, Del takes its keys away."


class KeySettings(FramedPage):
    """All commands that something does, and their keys."""

    def __init__(self, commands: "Commands", parent: QWidget | None = None) -> None:
        """Show the keys of `commands` and change them there."""
        super().__init__(SIZE, parent)
        look = theme()
        self._commands = commands
        self._listed: tuple[Command, ...] = ()
        self._waits_for: Command | None = None
        self.setWindowTitle("Keys")
        self.rows = table(COLUMNS)
        self.rows.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows.setTabKeyNavigation(False)
        for column, width in enumerate(WIDTHS):
            self.rows.setColumnWidth(column, look.sized(width))
        self.rows.cellDoubleClicked.connect(lambda _row, _column: self.ask())
        self.rows.installEventFilter(self)
        self.told = label(HOW, wraps=True, colour=look.dim)
        # Two lines always, so that nothing moves while one reads.
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing() + 4)
        self.change = _cap("Change   Enter", self.ask)
        self.take_away = _cap("Take away   Del", self.clear)
        self.back = _cap("As it came", self.reset)
        self.all_back = _cap("All as they came", self.reset_all)
        self.close_cap = _cap("Close   Esc", self.accept)
        foot = QHBoxLayout()
        for each in (self.change, self.take_away, self.back, self.all_back):
            foot.addWidget(each)
        foot.addStretch(1)
        foot.addWidget(self.close_cap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(label("Keys", size=look.large, bold=True))
        layout.addWidget(self.rows, 1)
        layout.addWidget(self.told)
        layout.addLayout(foot)
        self.refresh()
        self.rows.currentCellChanged.connect(lambda *_: self._tell_help())
        self.rows.selectRow(0)
        self.rows.setFocus()

    @property
    def chosen(self) -> Command:
        """The command whose row is chosen."""
        return self._listed[max(0, self.rows.currentRow())]

    @property
    def _action(self) -> QAction:
        return self._commands.actions[self.chosen]

    def choose(self, command: Command) -> None:
        """Choose a command's row."""
        self.rows.selectRow(self._listed.index(command))

    def refresh(self) -> None:
        """Show the keys as they are now; the chosen row stays."""
        keys, row = self._commands.keys, self.rows.currentRow()
        self._listed = tuple(self._commands.actions)
        groups = [line_of(command).group for command in self._listed]
        fill(
            self.rows,
            [
                (
                    groups[n].value if n == 0 or groups[n - 1] is not groups[n] else "",
                    action.iconText(),
                    keys.on_paper(command, keypad=False),
                    keys.on_paper(command, keypad=True),
                    action.statusTip(),
                )
                for n, (command, action) in enumerate(self._commands.actions.items())
            ],
        )
        self.rows.selectRow(row)

    def ask(self) -> None:
        """Wait for the new key of the chosen command."""
        self._waits_for = self.chosen
        self.rows.setFocus()
        self._tell(
            f"Press the new key of “{self._action.iconText()}”. Esc leaves it as it is.", theme().accent
        )

    def take(self, stroke: Stroke) -> None:
        """Take a key for the chosen command in place of those it has: of the keypad, or of the others."""
        command = self.chosen
        kept = [s for s in self._commands.keys.strokes(command) if s.keypad is not stroke.keypad]
        self._try(lambda keys: keys.with_keys(command, (*kept, stroke)))

    def clear(self) -> None:
        """Take all keys of the chosen command away; it stays in the menu."""
        command = self.chosen
        self._try(lambda keys: keys.with_keys(command, ()))

    def reset(self) -> None:
        """Give the chosen command the keys that came with Klarsyn."""
        command = self.chosen
        self._try(lambda keys: keys.with_default(command))

    def reset_all(self) -> None:
        """Give all commands the keys that came with Klarsyn."""
        self._try(lambda _keys: KeySet())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every key is the new one while one is waited for; else Enter and Del act on the row."""
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.ShortcutOverride:
            # No shortcut of a window may take what is pressed here.
            event.accept()
            return self._waits_for is not None
        if event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if self._waits_for is not None:
            self._take_event(event)
            return True
        acts = {Qt.Key.Key_Return: self.ask, Qt.Key.Key_Enter: self.ask, Qt.Key.Key_Delete: self.clear}
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            return super().eventFilter(watched, event)
        act()
        return True

    def _take_event(self, event: QKeyEvent) -> None:
        stroke = stroke_of(event)
        if stroke is None or event.isAutoRepeat():
            return
        if stroke == Stroke(Qt.Key.Key_Escape):
            self._waits_for = None
            self._tell_help()
        else:
            self.take(stroke)

    def _try(self, change: Callable[[KeySet], KeySet]) -> None:
        self._waits_for = None
        try:
            self._commands.keys = change(self._commands.keys)
        except KeyConflict as conflict:
            self._tell(str(conflict), theme().attention)
        else:
            self.refresh()
            self._tell_help()

    def _tell_help(self) -> None:
        # In full: the last column is cut in a narrow window.
        self._waits_for = None
        self._tell(f"{self._action.statusTip()} {HOW}")

    def _tell(self, sentence: str, colour: QColor | None = None) -> None:
        paint_text(self.told, colour or theme().dim)
        self.told.setText(sentence)


def _cap(text: str, act: Callable[[], object]) -> KeyCap:
    cap = KeyCap(text, wide=True)
    # In a dialog Qt would give Enter to a button of its own choice.
    cap.setAutoDefault(False)
    cap.clicked.connect(lambda _checked=False: act())
    return cap
