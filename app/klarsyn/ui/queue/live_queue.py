"""Keeps the queue page in line with what other workstations do, seconds behind them.

The page itself sees to it that no row moves under the reader's hand.
"""

from PySide6.QtCore import QObject, QTimer

from klarsyn.reading.desk import QueuePageState
from klarsyn.ui.flow import ReadingFlow

REFRESH_MS = 30_000
"""The queue page asks again this often whatever else happens, so that new exams appear by themselves."""

BUSY_REFRESH_MS = 3_000
"""The same while exams are being prepared behind it."""

GLANCE_MS = 2_000
"""The store is asked this often whether anything has changed."""


class LiveQueue(QObject):
    """Asks for the queue anew from time to time, and soon after something has changed."""

    def __init__(self, flow: ReadingFlow, parent: QObject) -> None:
        """Work for `flow` from `start` on."""
        super().__init__(parent)
        self._flow, self._awaited = flow, False
        self._refresh = QTimer(self, interval=REFRESH_MS)
        self._refresh.timeout.connect(flow.refresh_queue)
        self._glance = QTimer(self, interval=GLANCE_MS)
        self._glance.timeout.connect(self.glance)
        flow.queue_ready.connect(self._pace)

    def start(self) -> None:
        """Begin to ask."""
        self._refresh.start()
        self._glance.start()

    def stop(self) -> None:
        """Ask no more."""
        self._refresh.stop()
        self._glance.stop()

    def interval(self) -> int:
        """Milliseconds between two questions that nothing has caused."""
        return self._refresh.interval()

    def glance(self) -> None:
        """Ask whether something has changed; not while an exam is read, nor while an answer is awaited."""
        # Ordering the queue would take the worker, and a core, from the reader who signs and goes on.
        if self._awaited or self._flow.busy or self._flow.session is not None:
            return
        self._awaited = True
        self._flow.background.desk(self._flow.desk.changed, self._seen, self._failed, what="changes")

    def _seen(self, changed: bool) -> None:
        self._awaited = False
        if changed:
            self._flow.refresh_queue()

    def _failed(self, _error: BaseException) -> None:
        # The page's own refresh tells what is wrong with the store.
        self._awaited = False

    def _pace(self, state: QueuePageState) -> None:
        wanted = BUSY_REFRESH_MS if state.activity else REFRESH_MS
        if self._refresh.interval() != wanted:
            self._refresh.setInterval(wanted)
