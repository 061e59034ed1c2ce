"""Ctrl+C in the terminal, or the system's wish that the program end, closes the windows as Ctrl+Q does.

Else there is a traceback somewhere in a slot, or decoding processes that nobody has told to end.
"""

import signal
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 200


class Interrupt(QObject):
    """Calls `close` once after a SIGINT or SIGTERM.

    Make it on the main thread, which alone may ask for signals.

    Python looks at signals only while it runs Python; Qt's loop may rest for minutes. A timer wakes it.
    """

    def __init__(self, close: Callable[[], object], parent: QObject | None = None) -> None:
        """Listen from now on."""
        super().__init__(parent)
        self._close = close
        self._asked: signal.Signals | None = None
        self._before = {each: signal.signal(each, self._ask) for each in (signal.SIGINT, signal.SIGTERM)}
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def came(self) -> bool:
        """True when the program was interrupted from a terminal."""
        return self._asked is signal.SIGINT

    def stop(self) -> None:
        """Listen no longer."""
        self._timer.stop()
        for each, before in self._before.items():
            signal.signal(each, before)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._asked = self._asked or signal.Signals(number)

    def _look(self) -> None:
        if self._asked is not None:
            self._timer.stop()
            self._close()
