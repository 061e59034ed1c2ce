"""Which table, which words and which true size belong to the monitor that a widget stands on.

One book for the application, like its theme: monitors belong to all of its windows. It only looks up what
a worker has read before; a monitor of which nothing was read is "uncalibrated", never taken for a good one.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QWidget

from klarsyn.reading.monitor_state import MonitorState, unknown_monitor
from klarsyn.ui.monitors.screens import identity_of, monitor_of


class ScreenBook(QObject):
    """What is known of each monitor; `changed` says that something else may be on the screen now."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Know nothing yet."""
        super().__init__(parent)
        self._states: dict[str, MonitorState] = {}
        self._unknown = unknown_monitor()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            for signal in (
                application.screenAdded,
                application.screenRemoved,
                application.primaryScreenChanged,
            ):
                signal.connect(lambda _screen: self.changed.emit())

    def take(self, states: Mapping[str, MonitorState]) -> None:
        """Take what a worker has read."""
        self._states = {**self._states, **states}
        self.changed.emit()

    def forget(self) -> None:
        """Know nothing any longer."""
        self._states = {}
        self.changed.emit()

    def state(self, screen: QScreen | None) -> MonitorState:
        """Return what is known of a screen; at least that it is unknown."""
        if screen is None:
            return self._unknown
        return self._states.get(identity_of(screen), self._unknown)

    def look(self, widget: QWidget) -> MonitorState:
        """Return what is known of the screen on which most of this widget's window stands."""
        return self.state(widget.screen())

    def follow(self, window: QWidget) -> None:
        """Tell when this window, which has been shown, goes to another monitor."""
        handle = window.windowHandle()
        if handle is not None:
            handle.screenChanged.connect(lambda _screen: self.changed.emit())


def screen_book() -> ScreenBook:
    """Return the application's book; made when it is first asked for."""
    application = QApplication.instance()
    if application is None:
        raise RuntimeError("There is no application yet, and so no screen.")
    kept = application.findChild(ScreenBook, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return kept if kept is not None else ScreenBook(application)


def mm_per_device_pixel(screen: QScreen) -> tuple[float, bool]:
    """Return the size of a device pixel in mm, and True when a ruler has found it.

    Without a ruler it is what the monitor says of itself, which is often wrong: true size drawn by it says
    "not measured". 0.25 mm where the monitor says nothing.
    """
    monitor = monitor_of(screen)
    measured = screen_book().state(screen).rulers.get((monitor.width, monitor.height))
    if measured is not None:
        return measured, True
    said = screen.physicalSize().width() / monitor.width if monitor.width else 0.0
    return (said if 0.02 <= said <= 1.0 else 0.25), False
