"""Driving levels shown over a whole screen, one array pixel on one device pixel, with nothing around."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QWidget

from klarsyn.imaging.bit_depth_pattern import bit_depth_pattern
from klarsyn.imaging.measuring_field import MEASURING_LEVELS, measuring_field
from klarsyn.imaging.pattern import LEAST_SIDE
from klarsyn.imaging.screen import ScreenLut
from klarsyn.imaging.test_pattern import qc_pattern
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write
from klarsyn.ui.view.magnifier import draw_grey
from klarsyn.ui.view.picture import Drawn

DENSE_LEVELS = tuple(range(0, 256, 5))
"""What a monitor that is not calibrated should be measured at (docs/display-curve.md)."""


class Sheet(QWidget):
    """One screen full of grey; Esc closes it."""

    closed = Signal()

    def __init__(self, screen: QScreen) -> None:
        """Make it for this screen; `show_over` shows it."""
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._screen = screen
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._screen_gone)
        self._grey: npt.NDArray[np.uint8] | None = None

    def show_over(self) -> None:
        """Cover the screen."""
        self.setScreen(self._screen)
        self.setGeometry(self._screen.geometry())
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    def _screen_gone(self, screen: QScreen) -> None:
        # On another monitor it would be judged for this one.
        if screen is self._screen:
            self.close()

    @property
    def device_size(self) -> tuple[int, int]:
        """Rows and columns in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio))

    def levels(self, rows: int, columns: int) -> npt.NDArray[np.uint8]:
        """Return what is shown, driving levels of shape (rows, columns)."""
        raise NotImplementedError

    def draw_again(self) -> None:
        """Show something else from the next frame on."""
        self._grey = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the levels as they are: no colour management, no scaling."""
        rows, columns = self.device_size
        if self._grey is None or self._grey.shape != (rows, columns):
            self._grey = np.ascontiguousarray(self.levels(rows, columns))
        painter = QPainter(self)
        draw_grey(painter, Drawn(self._grey, 0, 0), self.devicePixelRatioF())
        self.write_over(painter)
        painter.end()

    def write_over(self, painter: QPainter) -> None:
        """Write nothing, unless another sheet does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: object) -> None:
        """Tell whoever has shown it."""
        self.closed.emit()
        event.accept()  # type: ignore[attr-defined]


class PatternSheet(Sheet):
    """The test pattern: Enter says that it looks right, W that something is wrong, B shows the bit depth."""

    judged = Signal(bool)

    def __init__(self, screen: QScreen, lut: ScreenLut | None, *, bit_depth: bool = False) -> None:
        """Draw through the screen's table, never through a window."""
        super().__init__(screen)
        self._lut, self.bit_depth = lut, bit_depth

    def levels(self, rows: int, columns: int) -> npt.NDArray[np.uint8]:
        """Draw the pattern to the pixel; a screen too small for it stays black around a part."""
        draw = bit_depth_pattern if self.bit_depth else qc_pattern
        pattern = draw(max(rows, LEAST_SIDE), max(columns, LEAST_SIDE)).for_screen(self._lut)
        return pattern[:rows, :columns]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Judge, or change to the other pattern."""
        key = event.key()
        if key == Qt.Key.Key_B:
            self.bit_depth = not self.bit_depth
            self.draw_again()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_W) and not event.isAutoRepeat():
            # Bits are no part of the daily look: only the whole pattern is judged.
            if not self.bit_depth:
                self.judged.emit(key != Qt.Key.Key_W)
            self.close()
        else:
            super().keyPressEvent(event)


class FieldSheet(Sheet):
    """Measuring fields for a meter, one level after the other, past every table."""

    def __init__(self, screen: QScreen) -> None:
        """Start with black."""
        super().__init__(screen)
        self.steps: tuple[int, ...] = MEASURING_LEVELS
        self.at = 0

    @property
    def level(self) -> int:
        """The driving level in the middle."""
        return self.steps[self.at]

    def levels(self, rows: int, columns: int) -> npt.NDArray[np.uint8]:
        """A tenth of the screen at the level."""
        return measuring_field(rows, columns, self.level)

    def write_over(self, painter: QPainter) -> None:
        """Say which level it is, far from the meter."""
        look = theme()
        told = f"level {self.level} · {self.at + 1} of {len(self.steps)}"
        keys = f"Space next · Backspace back · D {'18' if len(self.steps) > 18 else '52'} levels · Esc"
        write(painter, QPointF(12, self.height() - 28), f"{told} · {keys}", look.small, look.text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through the levels."""
        key = event.key()
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.at = min(self.at + 1, len(self.steps) - 1)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Left):
            self.at = max(self.at - 1, 0)
        elif key == Qt.Key.Key_D:
            self.steps = MEASURING_LEVELS if len(self.steps) > len(MEASURING_LEVELS) else DENSE_LEVELS
            self.at = 0
        else:
            super().keyPressEvent(event)
            return
        self.draw_again()
