"""The page of screen checks: what is known of each monitor, and every check of it by one key."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from klarsyn.reading.monitor_state import MonitorState, Trial
from klarsyn.ui.monitors.covering import SHEETS, Covering
from klarsyn.ui.monitors.curve_trial import CurveTrial, ask_for_curve
from klarsyn.ui.monitors.display_check import DisplayCheck
from klarsyn.ui.monitors.display_words import NOT_KNOWN, Line
from klarsyn.ui.monitors.remark_line import RemarkLine
from klarsyn.ui.monitors.screens import Monitor, identity_of, monitor_of
from klarsyn.ui.monitors.screens_table import lines_of, screens_table, show_screens, state_of
from klarsyn.ui.panels.column import column_of, rule, scrolled
from klarsyn.ui.panels.line_panel import LinePanel
from klarsyn.ui.panels.pieces import KeyCap, label
from klarsyn.ui.theme import theme

WIDEST, TALLEST = 1300, 780

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
        self._curve = CurveTrial(checks.measured)
        self.covering = Covering(self)
        self.covering.judged.connect(self._judged)
        self.covering.ruled.connect(checks.ruled)
        self.covering.uncovered.connect(self._uncovered)
        self.screens_table = screens_table()
        self.screens_table.cellClicked.connect(lambda row, _column: self.choose(row))
        self.name = label(bold=True)
        self.lines = LinePanel()
        self.remark = RemarkLine()
        self.remark.remarked.connect(self._remarked)
        self.told = label(size=look.body, colour=look.attention, wraps=True)
        back = KeyCap("Back   Esc", wide=True)
        back.clicked.connect(self.left)
        head = QHBoxLayout()
        head.addWidget(label("Screens", size=look.large, bold=True))
        head.addStretch(1)
        head.addWidget(back)
        keys = QHBoxLayout()
        for cap in (self._cap(text, key) for key, text in (*SHEETS, _LOAD)):
            keys.addWidget(cap)
        keys.addStretch(1)
        # What is known of a screen may be longer than a small window: it scrolls between head and keys.
        known = QWidget()
        inner = QVBoxLayout(known)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.addWidget(self.lines)
        inner.addStretch(1)
        layout = column_of(self, WIDEST, 8, TALLEST)
        layout.addLayout(head)
        layout.addWidget(self.screens_table)
        layout.addSpacing(10)
        layout.addWidget(self.name)
        layout.addWidget(scrolled(known), 1)
        layout.addWidget(self.remark)
        layout.addWidget(self.told)
        layout.addWidget(rule())
        layout.addLayout(keys)
        for text in (HOW, NOT_KNOWN):
            layout.addWidget(label(text, size=look.small, colour=look.dim, wraps=True))
        checks.changed.connect(self.refresh)
        checks.told.connect(self.told.setText)
        checks.tried.connect(self._try)

    @property
    def trial(self) -> Trial | None:
        """The curve that has been read and is not kept yet."""
        return self._curve.trial

    @property
    def own_gsdf(self) -> bool:
        """True while the curve on trial is one of a monitor that follows the display function by itself."""
        return self._curve.own_gsdf

    @property
    def screen_chosen(self) -> QScreen:
        """The screen that keys act on."""
        screens = self.checks.screens
        return screens[min(self.chosen, len(screens) - 1)]

    def choose(self, number: int) -> None:
        """Choose a screen by its row."""
        self.chosen = min(max(number, 0), len(self.checks.screens) - 1)
        self._curve.drop()
        self.told.setText("")
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        show_screens(self.screens_table, self.checks)
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
        elif self._curve.settle(key):
            self.refresh()
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

    def _state(self) -> MonitorState:
        return state_of(self.checks, identity_of(self.screen_chosen))

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
            return self._curve.lines()
        return lines_of(self.checks, self.screen_chosen)

    def _uncovered(self) -> None:
        self.window().activateWindow()
        if not self.remark.isVisible():
            self.setFocus()

    def _judged(self, monitor: Monitor, passed: bool) -> None:
        if passed:
            self.checks.looked(monitor, True)
            return
        self.remark.ask(monitor)

    def _remarked(self, monitor: Monitor, words: str) -> None:
        self.checks.looked(monitor, False, words)
        self.setFocus()

    def _put_remark_away(self) -> None:
        self.remark.hide()
        self.setFocus()

    def _try(self, trial: object) -> None:
        if isinstance(trial, Trial):
            self._curve.begin(trial)
            self.refresh()

    def _ask_for_file(self) -> None:
        waiting = self.checks.waiting.get(identity_of(self.screen_chosen), ())
        if waiting:
            self.load(waiting[-1])
            return
        ask_for_curve(self, self.checks.curve_folder, self.load)

    def _cap(self, text: str, key: Qt.Key) -> KeyCap:
        cap = KeyCap(text, wide=True)
        cap.clicked.connect(lambda _=False: self.act(key))
        return cap
