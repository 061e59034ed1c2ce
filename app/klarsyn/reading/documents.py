"""The documents of an exam, once its reader has signed and looked: which there are, and how pages look.

Before the reveal neither a name nor a count of them is known to the session (invariant 6): another maker's
page may say what an AI thinks.
"""

import contextlib
import multiprocessing
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from klarsyn.domain.document import Document
from klarsyn.reading.document_child import ANSWER, ASK, MAX_SENTENCE, MAX_SIDE, serve
from klarsyn.reading.refusal import ReadingError
from klarsyn.store.store import Store

TIME_S = 20.0
"""The longest that one page may take, with the start of its process."""

_DIED = (
    "The document brought down the process that was to show it; it is damaged, and nothing of it is shown."
)
_TOO_LONG = f"The page was not ready within {TIME_S:.0f} s, and is not shown."
_NONSENSE = "What was made of the document is no page, and nothing of it is shown."


@dataclass(frozen=True, slots=True)
class OfferedDocument:
    """A document that may be opened; `sha256` names its file in the images folder."""

    document: Document
    sha256: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a picture: `channels` is 1 (grey) or 3 (red, green, blue); `of` counts the pages."""

    number: int
    of: int
    rows: int
    columns: int
    channels: int
    pixels: bytes


def documents_of(store: Store, exam_id: str) -> tuple[OfferedDocument, ...]:
    """Return the documents of an exam, in the order in which they came [store]."""
    return tuple(OfferedDocument(k.document, k.received.sha256) for k in store.documents.of_exam(exam_id))


class OpenDocument:
    """A document with the process that opens it. `page` and `close` wait: never on a window's own thread."""

    def __init__(self, path: Path, document: Document, time_s: float = TIME_S) -> None:
        """Start nothing yet."""
        self._path, self._document, self._time_s = path, document, time_s
        self._guard = threading.Lock()
        self._process: BaseProcess | None = None
        self._asking: Connection | None = None
        self._closed = False

    def page(self, number: int, wide: int, high: int) -> Page:
        """Return a page that fits into a box of so many pixels.

        Raises
        ------
        ReadingError
            If there is no such page, or it cannot be made within time and memory; the sentence says why.
        """
        with self._guard:
            if self._closed:
                raise ReadingError("The document has been closed.")
            asking = self._running()
            box = (max(1, min(side, MAX_SIDE)) for side in (wide, high))
            try:
                asking.send_bytes(ASK.pack(number, *box))
                if not asking.poll(self._time_s):
                    self._end()
                    raise ReadingError(_TOO_LONG)
                answer = asking.recv_bytes(ANSWER.size + 3 * MAX_SIDE * MAX_SIDE)
            except (EOFError, OSError) as error:
                self._end()
                raise ReadingError(_DIED) from error
        return _page(number, answer)

    def close(self) -> None:
        """End the process."""
        self.abandon()
        with self._guard:
            self._end()

    def abandon(self) -> None:
        """End the process without waiting for it: whoever asks for a page is told that it was closed."""
        self._closed = True
        with contextlib.suppress(ValueError, AttributeError):
            # It may be ending on another thread at this very moment.
            self._process.kill()  # type: ignore[union-attr]

    def _running(self) -> Connection:
        if self._asking is None:
            # Spawned, not forked: a fork would hold the window's database and all that it has in memory.
            context = multiprocessing.get_context("spawn")
            self._asking, theirs = context.Pipe()
            self._process = context.Process(
                target=serve, args=(theirs, str(self._path), self._document), daemon=True
            )
            self._process.start()
            theirs.close()
            if self._closed:
                self.abandon()
        return self._asking

    def _end(self) -> None:
        process, asking, self._process, self._asking = self._process, self._asking, None, None
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if asking is not None:
            asking.close()


def _page(number: int, answer: bytes) -> Page:
    """Return what a process has answered; it is believed no further than its sizes agree."""
    if len(answer) < ANSWER.size:
        raise ReadingError(_NONSENSE)
    made, of, rows, columns, channels = ANSWER.unpack_from(answer)
    pixels = answer[ANSWER.size :]
    if not made:
        words = pixels[: 4 * MAX_SENTENCE].decode(errors="replace")
        raise ReadingError(words or _NONSENSE)
    if channels not in (1, 3) or len(pixels) != rows * columns * channels or not pixels or of < 1:
        raise ReadingError(_NONSENSE)
    return Page(number, of, rows, columns, channels, pixels)
