"""Size and depth of a compressed frame, read from its own first bytes before it is decoded.

The frame, not the header, decides how much memory a decoder sets aside: a stream of 60 000 x 60 000
pixels in a file that says 100 x 100 must be refused here.
"""

from dataclasses import dataclass
from typing import Protocol

_SOI = b"\xff\xd8"
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_STANDALONE = frozenset(range(0xD0, 0xDA)) | {0x01}
_J2K = b"\xff\x4f\xff\x51"
_COD, _SOT = b"\xff\x52", b"\xff\x90"


class Announced(Protocol):
    """What the header says of a frame; pydicom's runner is one."""

    @property
    def rows(self) -> int:
        """Rows (0028,0010)."""

    @property
    def columns(self) -> int:
        """Columns (0028,0011)."""

    @property
    def samples_per_pixel(self) -> int:
        """SamplesPerPixel (0028,0002)."""


@dataclass(frozen=True, slots=True)
class Codestream:
    """What the main header of a codestream announces."""

    rows: int
    columns: int
    components: int
    precision: int


def jpeg_codestream(src: bytes) -> Codestream:
    """Return what the frame header of a JPEG or JPEG-LS stream says (ISO 10918-1 B.2.2, 14495-1 C.2.2).

    Raises
    ------
    ValueError
        If there is no such header.
    """
    if src[:2] != _SOI:
        raise ValueError("the frame does not begin with a JPEG start marker")
    place = 2
    while place + 4 <= len(src):
        if src[place] != 0xFF:
            break
        marker = src[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
        elif marker in _STANDALONE:
            place += 2
        elif marker in _SOF and place + 10 <= len(src):
            rows, columns = _number(src, place + 5, 2), _number(src, place + 7, 2)
            return Codestream(rows, columns, src[place + 9], src[place + 4])
        else:
            place += 2 + _number(src, place + 2, 2)
    raise ValueError("the frame has no JPEG frame header")


def require_end(src: bytes) -> None:
    """Refuse a JPEG or JPEG-LS stream that breaks off; libjpeg would fill the rest with grey in silence.

    Entropy-coded data never holds the end marker (ISO 10918-1 B.1.1.5, 14495-1 A.1), so it must
    follow the last start of scan; what senders append behind it does not matter.

    Raises
    ------
    ValueError
        If there is no end marker behind the last scan.
    """
    if src.rfind(b"\xff\xd9") < src.rfind(b"\xff\xda"):
        raise ValueError("the frame breaks off before its end marker")


def jpeg_2000_codestream(src: bytes) -> Codestream:
    """Return what the SIZ segment of a JPEG 2000 or HTJ2K stream says (ISO 15444-1 A.5.1).

    Raises
    ------
    ValueError
        If there is no such segment.
    """
    # Some senders leave the JP2 boxes around the codestream, although PS3.5 A.4.4 forbids them.
    start = src.find(_J2K, 0, 4096)
    if start < 0 or len(src) < start + 43:
        raise ValueError("the frame has no JPEG 2000 size segment")
    right, bottom, left, top = (_number(src, start + 8 + 4 * place, 4) for place in range(4))
    return Codestream(bottom - top, right - left, _number(src, start + 40, 2), (src[start + 42] & 0x7F) + 1)


def jpeg_2000_halvings(src: bytes) -> int:
    """Return how often the wavelet of a JPEG 2000 stream halves the image (COD, ISO 15444-1 A.6.1).

    Raises
    ------
    ValueError
        If there is no such segment in the main header.
    """
    place = src.find(_J2K, 0, 4096) + 2
    while place > 1 and src[place : place + 2] not in (_COD, _SOT, b""):
        place += 2 + max(2, _number(src, place + 2, 2))
    if place < 2 or src[place : place + 2] != _COD or place + 10 > len(src):
        raise ValueError("the frame has no JPEG 2000 coding style segment")
    return src[place + 9]


def require_match(stream: Codestream, header: Announced) -> None:
    """Refuse a codestream that is not of the size that the header announces.

    Raises
    ------
    ValueError
        With both sizes.
    """
    announced = (header.rows, header.columns, header.samples_per_pixel)
    if (stream.rows, stream.columns, stream.components) != announced:
        raise ValueError(
            f"the frame holds {stream.rows} x {stream.columns} x {stream.components}, "
            f"the header announces {' x '.join(map(str, announced))}"
        )
    if not 1 <= stream.precision <= 16:
        raise ValueError(f"the frame has {stream.precision} bits a sample")


def _number(src: bytes, place: int, length: int) -> int:
    return int.from_bytes(src[place : place + length], "big")
