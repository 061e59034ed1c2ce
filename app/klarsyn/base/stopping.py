"""Being asked to stop by the operating system: once in good order, a second time at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping_on_signals(then: Callable[[], None] = lambda: None) -> Iterator[threading.Event]:
    """Yield an event that SIGTERM or SIGINT sets within the block; the next signal ends the process.

    `then` is called by the signal, too, and must return quickly.
    """
    asked = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {one: signal.getsignal(one) for one in signals}

    def _ask(_number: int, _frame: FrameType | None) -> None:
        for one in signals:
            signal.signal(one, signal.SIG_DFL)
        asked.set()
        then()

    for one in signals:
        signal.signal(one, _ask)
    try:
        yield asked
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
