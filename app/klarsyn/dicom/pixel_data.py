"""Where Pixel Data lies in a file, and whether all of it is there (PS3.5 section 8 and annex A.4)."""

from dataclasses import dataclass

from klarsyn.dicom.errors import SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import PixelShape, require_plausible_size
from klarsyn.dicom.source import Source

_UNDEFINED = 0xFFFFFFFF
_ITEM, _END = 0xFFFEE000, 0xFFFEE0DD


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """Offset of the value of Pixel Data in the stream, its bytes in the file, and its VR ("OW", "OB")."""

    offset: int
    available: int
    vr: str


def find_pixels(source: Source, shape: PixelShape) -> PixelPlace:
    """Return the place of Pixel Data; the stream stands at its value afterwards.

    Raises
    ------
    UnreadableFile
        If there is none, or less than the header announces.
    """
    stream = source.stream
    order = "little" if source.transfer_syntax.is_little_endian else "big"
    head = stream.read(8 if source.implicit_vr else 12)
    if len(head) < (8 if source.implicit_vr else 12):
        raise UnreadableFile("The file is truncated: it ends before its pixel data.", SEND_AGAIN)
    tag = int.from_bytes(head[0:2], order) << 16 | int.from_bytes(head[2:4], order)  # type: ignore[arg-type]
    if tag != 0x7FE00010:
        raise UnreadableFile("The pixels are floating-point numbers.", "Export it with integer pixels.")
    length = int.from_bytes(head[-4:], order)  # type: ignore[arg-type]
    vr = "OW" if source.implicit_vr else head[4:6].decode("ascii", "replace")
    offset = stream.tell()
    compressed = source.transfer_syntax.is_encapsulated
    rest = source.size - offset
    if not compressed and length == _UNDEFINED:
        raise UnreadableFile("Uncompressed pixel data has no length.", SEND_AGAIN)
    available = rest if length == _UNDEFINED else min(length, rest)
    if compressed:
        available = _fragment_bytes(source, shape)
        stream.seek(offset)
    require_plausible_size(shape, available, compressed)
    return PixelPlace(offset, available, vr)


def _fragment_bytes(source: Source, shape: PixelShape) -> int:
    """Walk the items of encapsulated pixel data, heads only, and return the bytes in fragments."""
    stream, total, fragments = source.stream, 0, -1  # the first item is the offset table
    while True:
        head = stream.read(8)
        tag = int.from_bytes(head[0:2], "little") << 16 | int.from_bytes(head[2:4], "little")
        length = int.from_bytes(head[4:8], "little")
        if len(head) < 8 and fragments >= shape.frames:
            break  # only the delimiter is missing; every frame is there
        if tag == _END:
            break
        if tag != _ITEM or stream.tell() + length > source.size:
            raise UnreadableFile("The compressed pixel data breaks off: the file is truncated.", SEND_AGAIN)
        fragments += 1
        total += length if fragments else 0
        stream.seek(length, 1)
    if fragments < shape.frames:
        raise UnreadableFile(
            f"The header announces {shape.frames} frames, the file holds {max(fragments, 0)} fragments.",
            SEND_AGAIN,
        )
    return total
