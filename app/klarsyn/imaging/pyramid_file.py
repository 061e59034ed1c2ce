"""The file of a pyramid: a header of fixed size, then each level on a page boundary of its own, then facts.

    magic 8 | version u16 | levels u16 | file length u64 | length of the facts u32 | CRC-32 of the facts u32
    | 16 x (rows u32, columns u32, offset u64, CRC-32 of the level's bytes u32) | CRC-32 of all before, u32

Levels are index values (uint16, little-endian, row by row). Facts are bytes that this module does not
understand (`image_facts`). Header, length, levels and facts are checked on opening, so that a cut,
half-written or rotten file is refused and made again, never shown.
"""

import mmap
import struct
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import imagecodecs
import numpy as np
import numpy.typing as npt

from klarsyn.imaging.levels import MAX_LEVELS, Level, Shape, build_levels, level_shapes

MAGIC = b"KLSPYR\r\n"
VERSION = 3
_PAGE = 4096
_FIXED = struct.Struct("<8sHHQII")
_ENTRY = struct.Struct("<IIQI")
_CHECK = struct.Struct("<I")
HEADER_BYTES = _FIXED.size + MAX_LEVELS * _ENTRY.size + _CHECK.size

_Entry = tuple[int, int, int, int]


class BrokenPyramid(Exception):
    """A pyramid file that cannot be used: cut, half-written, or of another version. Delete and make again."""


def pyramid_bytes(shape: tuple[int, ...], facts: bytes = b"") -> int:
    """Return the exact length of the file for a full image of `shape`, before anything is decoded."""
    return _layout(level_shapes(shape))[1] + len(facts)


def write_levels(file: BinaryIO, levels: Sequence[Level], facts: bytes = b"") -> None:
    """Write levels and facts as a pyramid file to the start of an open file."""
    shapes = [(level.shape[0], level.shape[1]) for level in levels]
    offsets, end = _layout(shapes)
    length = end + len(facts)
    header = _FIXED.pack(MAGIC, VERSION, len(shapes), length, len(facts), zlib.crc32(facts))
    for level, (rows, columns), offset in zip(levels, shapes, offsets, strict=True):
        little = np.ascontiguousarray(level if sys.byteorder == "little" else level.byteswap())
        header += _ENTRY.pack(rows, columns, offset, _crc(little))
        file.seek(offset)
        file.write(little.data.cast("B"))
    file.seek(end)
    file.write(facts)
    file.truncate(length)
    # Last, so that a file without its levels has no header either.
    header = header.ljust(HEADER_BYTES - _CHECK.size, b"\0")
    file.seek(0)
    file.write(header + _CHECK.pack(zlib.crc32(header)))


def write_pyramid(
    path: Path, index_pixels: Level, padding: tuple[int, int] | None = None, facts: bytes = b""
) -> None:
    """Write one image's pyramid to `path`. Not atomic: `DisplayCache` is what survives a kill."""
    with path.open("wb") as file:
        write_levels(file, build_levels(index_pixels, padding), facts)


def map_levels(file: BinaryIO, path: Path) -> tuple[list[Level], bytes]:
    """Return the levels of an open file, mapped read-only, and a copy of its facts; `path` is for errors.

    Raises
    ------
    BrokenPyramid
        If the file is cut, damaged, or written by another version.
    """
    entries, end, facts_crc = _read_header(file, path)
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    facts = mapped[end:]
    if zlib.crc32(facts) != facts_crc:
        raise BrokenPyramid(f"{path.name} holds other facts than were written: the disk has lost some.")
    whole = np.frombuffer(mapped, dtype=np.uint8)
    return [_level(whole, entry, path) for entry in entries], facts


def _layout(shapes: Sequence[Shape]) -> tuple[list[int], int]:
    """Return each level's offset, and the end of the last one."""
    offsets = []
    end = HEADER_BYTES
    for rows, columns in shapes:
        offsets.append(-(-end // _PAGE) * _PAGE)
        end = offsets[-1] + rows * columns * 2
    return offsets, end


def _read_header(file: BinaryIO, path: Path) -> tuple[list[_Entry], int, int]:
    """Return the entries of the levels, where the facts begin, and their checksum."""
    header = file.read(HEADER_BYTES)
    actual = file.seek(0, 2)
    if len(header) < HEADER_BYTES or header[: len(MAGIC)] != MAGIC:
        raise BrokenPyramid(f"{path.name} is not a whole pyramid file: its header is missing or cut.")
    (stated,) = _CHECK.unpack(header[-_CHECK.size :])
    _, version, count, length, facts_length, facts_crc = _FIXED.unpack_from(header)
    if version != VERSION:
        raise BrokenPyramid(f"{path.name} was written in another version ({version}) of the format.")
    if stated != zlib.crc32(header[: -_CHECK.size]):
        raise BrokenPyramid(f"{path.name} has a damaged header: its checksum does not fit.")
    if not 1 <= count <= MAX_LEVELS:
        raise BrokenPyramid(f"{path.name} states {count} levels; 1 to {MAX_LEVELS} are possible.")
    if length != actual:
        raise BrokenPyramid(f"{path.name} is {actual} bytes long and should be {length}: it was cut.")
    entries = [_ENTRY.unpack_from(header, _FIXED.size + n * _ENTRY.size) for n in range(count)]
    offsets, end = _layout([(rows, columns) for rows, columns, *_ in entries])
    if end + facts_length != length or offsets != [offset for _, _, offset, _ in entries]:
        raise BrokenPyramid(f"{path.name} has a header whose levels do not fit its length.")
    return entries, end, facts_crc


def _level(whole: npt.NDArray[np.uint8], entry: _Entry, path: Path) -> Level:
    rows, columns, offset, stated = entry
    level = whole[offset : offset + rows * columns * 2].view("<u2").reshape(rows, columns)
    if _crc(level) != stated:
        raise BrokenPyramid(f"{path.name} holds other pixels than were written: the disk has lost some.")
    return level if sys.byteorder == "little" else level.astype(np.uint16)


def _crc(level: npt.NDArray[np.uint16]) -> int:
    # libdeflate's is ten times as fast as zlib's: 0.4 ms for 27 MB, next to nothing beside painting them.
    return int(imagecodecs.deflate_crc32(level.reshape(-1).view(np.uint8)))  # type: ignore[arg-type]
