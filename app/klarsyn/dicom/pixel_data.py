"""Where Pixel Data lies in a file, and whether all of it is there (PS3.5 section 8 and annex A.4)."""

from dataclasses import dataclass

from klarsyn.dicom.attributes import text
from klarsyn.dicom.errors import SEND_AGAIN, UnreadableFile
from klarsyn.dicom.frame_index import FrameExtents, extended_table, frame_extents, walk
from klarsyn.dicom.limits import PixelShape, require_plausible_size
from klarsyn.dicom.sop_classes import TOMOSYNTHESIS
from klarsyn.dicom.source import Source

_UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """Where Pixel Data lies.

    Parameters
    ----------
    offset
        Of its value in the stream.
    available
        Its bytes in the file, of compressed frames without what stands between them.
    vr
        "OW" or "OB".
    frames
        Offset and length of the pieces of each frame that is there.
    beyond
        There is more than the header announces.
    """

    offset: int
    available: int
    vr: str
    frames: FrameExtents
    beyond: bool = False


def find_pixels(source: Source, shape: PixelShape) -> PixelPlace:
    """Return the place of Pixel Data; the stream stands at its value afterwards.

    Of tomosynthesis, one frame is enough: it is shown with what is there, and whoever shows it says what is
    not. An image for which the whole of it counts is refused when something is missing.

    Raises
    ------
    UnreadableFile
        If there is none, or less than that.
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
    in_part = text(source.header, "SOPClassUID") == TOMOSYNTHESIS
    if compressed:
        frames, available = _compressed_frames(source, shape, in_part)
        stream.seek(offset)
        require_plausible_size(shape, available, compressed, len(frames))
        return PixelPlace(offset, available, vr, frames)
    available = rest if length == _UNDEFINED else min(length, rest)
    there = min(shape.frames, available // shape.frame_bytes) if in_part else shape.frames
    # Frames beyond those announced are whole ones, or rows and columns are not those of these pixels.
    beyond = (available // shape.frame_bytes - there) * shape.frame_bytes if there == shape.frames else 0
    surplus = max(0, beyond) if in_part else 0
    size = shape.frame_bytes
    looked_at = there * size if 0 < there < shape.frames else available - surplus
    require_plausible_size(shape, looked_at, False, there or None)
    places: FrameExtents = tuple(((offset + n * size, size),) for n in range(there))
    return PixelPlace(offset, available, vr, places, surplus > 0)


def _compressed_frames(source: Source, shape: PixelShape, in_part: bool) -> tuple[FrameExtents, int]:
    """Return the frames that are there and their bytes."""
    fragments = walk(source.stream, source.size)
    count = len(fragments.extents)
    # Where only the delimiter is missing, every frame is there.
    broken = not fragments.ends_well or (not fragments.delimited and count < shape.frames)
    if broken and not (in_part and count):
        raise UnreadableFile("The compressed pixel data breaks off: the file is truncated.", SEND_AGAIN)
    if count < shape.frames and not (in_part and count):
        raise UnreadableFile(
            f"The header announces {shape.frames} frames, the file holds {count} fragments.", SEND_AGAIN
        )
    frames = frame_extents(source.stream, fragments, shape.frames, extended_table(source.header))
    if len(frames) < shape.frames and not in_part:
        raise UnreadableFile(
            f"The header announces {shape.frames} frames, the file holds {len(frames)}.", SEND_AGAIN
        )
    return frames, sum(length for _, length in fragments.extents)
