"""The process that makes pictures of document pages: what comes from outside is opened here and nowhere else.

A PDF is a program for its renderer, and a picture one for its decoder; both are native code. Answers are
plain numbers and bytes, never pickles: whoever takes this process over reaches no further by what it says.
"""

import math
import struct
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.base.orphans import end_with_parent
from klarsyn.dicom.documents.document import document_pdf
from klarsyn.dicom.documents.picture import document_picture
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.document import Document, DocumentKind

ASK = struct.Struct("<III")
"""Number of the page from 1, and the box in pixels that it has to fit into."""

ANSWER = struct.Struct("<BIIII")
"""1 for a page, 0 for a sentence; then pages in all, rows, columns and channels of what follows."""

MAX_SIDE = 8192
MAX_MEMORY = 1 << 30
"""Bytes that may come on top of what the process needs before it opens anything."""

MAX_SENTENCE = 500

_DAMAGED = "The PDF is damaged, or locked by a password, and cannot be shown. Ask its maker for it again."

Picture = npt.NDArray[np.uint8]


def serve(asked: Connection, path: str, document: Document) -> None:
    """Answer questions about one document until nobody asks any more."""
    end_with_parent()
    cv2.setNumThreads(1)
    pages = _Pdf(Path(path)) if document.kind is DocumentKind.PDF else _Pictures(Path(path), document.pages)
    limit_memory()
    while True:
        try:
            question = asked.recv_bytes(ASK.size)
        except (EOFError, OSError):
            return
        asked.send_bytes(_answer(pages, *ASK.unpack(question)))


def limit_memory() -> None:
    """Let the system refuse more memory; Windows has no such limit, there the sizes of pages are bounded."""
    try:
        import resource
    except ImportError:
        return
    held = 0
    for line in Path("/proc/self/status").read_text().splitlines() if Path("/proc").is_dir() else ():
        if line.startswith("VmSize:"):
            held = int(line.split()[1]) * 1024
    # Where the size so far is not told (macOS), what Python and its libraries take at most.
    most = (held or 2 << 30) + MAX_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Pdf:
    def __init__(self, path: Path) -> None:
        # Loaded before memory is limited.
        import pypdfium2

        self._library, self._path = pypdfium2, path
        self._opened: pypdfium2.PdfDocument | None = None

    def page(self, number: int, wide: int, high: int) -> tuple[Picture, int]:
        try:
            if self._opened is None:
                self._opened = self._library.PdfDocument(document_pdf(self._path))
            count = len(self._opened)
            if not 1 <= number <= count:
                raise UnreadableFile(f"There is no page {number}; the document has {count}.", "")
            page = self._opened[number - 1]
            width, height = page.get_size()
            scale = fitting(width, height, wide, high)
            if not scale:
                raise UnreadableFile(f"Page {number} has a size that no page has, and is not shown.", "")
            # Forms would run what stands in them.
            bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
            return np.ascontiguousarray(bitmap.to_numpy()[..., :3]), count
        except self._library.PdfiumError as error:
            raise UnreadableFile(_DAMAGED, "") from error


class _Pictures:
    def __init__(self, path: Path, count: int) -> None:
        self._path, self._count = path, count

    def page(self, number: int, wide: int, high: int) -> tuple[Picture, int]:
        picture = document_picture(self._path, number)
        scale = min(fitting(picture.shape[1], picture.shape[0], wide, high) or 1.0, 1.0)
        if scale < 1:
            size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        return picture, self._count


def fitting(width: float, height: float, wide: int, high: int) -> float:
    """Return the scale at which a page just fits into a box; 0 for what is no page."""
    if not (math.isfinite(width) and math.isfinite(height) and width >= 1 and height >= 1):
        return 0.0
    scale = min(wide / width, high / height)
    return scale if min(width, height) * scale >= 1 else 0.0


def _answer(pages: _Pdf | _Pictures, number: int, wide: int, high: int) -> bytes:
    try:
        picture, count = pages.page(number, min(wide, MAX_SIDE), min(high, MAX_SIDE))
    except UnreadableFile as error:
        return _sentence(str(error))
    except (MemoryError, cv2.error):
        return _sentence("The page needs more memory than a page may have, and is not shown.")
    channels = picture.shape[2] if picture.ndim == 3 else 1
    head = ANSWER.pack(1, count, picture.shape[0], picture.shape[1], channels)
    return head + picture.tobytes()


def _sentence(words: str) -> bytes:
    return ANSWER.pack(0, 0, 0, 0, 0) + words[:MAX_SENTENCE].encode()
