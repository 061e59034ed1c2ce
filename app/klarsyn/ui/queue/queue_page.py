"""The queue page: what waits and why, in dates alone; below it what this reader has read.

For exams that are not signed nothing here comes from the AI: no band, score, colour or hint (invariant 6).
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.actions.stroke import stroke_of
from klarsyn.ui.monitors.display_words import due_line
from klarsyn.ui.panels.column import column_of
from klarsyn.ui.panels.pieces import KeyCap, label
from klarsyn.ui.queue.done_list import DoneList
from klarsyn.ui.queue.queue_foot import QueueFoot
from klarsyn.ui.queue.queue_words import ALL_READ, EMPTY, WAITING, waiting_rows
from klarsyn.ui.queue.tables import fill, table
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from klarsyn.reading.desk import QueuePageState
    from klarsyn.reading.monitor_state import MonitorState

_BY_HAND = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
)
WIDEST = 1500

HAND_STILL_MS = 2_000
"""How long mouse and arrow keys must rest before rows may move: a double click must not find another."""


class QueuePage(QWidget):
    """One reader's queue."""

    next_wanted = Signal()
    exam_wanted = Signal(str)
    undo_wanted = Signal()
    screens_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, reader: str, parent: QWidget | None = None) -> None:
        """Make an empty page for `reader`."""
        super().__init__(parent)
        look = theme()
        self.setAutoFillBackground(True)
        self._exam_ids: tuple[str, ...] = ()
        self._gone_to: str | None = None
        self._held: QueuePageState | None = None
        self._hand = QTimer(self, singleShot=True, interval=HAND_STILL_MS)
        self._hand.timeout.connect(self._show_held)
        self.heading = label("Reading queue", size=look.large, bold=True)
        self.count = label(colour=look.dim)
        self.banner = label(size=look.small, colour=look.attention)
        self.start = KeyCap("", wide=True)
        self.start.clicked.connect(self.next_wanted)
        self.waiting = table(WAITING)
        self.waiting.cellClicked.connect(lambda row, _column: self._go_to(row))
        self.waiting.cellDoubleClicked.connect(lambda row, _column: self._open(row))
        self.waiting.viewport().setMouseTracking(True)
        self.waiting.viewport().installEventFilter(self)
        self.empty = label(EMPTY, colour=look.dim)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.done = DoneList()
        self.foot = QueueFoot()
        self.told = self.foot.told
        self._reader = f"Reader {reader}"
        self.foot.reader.setText(self._reader)
        title = QVBoxLayout()
        title.addWidget(self.heading)
        title.addWidget(self.count)
        head = QHBoxLayout()
        head.addLayout(title)
        head.addStretch(1)
        head.addWidget(self.banner)
        head.addSpacing(30)
        head.addWidget(self.start)
        layout = column_of(self, WIDEST, 14)
        layout.addLayout(head)
        layout.addWidget(self.waiting, 1)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.done)
        layout.addWidget(self.foot)
        self.empty.hide()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.take_keys(KeySet())

    def take_keys(self, keys: KeySet) -> None:
        """Let these keys be in force here, and say them."""
        self.keys = keys
        self.start.setText(f"Open next   {keys.first(Command.GO_ON)}")

    def show_state(self, state: "QueuePageState") -> None:
        """Show the queue; rows that would move under the reader's hand wait until it rests.

        The exam that the reader has gone to stays chosen; who has gone to none has the first.
        """
        self.foot.activity.setText(state.activity)
        if self._hand.isActive() and tuple(row.exam_id for row in state.rows) != self._exam_ids:
            self._held = state
            return
        self._held = None
        on_top = self._on_top
        self._exam_ids = tuple(row.exam_id for row in state.rows)
        self.count.setText(f"{len(state.rows)} waiting" if state.rows else "")
        self.banner.setText(state.banner)
        fill(self.waiting, waiting_rows(state))
        if self._gone_to not in self._exam_ids:
            self._gone_to = None
        if state.rows:
            self.waiting.selectRow(self._exam_ids.index(self._gone_to) if self._gone_to else 0)
        if on_top in self._exam_ids:
            self.waiting.verticalScrollBar().setValue(self._exam_ids.index(on_top))
        self.waiting.setVisible(bool(state.rows))
        self.empty.setText(EMPTY if not state.done else ALL_READ)
        self.empty.setVisible(not state.rows)
        self.start.setVisible(bool(state.rows))
        on, keys = self.keys.first(Command.GO_ON), self.keys.first(Command.KEY_SETTINGS)
        opens = f"{on} opens the next exam · {keys} changes keys"
        self.foot.reader.setText(f"{self._reader} · {opens}" if state.rows else self._reader)
        self.done.show_state(state)
        self.foot.show_state(state)

    @property
    def chosen_exam(self) -> str | None:
        """The exam whose row is chosen."""
        row = self.waiting.currentRow()
        return self._exam_ids[row] if 0 <= row < len(self._exam_ids) else None

    def tell(self, sentence: str) -> None:
        """Show one line for a while."""
        self.told.tell(sentence)

    def remind_of_screens(self, states: "Mapping[str, MonitorState]") -> None:
        """Say dimly which screens are to be checked; nothing when none is."""
        self.foot.due.setText(due_line(states, key=self.keys.first(Command.DISPLAY_CHECK)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the chosen row: the first, unless the reader has gone to another."""
        key = self.keys.action_of(stroke_of(event))
        rows = len(self._exam_ids)
        if key is not None and not event.isAutoRepeat():
            self.told.pass_on(decides=True)
        if key is not None and key.command is Command.GO_ON and not event.isAutoRepeat():
            if self._gone_to is not None:
                self.exam_wanted.emit(self._gone_to)
            else:
                self.next_wanted.emit()
        elif key is not None and key.command is Command.UNDO:
            self.undo_wanted.emit()
        elif key is not None and key.command is Command.DISPLAY_CHECK:
            self.screens_wanted.emit()
        elif key is not None and key.command is Command.KEY_SETTINGS:
            self.keys_wanted.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and rows:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._hand.start()
            self._go_to(min(max(self.waiting.currentRow() + step, 0), rows - 1))
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the reader's hand on the table."""
        if event.type() in _BY_HAND:
            self._hand.start()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """A page that nobody sees may change at once."""
        super().hideEvent(event)
        self._hand.stop()
        self._show_held()

    @property
    def _on_top(self) -> str | None:
        """The exam of the first row in sight, once the reader has scrolled."""
        row = self.waiting.verticalScrollBar().value()
        return self._exam_ids[row] if 0 < row < len(self._exam_ids) else None

    def _show_held(self) -> None:
        if self._held is not None:
            self.show_state(self._held)

    def _go_to(self, row: int) -> None:
        # The first row is where everybody starts: who is there takes whatever comes first.
        self._gone_to = self._exam_ids[row] if 0 < row < len(self._exam_ids) else None
        self.waiting.selectRow(row)

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._exam_ids):
            self.exam_wanted.emit(self._exam_ids[row])
