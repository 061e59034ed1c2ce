"""Many frames of one file, one after the other or from several threads at once.

The file is opened, its header read and its frames located once; a frame is then a read at a known place.
"""

import sys
import threading
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from klarsyn.dicom.decoding import Frame, FrameDecoder, cause
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import pixel_shape
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.pixels import LIES_AS_IN_MEMORY, require_frame
from klarsyn.dicom.source import open_source


class FrameReader:
    """The frames of one DICOM file; any thread may ask for any frame.

    Attributes
    ----------
    frames
        How many are there; `announced` is how many the header says.
    shape, syntax
        What the header says of the pixels, and the transfer syntax.
    """

    def __init__(self, path: Path) -> None:
        """Open `path` and locate its frames.

        Raises
        ------
        UnreadableFile
            As `read_instance`: the file, and not one frame of it, is to blame.
        """
        with open_source(path) as source:
            shape = self.shape = pixel_shape(source.header)
            try:
                place = find_pixels(source, shape)
                self._decoder = FrameDecoder(source.header, source.transfer_syntax, shape, place.vr)
            except PARSE_FAILURES as error:
                raise UnreadableFile(
                    f"The header is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
                ) from error
            self._place = place
            self.syntax = source.transfer_syntax
            # A deflated file lies unpacked in memory; every other is read again from its own place.
            self._content = source.stream.getvalue() if isinstance(source.stream, BytesIO) else None
        self._path = path
        self._lock = threading.Lock()
        self._file = None if self._content is not None else path.open("rb")
        self.frames, self.announced = len(place.frames), shape.frames

    def read(self, frame: int) -> Frame:
        """Return the stored values of one frame, counted from 1.

        Returns
        -------
        ndarray
            As `read_frame`: shape (rows, columns), uint16 or int16, the caller's to keep.

        Raises
        ------
        UnreadableFile
            If this frame is missing or cannot be decoded, naming it; the others are not affected.
        ValueError
            If the header announces no such frame, or the reader is closed.
        """
        content = self.content(frame)
        try:
            return self._decoder.decode(content)
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"Frame {frame} ({self.syntax.name}) cannot be decoded: {cause(error)}.", SEND_AGAIN
            ) from error
        except UnreadableFile as error:
            raise UnreadableFile(f"Frame {frame}: {error.reason}", error.advice) from error

    def map(self, frame: int) -> npt.NDArray[np.uint16] | None:
        """Return one frame mapped from the file, read-only and without a copy, as `map_frame` does.

        None where values do not lie in the file as they are; `read` then.

        Raises
        ------
        UnreadableFile, ValueError
            As `read`.
        """
        extents, shape = self._of(frame), self.shape
        plain = self.syntax in LIES_AS_IN_MEMORY and sys.byteorder == "little" and self._content is None
        if not plain or shape.bits_allocated != 16 or shape.signed:
            return None
        try:
            values = np.memmap(self._path, np.uint16, "r", extents[0][0], (shape.rows, shape.columns))
        except (OSError, ValueError) as error:
            raise UnreadableFile(f"Frame {frame} cannot be read: the file changed.", SEND_AGAIN) from error
        return None if int(values.max()) >> shape.bits_stored else values.view(np.ndarray)

    def content(self, frame: int) -> bytes:
        """Return the bytes of one frame as they lie in the file, fragments joined.

        Raises
        ------
        UnreadableFile, ValueError
            As `read`.
        """
        try:
            pieces = [self._read_at(offset, length) for offset, length in self._of(frame)]
        except OSError as error:
            raise UnreadableFile(
                f"Frame {frame} cannot be read: {error.strerror or 'reading failed'}.",
                "Check the disk that holds Klarsyn's image folder.",
            ) from error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Close the file; frames that were read or mapped stay."""
        with self._lock:
            file, self._file, self._content = self._file, None, None
        if file is not None:
            file.close()

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def _of(self, frame: int) -> tuple[tuple[int, int], ...]:
        if not 1 <= frame <= self.announced:
            raise ValueError(f"There is no frame {frame}; the file has {self.announced}.")
        require_frame(self._place, self.shape, frame)
        return self._place.frames[frame - 1]

    def _read_at(self, offset: int, length: int) -> bytes:
        if self._content is not None:
            return self._content[offset : offset + length]
        # Held for the read alone, decoding runs beside it. It keeps `close` from taking the file away, and
        # makes seek and read one step (there is no pread on Windows).
        with self._lock:
            if self._file is None:
                raise ValueError("The reader is closed.")
            self._file.seek(offset)
            found = self._file.read(length)
        if len(found) < length:
            raise OSError(None, "the file has become shorter")
        return found
