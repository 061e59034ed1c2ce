"""The page of screen checks: what is known of each monitor, and every check of it by one key."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from klarsyn.reading.monitor_state import MonitorState, Trial, unknown_monitor
from klarsyn.ui.covering import SHEETS, Covering
from klarsyn.ui.display_check import DisplayCheck
from klarsyn.ui.display_words import NOT_KNOWN, Line, short_due, size_line, state_lines, trial_lines
from klarsyn.ui.full_screen import Sheet
from klarsyn.ui.line_panel import LinePanel
from klarsyn.ui.pieces import KeyCap, label
from klarsyn.ui.screen_book import mm_per_device_pixel
from klarsyn.ui.screens import Monitor, identity_of, monitor_of
from klarsyn.ui.tables import fill, table
from klarsyn.ui.theme import theme

COLUMNS = ("#", "Screen", "Pixels", "State", "Due")
WIDEST = 1300

_K = Qt.Key
_LOAD = (_K.Key_L, "Load a curve   L")
HOW = (
    "In the test pattern: Enter notes that it looks right, W that something is wrong, Esc notes nothing, B "
    "shows the bit depth."
)


class DisplayCheckPage(QWidget):
    """All attached screens; the arrow keys choose one, letters check it."""

    left = Signal()

    def __init__(self, checks: DisplayCheck, parent: QWidget | None = None) -> None:
        """Show what `checks` knows."""
        super().__init__(parent)
        look = theme()
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.checks, self.chosen = checks, 0
        self.trial: Trial | None = None
        self.own_gsdf = False
        self.covering = Covering(self)
        self.covering.judged.connect(self._judged)
        self.covering.ruled.connect(checks.ruled)
        self.covering.uncovered.connect(self._uncovered)
        self._seen_wrong_on: Monitor | None = None
        self.screens_table = table(COLUMNS)
        for number, width in ((1, 380), (2, 140), (3, 420)):
            self.screens_table.setColumnWidth(number, width)
        self.screens_table.cellClicked.connect(lambda row, _column: self.choose(row))
        self.name = label(bold=True)
        self.lines = LinePanel()
        self.remark = QLineEdit()
        self.remark.setPlaceholderText("What is wrong? Enter keeps it, Esc notes nothing.")
        self.remark.setMaxLength(300)
        self.remark.returnPressed.connect(self._remarked)
        self.remark.hide()
        self.told = label(size=look.body, colour=look.attention, wraps=True)
        self.caps = [self._cap(text, key) for key, text in (*SHEETS, _LOAD)]
        back = KeyCap("Back   Esc", wide=True)
        back.clicked.connect(self.left)
        head = QHBoxLayout()
        head.addWidget(label("Screens", size=look.large, bold=True))
        head.addStretch(1)
        head.addWidget(back)
        keys = QHBoxLayout()
        for cap in self.caps:
            keys.addWidget(cap)
        keys.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(WIDEST)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(36, 28, 36, 16)
        outer.addStretch(1)
        outer.addWidget(column, 1000)
        outer.addStretch(1)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.screens_table)
        layout.addSpacing(10)
        layout.addWidget(self.name)
        layout.addWidget(self.lines)
        layout.addWidget(self.remark)
        layout.addWidget(self.told)
        layout.addStretch(1)
        layout.addLayout(keys)
        for text in (HOW, NOT_KNOWN):
            layout.addWidget(label(text, size=look.small, colour=look.dim, wraps=True))
        checks.changed.connect(self.refresh)
        checks.told.connect(self.told.setText)
        checks.tried.connect(self._try)

    @property
    def screen_chosen(self) -> QScreen:
        """The screen that keys act on."""
        screens = self.checks.screens
        return screens[min(self.chosen, len(screens) - 1)]

    def choose(self, number: int) -> None:
        """Choose a screen by its row."""
        self.chosen = min(max(number, 0), len(self.checks.screens) - 1)
        self.trial = None
        self.told.setText("")
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        rows = []
        for n, screen in enumerate(self.checks.screens, 1):
            monitor = monitor_of(screen)
            state = self.checks.states.get(monitor.identity) or unknown_monitor(monitor.identity)
            pixels = f"{monitor.width} x {monitor.height}"
            rows.append((str(n), monitor.identity, pixels, state.statement, short_due(state)))
        fill(self.screens_table, rows)
        self.screens_table.setFixedHeight(34 * (len(rows) + 1) + 2)
        self.screens_table.selectRow(self.chosen)
        self.name.setText(identity_of(self.screen_chosen))
        self.lines.show_lines(self._lines())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a screen, check it, keep or drop a curve, or go back."""
        key = _K(event.key())
        if event.isAutoRepeat():
            return
        if key in (_K.Key_Down, _K.Key_Up):
            self.choose(self.chosen + (1 if key == _K.Key_Down else -1))
        elif self.trial is not None and key in (_K.Key_Return, _K.Key_Enter, _K.Key_O, _K.Key_Escape):
            self._settle(key)
        elif key == _K.Key_Escape and self.remark.isVisible():
            self._put_remark_away()
        elif key == _K.Key_Escape:
            self.left.emit()
        elif key in dict((*SHEETS, _LOAD)):
            self.act(key)
        else:
            super().keyPressEvent(event)

    def act(self, key: Qt.Key) -> None:
        """Do what one of the page's letters stands for."""
        if key == _LOAD[0]:
            self._ask_for_file()
        else:
            self.covering.cover(key, self.screen_chosen, self._state())

    @property
    def sheet(self) -> Sheet | None:
        """What covers a screen now."""
        return self.covering.sheet

    def _state(self) -> MonitorState:
        monitor = identity_of(self.screen_chosen)
        return self.checks.states.get(monitor) or unknown_monitor(monitor)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file as a curve of the chosen screen."""
        self.load(Path(event.mimeData().urls()[0].toLocalFile()))

    def load(self, path: Path) -> None:
        """Read a curve's file; it is shown before it is kept."""
        self.told.setText("")
        self.checks.try_curve(monitor_of(self.screen_chosen), path)

    def _lines(self) -> tuple[Line, ...]:
        if self.trial is not None:
            other = "a table instead" if self.own_gsdf else "none instead: the monitor follows by itself"
            return (
                *trial_lines(self.trial, self.own_gsdf),
                Line(f"Enter keeps it · O: {other} · Esc drops it"),
            )
        monitor = identity_of(self.screen_chosen)
        found = [
            Line(f"{path.name} in the curve folder is newer than the last measurement: L loads it.", False)
            for path in self.checks.waiting.get(monitor, ())[-1:]
        ]
        named = Line(f"In a curve's file this screen is called: {monitor}")
        return (
            *state_lines(self._state(), self.checks.limits),
            size_line(*mm_per_device_pixel(self.screen_chosen)),
            *found,
            named,
        )

    def _uncovered(self) -> None:
        self.window().activateWindow()
        if not self.remark.isVisible():
            self.setFocus()

    def _judged(self, monitor: Monitor, passed: bool) -> None:
        if passed:
            self.checks.looked(monitor, True)
            return
        self._seen_wrong_on = monitor
        self.remark.clear()
        self.remark.show()
        self.remark.setFocus()

    def _remarked(self) -> None:
        if self.remark.text().strip() and self._seen_wrong_on is not None:
            self.checks.looked(self._seen_wrong_on, False, self.remark.text().strip())
            self._put_remark_away()

    def _put_remark_away(self) -> None:
        self.remark.hide()
        self.setFocus()

    def _try(self, trial: object) -> None:
        if isinstance(trial, Trial):
            self.trial, self.own_gsdf = trial, trial.follows_by_itself
            self.refresh()

    def _settle(self, key: Qt.Key) -> None:
        trial = self.trial
        if key == _K.Key_O:
            self.own_gsdf = not self.own_gsdf
        else:
            self.trial = None
            if key != _K.Key_Escape and trial is not None:
                self.checks.measured(trial, self.own_gsdf)
        self.refresh()

    def _ask_for_file(self) -> None:
        waiting = self.checks.waiting.get(identity_of(self.screen_chosen), ())
        if waiting:
            self.load(waiting[-1])
            return
        dialog = QFileDialog(self, "A measured display curve")
        dialog.setNameFilter("Display curves (*.csv *.txt)")
        dialog.setDirectory(str(self.checks.curve_folder or QDir.homePath()))
        dialog.fileSelected.connect(lambda name: self.load(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _cap(self, text: str, key: Qt.Key) -> KeyCap:
        cap = KeyCap(text, wide=True)
        act: Callable[[], None] = lambda: self.act(key)  # noqa: E731  bound to its own key
        cap.clicked.connect(act)
        return cap
