"""What an engine prints: kept short, filtered, for a log file of its own only.

An engine has no identity to print, yet its words come from outside: numbers, dates, UIDs and names in
DICOM's form are masked, control characters removed, long lines cut.
"""

import re
import threading
from collections import deque
from dataclasses import dataclass
from typing import IO

from klarsyn.base.log import ENGINE_OUTPUT, get_logger

_MAX_LINES, _MAX_LINE = 40, 200
_CHUNK = 8192
_NUMBERS = re.compile(r"\d(?:[-+./ ]?\d){5,}")
_PERSON_NAME = re.compile(r"[^\s=^\"']+\^[^\s=\"']*")
_CONTROL = re.compile(r"[^\x20-\x7e\u00a0-\ud7ff\ue000-\uffff]+")

_log = get_logger("engine.output")
_output_log = get_logger(ENGINE_OUTPUT)


def filtered(line: str, limit: int = _MAX_LINE) -> str:
    """Return at most `limit` characters of a line; long numbers and names in DICOM's form are masked."""
    line = _CONTROL.sub(" ", line[:limit])
    return _PERSON_NAME.sub("[name]", _NUMBERS.sub("[number]", line)).rstrip()


@dataclass(frozen=True, slots=True)
class OutputCount:
    """How much an engine printed: line ends, and bytes."""

    lines: int
    bytes: int


class BoundedOutput:
    """Reads a stream to its end in a thread of its own, so that an engine never waits; keeps the tail."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Start reading `stream`."""
        self._stream = stream
        self._tail: deque[bytes] = deque(maxlen=8)
        self.count = OutputCount(0, 0)
        self._thread = threading.Thread(target=self._drain, name="engine output", daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while chunk := self._stream.read(_CHUNK):
            self._tail.append(chunk)
            self.count = OutputCount(self.count.lines + chunk.count(b"\n"), self.count.bytes + len(chunk))

    def lines(self) -> tuple[str, ...]:
        """Return the last lines, filtered; call it when the process has ended."""
        # A child that outlived its group could hold the pipe open: no reason to wait for it.
        self._thread.join(timeout=1.0)
        text = b"".join(list(self._tail)).decode("utf-8", "replace")
        return tuple(filtered(line) for line in text.splitlines()[-_MAX_LINES:] if line.strip())


def log_output(engine_name: str, output: BoundedOutput) -> None:
    """Log how much an engine printed; what it printed goes to a log of its own, as no mask is sure."""
    lines = output.lines()
    if output.count.bytes:
        amount = {"lines": output.count.lines, "bytes": output.count.bytes}
        _log.info("An engine printed something.", engine=engine_name, **amount)
    if lines:
        _output_log.info("What an engine printed, masked.", engine=engine_name, text="\n".join(lines))
