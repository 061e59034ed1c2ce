"""Which sheet covers a screen now: test pattern, bit depth, measuring fields or ruler."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QScreen

from klarsyn.reading.monitor_state import MonitorState
from klarsyn.ui.monitors.full_screen import FieldSheet, PatternSheet, Sheet
from klarsyn.ui.monitors.ruler_sheet import RulerSheet
from klarsyn.ui.monitors.screen_book import mm_per_device_pixel
from klarsyn.ui.monitors.screens import monitor_of

SHEETS = (
    (Qt.Key.Key_T, "Test pattern   T"),
    (Qt.Key.Key_B, "Bit depth   B"),
    (Qt.Key.Key_M, "Measuring fields   M"),
    (Qt.Key.Key_R, "Ruler   R"),
)


class Covering(QObject):
    """Shows one sheet at a time and passes on what was seen on it, with the monitor that it was seen on."""

    judged = Signal(object, bool)
    ruled = Signal(object, float)
    uncovered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Cover nothing yet."""
        super().__init__(parent)
        self.sheet: Sheet | None = None

    def cover(self, key: Qt.Key, screen: QScreen, state: MonitorState) -> None:
        """Cover a screen with the sheet of a key."""
        monitor = monitor_of(screen)
        if key == Qt.Key.Key_M:
            self.sheet = FieldSheet(screen)
        elif key == Qt.Key.Key_R:
            self.sheet = RulerSheet(screen, mm_per_device_pixel(screen)[0])
            self.sheet.found.connect(lambda mm: self.ruled.emit(monitor, mm))
        else:
            self.sheet = PatternSheet(screen, state.lut, bit_depth=key == Qt.Key.Key_B)
            self.sheet.judged.connect(lambda passed: self.judged.emit(monitor, passed))
        self.sheet.closed.connect(self._closed)
        self.sheet.show_over()

    def _closed(self) -> None:
        self.sheet = None
        self.uncovered.emit()
