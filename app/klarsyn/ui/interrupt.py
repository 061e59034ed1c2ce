"""Ctrl+C in the terminal closes the windows as Ctrl+Q does, instead of a traceback somewhere in a slot."""

import signal
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 200


class Interrupt(QObject):
    """Calls `close` once after a SIGINT. Make it on the main thread, which alone may ask for signals.

    Python looks at signals only while it runs Python; Qt's loop may rest for minutes. A timer wakes it.
    """

    def __init__(self, close: Callable[[], object], parent: QObject | None = None) -> None:
        """Listen from now on."""
        super().__init__(parent)
        self._close, self._asked = close, False
        self._before = signal.signal(signal.SIGINT, self._ask)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def came(self) -> bool:
        """True when the program was interrupted."""
        return self._asked

    def stop(self) -> None:
        """Listen no longer."""
        self._timer.stop()
        signal.signal(signal.SIGINT, self._before)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked = True

    def _look(self) -> None:
        if self._asked:
            self._timer.stop()
            self._close()
