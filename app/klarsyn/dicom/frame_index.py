"""Where each frame lies in encapsulated pixel data (PS3.5 A.4): found once, from the heads of its items.

Offset tables are believed only where they agree with the items: senders have left them empty, filled them
with zeros, or let them overflow beyond 4 GiB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import raw

Extent = tuple[int, int]
"""Offset in the stream and length, in bytes."""

FrameExtents = tuple[tuple[Extent, ...], ...]
"""The fragments of frame 1, 2, …"""

_ITEM, _END = 0xFFFEE000, 0xFFFEE0DD
_END_OF_CODESTREAM = b"\xff\xd9"  # of JPEG, JPEG-LS, JPEG 2000 and HTJ2K alike


@dataclass(frozen=True, slots=True)
class Fragments:
    """The fragments that are in the file whole.

    Parameters
    ----------
    table
        Basic Offset Table: of each frame's first item, counted from `start`.
    start
        Where the first item behind the table begins.
    ends_well
        False when something else than an item or the delimiter stands where one should, or the last item
        is cut off.
    delimited
        The sequence delimiter was there.
    """

    extents: tuple[Extent, ...]
    table: tuple[int, ...]
    start: int
    ends_well: bool
    delimited: bool


def walk(stream: BinaryIO, size: int) -> Fragments:
    """Walk the items from where `stream` stands, heads only; `size` is the length of the stream."""
    extents: list[Extent] = []
    table: tuple[int, ...] | None = None
    start = stream.tell()
    while True:
        head = stream.read(8)
        tag = int.from_bytes(head[0:2], "little") << 16 | int.from_bytes(head[2:4], "little")
        length = int.from_bytes(head[4:8], "little")
        if len(head) < 8 or tag == _END:
            return Fragments(tuple(extents), table or (), start, True, len(head) == 8)
        place = stream.tell()
        if tag != _ITEM or place + length > size:
            return Fragments(tuple(extents), table or (), start, False, False)
        if table is None:
            table = _numbers(stream.read(length), 4)
            start = place + length
        else:
            extents.append((place, length))
            stream.seek(length, 1)


def frame_extents(
    stream: BinaryIO, fragments: Fragments, announced: int, extended: Sequence[int] = ()
) -> FrameExtents:
    """Return the fragments of each frame that is there, at most `announced`.

    Parameters
    ----------
    extended
        Extended Offset Table (PS3.5 A.4), which wins over the basic one; () without one.
    """
    extents = fragments.extents
    if len(extents) == announced:
        return tuple((extent,) for extent in extents)
    if announced == 1:
        return (extents,) if extents else ()
    for table in (tuple(extended), fragments.table):
        if found := _by_table(fragments, table, announced):
            return found
    if len(extents) < announced:
        return tuple((extent,) for extent in extents)
    groups = _by_end_marks(stream, extents)
    if len(groups) <= announced and len(groups) > 1:
        return groups
    return tuple((extent,) for extent in extents[:announced])


def extended_table(ds: Dataset) -> tuple[int, ...]:
    """Return ExtendedOffsetTable (7FE0,0001) of a header; () without one."""
    value = raw(ds, "ExtendedOffsetTable")
    return _numbers(value, 8) if isinstance(value, bytes) else ()


def _by_table(fragments: Fragments, table: tuple[int, ...], announced: int) -> FrameExtents:
    starts = [place - 8 - fragments.start for place, _ in fragments.extents]
    if not starts or not table or table[0] != 0 or any(b <= a for a, b in pairwise(table)):
        return ()
    here = [offset for offset in table[:announced] if offset <= starts[-1]]
    if not set(here) <= set(starts):
        return ()
    if len(here) < announced and fragments.ends_well and len(starts) >= announced:
        return ()  # A table of fewer frames than there are fragments for.
    # What follows the last announced frame is not its continuation.
    ends = [*table[1:], starts[-1] + 1]
    return tuple(
        tuple(e for e, start in zip(fragments.extents, starts, strict=True) if first <= start < end)
        for first, end in zip(here, ends, strict=False)
    )


def _by_end_marks(stream: BinaryIO, extents: Sequence[Extent]) -> FrameExtents:
    """Group fragments up to each that ends a codestream; what follows the last end is no whole frame."""
    groups: list[tuple[Extent, ...]] = []
    open_group: list[Extent] = []
    for place, length in extents:
        open_group.append((place, length))
        stream.seek(place + max(0, length - 4))
        if stream.read(min(4, length)).rstrip(b"\0").endswith(_END_OF_CODESTREAM):
            groups.append(tuple(open_group))
            open_group = []
    return tuple(groups)


def _numbers(value: bytes, width: int) -> tuple[int, ...]:
    return tuple(int.from_bytes(value[k : k + width], "little") for k in range(0, len(value), width))
