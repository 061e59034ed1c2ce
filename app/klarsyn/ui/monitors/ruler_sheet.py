"""A bar on the screen that somebody matches with a ruler: the true size of the monitor's pixels."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QScreen

from klarsyn.domain.screen_size import mm_per_pixel
from klarsyn.ui.monitors.full_screen import Sheet
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write

LENGTHS_MM = (100, 50)
_BAR, _TICK, _GREY = 6, 60, 190


class RulerSheet(Sheet):
    """Left and Right make the bar as long as the ruler says, Enter keeps it."""

    found = Signal(float)

    def __init__(self, screen: QScreen, mm_a_pixel: float) -> None:
        """Begin with the length that `mm_a_pixel` (mm a device pixel) would give."""
        super().__init__(screen)
        columns = screen.geometry().width() * screen.devicePixelRatio()
        fitting = (mm for mm in LENGTHS_MM if mm / mm_a_pixel < 0.9 * columns)
        self.length_mm = next(fitting, LENGTHS_MM[-1])
        self.bar = max(1, round(self.length_mm / mm_a_pixel))

    @property
    def mm_a_pixel(self) -> float:
        """The size of a device pixel, if the bar is as long as it says."""
        return mm_per_pixel(self.bar, self.length_mm)

    def levels(self, rows: int, columns: int) -> npt.NDArray[np.uint8]:
        """A bar of so many device pixels, ends included, with a tick at each end."""
        sheet = np.zeros((rows, columns), dtype=np.uint8)
        left, middle = (columns - self.bar) // 2, rows // 2
        right = left + self.bar
        sheet[middle - _BAR // 2 : middle + _BAR // 2, max(left, 0) : right] = _GREY
        for column in (left, right - 1):
            if 0 <= column < columns:
                sheet[max(0, middle - _TICK) : middle + _TICK, column] = _GREY
        return sheet

    def write_over(self, painter: QPainter) -> None:
        """Say what to do."""
        look = theme()
        for n, text in enumerate(
            (
                f"Lay a ruler on the bar, and make it {self.length_mm} mm long from tick to tick.",
                "Left and Right: one pixel · with Shift: ten · Enter keeps · Esc keeps nothing",
                f"{self.bar} pixels: {self.mm_a_pixel:.4f} mm a pixel",
            )
        ):
            x = (self.width() - text_size(text, look.body)[0]) / 2
            write(painter, QPointF(x, self.height() * 0.62 + 26 * n), text, look.body, look.dim)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the bar, or keep it."""
        key = event.key()
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            longest = self.device_size[1] - 2
            change = step if key == Qt.Key.Key_Right else -step
            self.bar = min(max(self.bar + change, 2), longest)
            self.draw_again()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.found.emit(self.mm_a_pixel)
            self.close()
        else:
            super().keyPressEvent(event)
