"""The one error that reading a DICOM file may end in, and what a hostile file can make a parser raise."""

import struct
import zlib

from pydicom.errors import BytesLengthException, InvalidDicomError

PARSE_FAILURES: tuple[type[BaseException], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What parsing and decoding raise on broken bytes (RecursionError is a RuntimeError).

Listed one by one, so that an error of another kind, which would be a mistake of ours, is not hidden.
"""


class UnreadableFile(Exception):
    """A file that cannot be shown.

    Parameters
    ----------
    reason
        A sentence: what is wrong with the file.
    advice
        A sentence: what to do about it. Neither holds patient data; both may be logged.
    """

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        """Return reason and advice as one line."""
        return f"{self.reason} {self.advice}"


SEND_AGAIN = "Send the image again from the modality or the PACS."
EXPORT_AGAIN = "Ask the sending system to export it again as a standard DICOM mammogram."
CONVERT = "Export it uncompressed or in another transfer syntax."
