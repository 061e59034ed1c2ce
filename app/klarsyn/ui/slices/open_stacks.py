"""The stacks of the open exam: closed when it is left, also those that come from a worker after that."""

import threading
from collections.abc import Callable

from klarsyn.imaging.stack import SliceStack


class OpenStacks:
    """What would otherwise go on decoding for nobody. Any thread may call it."""

    def __init__(self) -> None:
        """Hold none."""
        self._guard = threading.Lock()
        self._open: list[SliceStack] = []

    def take(self, stack: SliceStack, still_wanted: Callable[[], bool]) -> None:
        """Hold a stack until `close_all`; one that nobody wants any more is closed at once."""
        with self._guard:
            if still_wanted():
                self._open.append(stack)
                return
        stack.close()

    def close_all(self) -> None:
        """Close every stack; quick, for files are let go elsewhere. Nobody must want them any more."""
        with self._guard:
            held, self._open = self._open, []
        for stack in held:
            stack.close()
