"""Which window goes to which monitor, remembered for each set of monitors.

The images get the largest monitor and the queue the smallest; with one monitor both pages share a window.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from klarsyn.base.log import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is known of one monitor: name, size in device pixels, and make with serial number."""

    name: str
    width: int
    height: int
    identity: str = ""

    @property
    def pixels(self) -> int:
        """How many pixels it has."""
        return self.width * self.height


def monitor_of(screen: QScreen) -> Monitor:
    """Return what is known of Qt's screen."""
    ratio = screen.devicePixelRatio()
    size = screen.size()
    return Monitor(
        screen.name(), round(size.width() * ratio), round(size.height() * ratio), identity_of(screen)
    )


def identity_of(screen: QScreen) -> str:
    """Return make, model and serial number: what a check of a screen holds for, wherever it is plugged in.

    A monitor that hides its serial number is told from its twins by its connector.
    """
    serial = screen.serialNumber().strip()
    named = [screen.manufacturer(), screen.model(), serial or screen.name()]
    return " ".join(word for part in named for word in part.split()) or "unnamed screen"


def places(monitors: Sequence[Monitor]) -> tuple[int, int]:
    """Return the numbers of the monitors for (queue, images); equal when there is one."""
    if len(monitors) < 2:
        return 0, 0
    numbers = range(len(monitors))
    images = max(numbers, key=lambda n: (monitors[n].pixels, -n))
    queue = min((n for n in numbers if n != images), key=lambda n: (monitors[n].pixels, n))
    return queue, images


def set_key(monitors: Sequence[Monitor]) -> str:
    """Return one name for a set of monitors, whatever order they are listed in."""
    return "+".join(sorted(f"{m.name or 'monitor'}-{m.width}x{m.height}".replace("/", "_") for m in monitors))


class PlaceMemory:
    """Window places in a small file, one section per set of monitors.

    The file is read once, before any window is seen, and written by a worker (invariant 10).
    """

    def __init__(self, file: Path) -> None:
        """Read `file`, which may not exist yet."""
        self._file = file
        settings = QSettings(str(file), QSettings.Format.IniFormat)
        self._kept = {key: settings.value(key) for key in settings.allKeys()}

    def restore(self, window: QWidget, name: str, monitors: Sequence[Monitor]) -> bool:
        """Put a window where it was with these monitors; False when it never was."""
        kept = self._kept.get(_key(name, monitors))
        return isinstance(kept, QByteArray) and window.restoreGeometry(kept)

    def write(self, places_by_name: Mapping[str, QByteArray], monitors: Sequence[Monitor]) -> None:
        """Remember where windows were, as `QWidget.saveGeometry` says it. Touches the disk; any thread."""
        # An object of this thread alone: QSettings writes from the event loop of the thread it was made on.
        settings = QSettings(str(self._file), QSettings.Format.IniFormat)
        for name, place in places_by_name.items():
            settings.setValue(_key(name, monitors), place)
        settings.sync()
        if settings.status() != QSettings.Status.NoError:
            _log.warning("window places could not be remembered", status=settings.status().name)


def _key(name: str, monitors: Sequence[Monitor]) -> str:
    return f"{set_key(monitors)}/{name}"
