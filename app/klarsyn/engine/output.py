"""What an engine prints: kept short, filtered, for the log only.

An engine has no identity to print, yet its words come from outside: numbers, dates, UIDs and names in
DICOM's form are masked, control characters removed, long lines cut.
"""

import re
import threading
from collections import deque
from typing import IO

_MAX_LINES, _MAX_LINE = 40, 200
_CHUNK = 8192
_NUMBERS = re.compile(r"\d(?:[-+./ ]?\d){5,}")
_PERSON_NAME = re.compile(r"[^\s=^\"']+\^[^\s=\"']*")
_CONTROL = re.compile(r"[^\x20-\x7e\u00a0-\uffff]+")


def filtered(line: str) -> str:
    """Return one line with everything masked that could be a number or a name of somebody."""
    line = _CONTROL.sub(" ", line[:_MAX_LINE])
    return _PERSON_NAME.sub("[name]", _NUMBERS.sub("[number]", line)).rstrip()


class BoundedOutput:
    """Reads a stream to its end in a thread of its own, so that an engine never waits; keeps the tail."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Start reading `stream`."""
        self._stream = stream
        self._tail: deque[bytes] = deque(maxlen=8)
        self._thread = threading.Thread(target=self._drain, name="engine output", daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while chunk := self._stream.read(_CHUNK):
            self._tail.append(chunk)

    def lines(self) -> tuple[str, ...]:
        """Return the last lines, filtered; call it when the process has ended."""
        # A child that outlived its group could hold the pipe open: no reason to wait for it.
        self._thread.join(timeout=1.0)
        text = b"".join(list(self._tail)).decode("utf-8", "replace")
        return tuple(filtered(line) for line in text.splitlines()[-_MAX_LINES:] if line.strip())
