"""Which window goes to which monitor, remembered for each set of monitors.

The images get the largest monitor and the queue the smallest; with one monitor both pages share a window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is known of one monitor: name and size in device pixels."""

    name: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many pixels it has."""
        return self.width * self.height


def monitor_of(screen: QScreen) -> Monitor:
    """Return what is known of Qt's screen."""
    ratio = screen.devicePixelRatio()
    size = screen.size()
    return Monitor(screen.name(), round(size.width() * ratio), round(size.height() * ratio))


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
    """Window places in a small file, one section per set of monitors. Read and written off the exam."""

    def __init__(self, file: Path) -> None:
        """Use `file`, made when the first place is saved."""
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def restore(self, window: QWidget, name: str, monitors: Sequence[Monitor]) -> bool:
        """Put a window where it was with these monitors; False when it never was."""
        kept = self._settings.value(f"{set_key(monitors)}/{name}")
        return isinstance(kept, QByteArray) and window.restoreGeometry(kept)

    def save(self, window: QWidget, name: str, monitors: Sequence[Monitor]) -> None:
        """Remember where a window is."""
        self._settings.setValue(f"{set_key(monitors)}/{name}", window.saveGeometry())
        self._settings.sync()
