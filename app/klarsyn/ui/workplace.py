"""The windows of one reader: queue and images, on one monitor or on two."""

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

from klarsyn.base.clock import Clock
from klarsyn.reading.desk import QueuePageState, ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.session import ReadingSession
from klarsyn.ui.flow import ReadingFlow
from klarsyn.ui.image_flow import nothing
from klarsyn.ui.queue_page import QueuePage
from klarsyn.ui.reading_page import ANNOUNCE_MS, ReadingPage
from klarsyn.ui.screens import PlaceMemory, monitor_of, places

REFRESH_MS = 30_000
"""The queue page asks again this often, so that new exams appear by themselves."""

BUSY_REFRESH_MS = 3_000
"""The same while exams are being prepared behind it."""


class _Window(QMainWindow):
    """A window whose closing closes the workplace."""

    def __init__(self, workplace: "Workplace", title: str) -> None:
        super().__init__()
        self._workplace = workplace
        self.setWindowTitle(title)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._workplace.close()
        event.accept()


class Workplace(QObject):
    """Both pages, and which of them is seen."""

    ended = Signal()

    def __init__(
        self,
        desk: ReadingDesk,
        loader: ImageLoader,
        *,
        clock: Clock,
        memory: PlaceMemory | None = None,
        announce_ms: int = ANNOUNCE_MS,
        two_windows: bool = False,
    ) -> None:
        """Build the windows; nothing is shown before `open`."""
        super().__init__()
        self._clock, self._memory = clock, memory
        self.flow = ReadingFlow(desk, loader, clock, self)
        self.queue = QueuePage(desk.reader)
        self.reading = ReadingPage(self.flow, announce_ms=announce_ms)
        self.main = _Window(self, "Klarsyn")
        self._stack = QStackedWidget()
        self.main.setCentralWidget(self._stack)
        self._stack.addWidget(self.queue)
        self.images: _Window | None = None
        if two_windows:
            self.images = _Window(self, "Klarsyn images")
            self.images.setCentralWidget(self.reading)
        else:
            self._stack.addWidget(self.reading)
        self._closed = False
        self.has_ended = False
        self.flow.background.ended.connect(self._end)
        self._undo_over = QTimer(self, singleShot=True)
        self._undo_over.timeout.connect(self._end_undo)
        self._refresh = QTimer(self, interval=REFRESH_MS)
        self._refresh.timeout.connect(self.flow.refresh_queue)
        self.queue.next_wanted.connect(self.flow.open_next)
        self.queue.exam_wanted.connect(self.flow.open)
        self.queue.undo_wanted.connect(self.flow.undo)
        self.flow.queue_ready.connect(self.queue.show_state)
        self.flow.queue_ready.connect(self._pace)
        self.flow.queue_wanted.connect(self.show_queue)
        self.flow.exam_opened.connect(self._show_reading)
        self.flow.told.connect(self.queue.tell)
        self.flow.confirmed.connect(self._offer_undo)

    def open(self) -> None:
        """Show the windows on their monitors and come back to an exam that was left open."""
        monitors = [monitor_of(s) for s in QApplication.screens()]
        numbers = dict(zip(("queue", "images"), places(monitors), strict=True))
        for name, window in self._windows.items():
            if self._memory is None or not self._memory.restore(window, name, monitors):
                window.setGeometry(QApplication.screens()[numbers[name]].availableGeometry())
            window.showMaximized() if self._memory is not None else window.show()
        self._refresh.start()
        self.flow.resume()

    def close(self) -> None:
        """Hide both windows at once and let the workers finish what was asked for; `ended` comes then."""
        if self._closed:
            return
        self._closed = True
        self._refresh.stop()
        self._undo_over.stop()
        where = {name: window.saveGeometry() for name, window in self._windows.items()}
        for window in self._windows.values():
            window.hide()
        if self._memory is not None:
            monitors = [monitor_of(s) for s in QApplication.screens()]
            remember = partial(self._memory.write, where, monitors)
            self.flow.background.desk(remember, nothing, nothing, what="window places")
        self.flow.close()

    def _pace(self, state: QueuePageState) -> None:
        wanted = BUSY_REFRESH_MS if state.activity else REFRESH_MS
        if self._refresh.interval() != wanted:
            self._refresh.setInterval(wanted)

    @property
    def _windows(self) -> dict[str, _Window]:
        return {"queue": self.main} | ({"images": self.images} if self.images is not None else {})

    def _end(self) -> None:
        for window in self._windows.values():
            # Left to Python's collector, widgets could die on whichever thread it runs.
            window.deleteLater()
        self.deleteLater()
        self.has_ended = True
        self.ended.emit()

    def show_queue(self) -> None:
        """Bring the queue page to the front, with the queue as it is now."""
        self.flow.refresh_queue()
        self._stack.setCurrentWidget(self.queue)
        self.main.activateWindow()
        self.queue.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_reading(self, _session: ReadingSession) -> None:
        self.flow.refresh_queue()
        if self.images is None:
            self._stack.setCurrentWidget(self.reading)
        else:
            self.images.activateWindow()
        self.reading.setFocus(Qt.FocusReason.OtherFocusReason)
        self._end_undo_if_over()

    def _offer_undo(self, session: ReadingSession) -> None:
        if session.undo_deadline is None:
            return
        seconds = session.policy.undo_seconds
        text = f"{session.draft} confirmed · take back within {seconds} s: Ctrl+Z"
        self.reading.bar.stand(text)
        self.queue.tell(text)
        left = (session.undo_deadline - self._clock.now()).total_seconds()
        self._undo_over.start(max(0, round(left * 1000)))

    def _end_undo_if_over(self) -> None:
        if self.flow.undo_possible is None:
            self._end_undo()

    def _end_undo(self) -> None:
        self.reading.bar.stand("")
        self.queue.tell("")
