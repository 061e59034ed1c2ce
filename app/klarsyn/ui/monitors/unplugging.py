"""A monitor is unplugged while somebody reads: its windows come to one that is left, nothing is lost."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

SETTLING_MS = 200
"""Window systems report a change of monitors in several steps; the last one counts."""

SEEN = 0.5
"""Share of a window that must lie on monitors for it to stay where it is."""


class Unplugging(QObject):
    """Watches the monitors for some windows."""

    def __init__(self, windows: Callable[[], Iterable[QWidget]], parent: QObject) -> None:
        """Watch for as long as `parent` lives; `windows` names what is to stay in sight."""
        super().__init__(parent)
        self._windows = windows
        self._settle = QTimer(self, singleShot=True, interval=SETTLING_MS)
        self._settle.timeout.connect(self.bring_back)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._settle.start)
            application.primaryScreenChanged.connect(self._settle.start)

    def bring_back(self, left: Sequence[QRect] | None = None) -> None:
        """Bring every window that has lost its monitor to the largest of those that are `left`."""
        monitors = [s.availableGeometry() for s in QGuiApplication.screens()] if left is None else list(left)
        for window in self._windows():
            found = place_for(window.frameGeometry(), monitors)
            if found is not None:
                maximised = window.isMaximized()
                window.setGeometry(found)
                if maximised:
                    window.showMaximized()


def place_for(window: QRect, monitors: Sequence[QRect]) -> QRect | None:
    """Return where a window must go; None when enough of it lies on monitors, or there is no monitor."""
    if not monitors:
        return None
    on = sum(_area(window.intersected(monitor)) for monitor in monitors)
    if _area(window) and on >= SEEN * _area(window):
        return None
    return max(monitors, key=_area)


def _area(box: QRect) -> int:
    return max(0, box.width()) * max(0, box.height())
