"""Where things lie in a volume file; `volume_file` says what they are for.

page 0: magic 8 | version u16 | levels u16 | slots u32 | rows u32 | columns u32 | length u64 | CRC-32 u32
then per slot an entry of 128 bytes: state u32 | slot u32 | 16 x CRC-32 of a level u32 | CRC-32 u32
then per slot a claim of 16 bytes: process u64 | seconds since 1970 f64
then, on page boundaries, per slot its levels: index values (uint16, little-endian, row by row)
"""

import struct
import zlib
from typing import BinaryIO

from klarsyn.imaging.levels import level_shapes

MAGIC = b"KLSVOL\r\n"
VERSION = 1
MOST_SLOTS = 1 << 16
ENTRY_ROOM, CLAIM_ROOM = 128, 16
_PAGE = 4096
_FIXED = struct.Struct("<8sHHIIIQ")
_CHECK = struct.Struct("<I")

Shape = tuple[int, int]


class VolumeLayout:
    """Where things lie in a file of `slots` frames of `shape`."""

    def __init__(self, shape: Shape, slots: int) -> None:
        if not 1 <= slots <= MOST_SLOTS or min(shape) < 1:
            raise ValueError(f"A volume file holds 1 to {MOST_SLOTS} frames with pixels.")
        self._slots = slots
        self.shapes = level_shapes(shape)
        self._claims = _PAGE + slots * ENTRY_ROOM
        self._first = _to_page(self._claims + slots * CLAIM_ROOM)
        self._starts, end = [], 0
        for rows, columns in self.shapes:
            self._starts.append(end)
            end = _to_page(end + rows * columns * 2)
        self._slot_bytes = end
        self.length = self._first + slots * end

    @property
    def header(self) -> bytes:
        """What the file begins with."""
        fixed = _FIXED.pack(MAGIC, VERSION, len(self.shapes), self._slots, *self.shapes[0], self.length)
        return fixed + _CHECK.pack(zlib.crc32(fixed))

    def entry(self, slot: int) -> int:
        """Return the offset of what is said of a slot."""
        return _PAGE + slot * ENTRY_ROOM

    def claim(self, slot: int) -> int:
        """Return the offset of who decodes it."""
        return self._claims + slot * CLAIM_ROOM

    def of_slot(self, slot: int) -> list[int]:
        """Return the offset of each level."""
        return [self._first + slot * self._slot_bytes + start for start in self._starts]


def volume_bytes(shape: Shape, slots: int) -> int:
    """Return the length of the file, holes included: what it may come to take of the disk."""
    return VolumeLayout(shape, slots).length


def prepare_volume(file: BinaryIO, shape: Shape, slots: int) -> None:
    """Make an empty file the volume file of `slots` frames, with nothing in it yet."""
    layout = VolumeLayout(shape, slots)
    file.truncate(layout.length)
    file.seek(0)
    file.write(layout.header)
    file.flush()


def _to_page(offset: int) -> int:
    return -(-offset // _PAGE) * _PAGE
