"""The windows of one reader: queue and images, on one monitor or on two."""

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

from klarsyn.base.clock import Clock
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.displays import DisplayDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.session import ReadingSession
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_memory import KeyMemory, share_keys
from klarsyn.ui.flow import ReadingFlow
from klarsyn.ui.hanging.image_flow import nothing
from klarsyn.ui.monitors.display_check import DisplayCheck
from klarsyn.ui.monitors.display_check_page import DisplayCheckPage
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.monitors.screens import PlaceMemory, monitor_of, places
from klarsyn.ui.monitors.site_windows import SiteWindows
from klarsyn.ui.monitors.unplugging import Unplugging
from klarsyn.ui.panels.telling import Telling
from klarsyn.ui.queue.live_queue import LiveQueue
from klarsyn.ui.queue.queue_page import QueuePage
from klarsyn.ui.reading_page import ANNOUNCE_MS, ReadingPage


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
        displays: DisplayDesk | None = None,
        site_windows: SiteWindowDesk | None = None,
        keys: KeyMemory | None = None,
    ) -> None:
        """Build the windows; nothing is shown before `open`.

        Without `displays` no screen is known, and every image says so; without `site_windows` none can be
        saved.
        """
        super().__init__()
        self._memory = memory
        self.flow = ReadingFlow(desk, loader, clock, self)
        self.queue = QueuePage(desk.reader)
        self.reading = ReadingPage(self.flow, announce_ms=announce_ms)
        share_keys(keys, self.reading, self.queue)
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
        self.site_windows = SiteWindows(self.reading, site_windows) if site_windows is not None else None
        self.screens: DisplayCheckPage | None = None
        self.reading.commands.add(Command.DISPLAY_CHECK, self.show_screens)
        if displays is not None:
            self._check_screens_with(DisplayCheck(displays, self.flow.background, self))
        self._unplugging = Unplugging(lambda: self._windows.values(), self)
        self._closed = False
        self.has_ended = False
        self.flow.background.ended.connect(self._end)
        self._refresh = LiveQueue(self.flow, self)
        self.queue.next_wanted.connect(self.flow.open_next)
        self.queue.exam_wanted.connect(self.flow.open)
        self.queue.undo_wanted.connect(self.flow.undo)
        self.flow.queue_ready.connect(self.queue.show_state)
        self.flow.queue_wanted.connect(self.show_queue)
        self.flow.exam_opened.connect(self._show_reading)
        # Not before: ordering the queue would take a core from the images that the reader waits for.
        self.reading.grid.all_painted.connect(self.flow.refresh_queue)
        self._telling = Telling(self.flow, self.reading, self.queue, clock, self)

    def open(self) -> None:
        """Show the windows on their monitors and come back to an exam that was left open."""
        monitors = [monitor_of(s) for s in QApplication.screens()]
        numbers = dict(zip(("queue", "images"), places(monitors), strict=True))
        for name, window in self._windows.items():
            if self._memory is None or not self._memory.restore(window, name, monitors):
                window.setGeometry(QApplication.screens()[numbers[name]].availableGeometry())
            window.showMaximized() if self._memory is not None else window.show()
            screen_book().follow(window)
        self._refresh.start()
        self.flow.resume()

    def close(self) -> None:
        """Hide both windows at once and let the workers finish what was asked for; `ended` comes then."""
        if self._closed:
            return
        self._closed = True
        self._refresh.stop()
        self._telling.stop()
        where = {name: window.saveGeometry() for name, window in self._windows.items()}
        for window in self._windows.values():
            window.hide()
        if self._memory is not None:
            monitors = [monitor_of(s) for s in QApplication.screens()]
            remember = partial(self._memory.write, where, monitors)
            self.flow.background.desk(remember, nothing, nothing, what="window places")
        self.flow.close()

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

    def _check_screens_with(self, checks: DisplayCheck) -> None:
        page = self.screens = DisplayCheckPage(checks)
        self._stack.addWidget(page)
        page.left.connect(self._leave_screens)
        self.queue.screens_wanted.connect(self.show_screens)
        # Nothing reminds while an exam is read, not even on the other monitor.
        for signal in (checks.changed, self.flow.exam_opened, self.flow.exam_left):
            signal.connect(
                lambda *_: self.queue.remind_of_screens(checks.states if self.flow.session is None else {})
            )
        checks.refresh()

    def show_screens(self) -> bool:
        """Bring the page of screen checks to the front; an exam that is open stays open behind it."""
        if self.screens is None or self.flow.busy:
            return False
        self.screens.checks.refresh()
        self.screens.choose(0)
        self._stack.setCurrentWidget(self.screens)
        self.main.activateWindow()
        self.screens.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _leave_screens(self) -> None:
        """Back to what was there before: the exam, or the queue."""
        if self.flow.session is None:
            self.show_queue()
            return
        if self.images is not None:
            self._stack.setCurrentWidget(self.queue)
        self._show_reading(self.flow.session)

    def _show_reading(self, _session: ReadingSession) -> None:
        if self.images is None:
            self._stack.setCurrentWidget(self.reading)
        else:
            self.images.activateWindow()
        self.reading.setFocus(Qt.FocusReason.OtherFocusReason)
