"""One image as 16-bit levels, each half of the one before, in one file that is mapped, not read.

File: a header of fixed size, then each level's index values (uint16, little-endian, row by row) on a page
boundary of its own.

    magic 8 | version u16 | levels u16 | file length u64
    | 16 x (rows u32, columns u32, offset u64, CRC-32 of the level's bytes u32) | CRC-32 of all before, u32

Header, length and every level are checked on opening, so that a cut, half-written or rotten file is
refused and made again, never shown. Files are put in place whole by `cache`, and never changed afterwards.
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

from klarsyn.imaging.frames import shrink_to
from klarsyn.imaging.locks import lock_shared

MAGIC = b"KLSPYR\r\n"
VERSION = 2
MAX_LEVELS = 16
# Smaller than this nothing is ever drawn; a thumbnail is cut from the last level.
_SMALLEST = 256
_PAGE = 4096
_FIXED = struct.Struct("<8sHHQ")
_ENTRY = struct.Struct("<IIQI")
_CHECK = struct.Struct("<I")
_HEADER_BYTES = _FIXED.size + MAX_LEVELS * _ENTRY.size + _CHECK.size

Level = npt.NDArray[np.uint16]
_Shape = tuple[int, int]
_Entry = tuple[int, int, int, int]


class BrokenPyramid(Exception):
    """A pyramid file that cannot be used: cut, half-written, or of another version. Delete and make again."""


class Pyramid:
    """The levels of one image, largest first, each of shape (rows, columns) and read-only.

    Made by `open` (mapped) or `in_memory`. `close` lets the file go; levels already handed out stay valid
    until they are dropped, and on Windows keep the file from being deleted until then.
    """

    is_preview = False
    """True for a first look (`preview`): not the stored values; never to be measured or counted as seen."""

    def __init__(self, levels: Sequence[Level], file: BinaryIO | None = None) -> None:
        self._levels = tuple(levels)
        self._file = file

    @classmethod
    def in_memory(cls, levels: Sequence[Level]) -> "Pyramid":
        """Return a pyramid that no file stands behind, e.g. when the disk is full."""
        views = [level.view() for level in levels]
        for view in views:
            view.flags.writeable = False
        return cls(views)

    @classmethod
    def open(cls, path: Path) -> "Pyramid":
        """Map a pyramid file read-only.

        Raises
        ------
        BrokenPyramid
            If the file is cut, damaged, or written by another version.
        OSError
            If there is no such file or it cannot be opened.
        """
        file = path.open("rb")
        try:
            lock_shared(file)
            entries = _read_header(file, path)
            whole = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), dtype=np.uint8)
            levels = [_level(whole, entry, path) for entry in entries]
        except BaseException:
            file.close()
            raise
        return cls(levels, file)

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels, the full image first; empty after `close`."""
        return self._levels

    @property
    def is_mapped(self) -> bool:
        """True while a file stands behind."""
        return self._file is not None

    def level_for(self, scale: float) -> Level:
        """Return the smallest level that still has a pixel for each device pixel.

        `scale` is device pixels per pixel of the full image (`ViewTransform.scale`). The level covers the
        whole image, so its own scale is its shape over the full shape.
        """
        if not self._levels:
            raise ValueError("The pyramid is closed. Ask the cache for it again.")
        rows = self._levels[0].shape[0]
        columns = self._levels[0].shape[1]
        enough = [
            level
            for level in self._levels
            if level.shape[0] >= rows * scale and level.shape[1] >= columns * scale
        ]
        return enough[-1] if enough else self._levels[0]

    def close(self) -> None:
        """Let go of levels and file. Harmless when repeated."""
        self._levels = ()
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "Pyramid":
        """Return self; the pyramid is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def build_levels(index_pixels: Level, padding: tuple[int, int] | None = None) -> tuple[Level, ...]:
    """Return the levels of one image: the full image, then halves (rounded up) down to 256 pixels.

    `padding` is `grayscale.index_padding`: padding is then never averaged with tissue.
    """
    levels = [np.ascontiguousarray(index_pixels)]
    for shape in level_shapes(index_pixels.shape)[1:]:
        levels.append(shrink_to(levels[-1], shape, padding))
    return tuple(levels)


def pyramid_bytes(shape: tuple[int, ...]) -> int:
    """Return the exact length of the file for a full image of `shape`, before anything is decoded."""
    return _layout(level_shapes(shape))[1]


def write_levels(file: BinaryIO, levels: Sequence[Level]) -> None:
    """Write levels as a pyramid file to the start of an open file."""
    shapes = [(level.shape[0], level.shape[1]) for level in levels]
    offsets, length = _layout(shapes)
    header = _FIXED.pack(MAGIC, VERSION, len(shapes), length)
    for level, (rows, columns), offset in zip(levels, shapes, offsets, strict=True):
        little = np.ascontiguousarray(level if sys.byteorder == "little" else level.byteswap())
        header += _ENTRY.pack(rows, columns, offset, _crc(little))
        file.seek(offset)
        file.write(little.data.cast("B"))
    file.truncate(length)
    # Last, so that a file without its levels has no header either.
    header = header.ljust(_HEADER_BYTES - _CHECK.size, b"\0")
    file.seek(0)
    file.write(header + _CHECK.pack(zlib.crc32(header)))


def write_pyramid(path: Path, index_pixels: Level, padding: tuple[int, int] | None = None) -> None:
    """Write one image's pyramid to `path`. Not atomic: `DisplayCache` is what survives a kill."""
    with path.open("wb") as file:
        write_levels(file, build_levels(index_pixels, padding))


def level_shapes(shape: tuple[int, ...]) -> list[_Shape]:
    """Return the (rows, columns) of all levels of an image, its own first."""
    rows, columns = shape
    shapes = [(rows, columns)]
    while max(shapes[-1]) > _SMALLEST and len(shapes) < MAX_LEVELS:
        shapes.append(((shapes[-1][0] + 1) // 2, (shapes[-1][1] + 1) // 2))
    return shapes


def _layout(shapes: Sequence[_Shape]) -> tuple[list[int], int]:
    """Return each level's offset, and the length of the file."""
    offsets = []
    end = _HEADER_BYTES
    for rows, columns in shapes:
        offsets.append(-(-end // _PAGE) * _PAGE)
        end = offsets[-1] + rows * columns * 2
    return offsets, end


def _read_header(file: BinaryIO, path: Path) -> list[_Entry]:
    header = file.read(_HEADER_BYTES)
    actual = file.seek(0, 2)
    if len(header) < _HEADER_BYTES or header[: len(MAGIC)] != MAGIC:
        raise BrokenPyramid(f"{path.name} is not a whole pyramid file: its header is missing or cut.")
    (stated,) = _CHECK.unpack(header[-_CHECK.size :])
    if stated != zlib.crc32(header[: -_CHECK.size]):
        raise BrokenPyramid(f"{path.name} has a damaged header: its checksum does not fit.")
    _, version, count, length = _FIXED.unpack_from(header)
    if version != VERSION or not 1 <= count <= MAX_LEVELS:
        raise BrokenPyramid(f"{path.name} was written in another version ({version}) of the format.")
    if length != actual:
        raise BrokenPyramid(f"{path.name} is {actual} bytes long and should be {length}: it was cut.")
    entries = [_ENTRY.unpack_from(header, _FIXED.size + n * _ENTRY.size) for n in range(count)]
    offsets, expected = _layout([(rows, columns) for rows, columns, *_ in entries])
    if expected != length or offsets != [offset for _, _, offset, _ in entries]:
        raise BrokenPyramid(f"{path.name} has a header whose levels do not fit its length.")
    return entries


def _level(whole: npt.NDArray[np.uint8], entry: _Entry, path: Path) -> Level:
    rows, columns, offset, stated = entry
    level = whole[offset : offset + rows * columns * 2].view("<u2").reshape(rows, columns)
    if _crc(level) != stated:
        raise BrokenPyramid(f"{path.name} holds other pixels than were written: the disk has lost some.")
    return level if sys.byteorder == "little" else level.astype(np.uint16)


def _crc(level: npt.NDArray[np.uint16]) -> int:
    # libdeflate's is ten times as fast as zlib's: 0.4 ms for 27 MB, next to nothing beside painting them.
    return int(imagecodecs.deflate_crc32(level.reshape(-1).view(np.uint8)))  # type: ignore[arg-type]
