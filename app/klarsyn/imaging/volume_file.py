"""The decoded frames of one DICOM file as pyramids in one sparse file (`volume_layout`).

A slot's pixels are written before its entry, and the entry carries checksums of both, so a writer may be
killed at any byte: its finished slots count, the others are not there. Several processes may write and read
at once. Two that write the same slot write the same bytes; claims only keep them from doing work twice.
"""

import contextlib
import mmap
import os
import struct
import sys
import threading
import time
import zlib
from collections.abc import Sequence
from typing import BinaryIO

import imagecodecs
import numpy as np

from klarsyn.imaging.levels import MAX_LEVELS, Level
from klarsyn.imaging.volume_layout import ENTRY_ROOM, Shape, VolumeLayout

_CHECK = struct.Struct("<I")
_ENTRY = struct.Struct(f"<II{MAX_LEVELS}I")
_CLAIM = struct.Struct("<Qd")
_DONE = 0x53454559
CLAIM_S = 5.0
"""A claim that is older is of a process that was killed: no slice takes as long."""


class BrokenVolume(Exception):
    """A volume file that cannot be used: cut, or of another shape or version. Delete and make again."""


class VolumeFile:
    """One open volume file. Any thread may call it, but for `close`, which the last user calls.

    Made from a file that `CacheFolder.open_volume` has opened and locked. Levels that `read` hands out stay
    valid after `close`, until they are dropped.
    """

    def __init__(self, file: BinaryIO, shape: Shape, slots: int) -> None:
        """Map an open file that holds `slots` frames of `shape` (rows, columns).

        Raises
        ------
        BrokenVolume
            If it does not hold that; the file is left open.
        """
        self.shape, self.slots = shape, slots
        self._layout = VolumeLayout(shape, slots)
        file.seek(0)
        if file.read(len(self._layout.header)) != self._layout.header:
            raise BrokenVolume("A volume file has a damaged header, or one of another version or shape.")
        if file.seek(0, 2) != self._layout.length:
            raise BrokenVolume(f"A volume file is not {self._layout.length} bytes long: it was cut.")
        self._file = file
        self._writing = threading.Lock()
        self._bytes = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), dtype=np.uint8)

    def is_written(self, slot: int) -> bool:
        """Return whether a slot says that it is whole; its pixels are checked when it is read."""
        return self._checksums(slot) is not None

    def read(self, slot: int) -> tuple[Level, ...] | None:
        """Return the levels of a slot, mapped and read-only, with every byte checked; None: decode it.

        A slot whose pixels are not those that were written is emptied.
        """
        stated = self._checksums(slot)
        if stated is None:
            return None
        levels = []
        for shape, offset, crc in zip(self._layout.shapes, self._layout.of_slot(slot), stated, strict=True):
            raw = self._bytes[offset : offset + 2 * shape[0] * shape[1]]
            if _crc(raw) != crc:
                with contextlib.suppress(OSError):
                    self._put(self._layout.entry(slot), bytes(ENTRY_ROOM))
                return None
            level = raw.view("<u2").reshape(shape)
            levels.append(level if sys.byteorder == "little" else level.astype(np.uint16))
        return tuple(levels)

    def write(self, slot: int, levels: Sequence[Level]) -> None:
        """Write the levels of a slot (`pyramid.build_levels`), then its entry.

        Raises
        ------
        OSError
            If the disk is full; the slot then counts as not there.
        """
        crcs = []
        for level, shape, offset in zip(levels, self._layout.shapes, self._layout.of_slot(slot), strict=True):
            if level.shape != shape:
                raise ValueError(f"A level of {level.shape} does not go into a slot for {shape}.")
            raw = np.ascontiguousarray(level, dtype="<u2").reshape(-1).view(np.uint8)
            crcs.append(_crc(raw))
            self._put(offset, raw.data)
        crcs += [0] * (MAX_LEVELS - len(crcs))
        entry = _ENTRY.pack(_DONE, slot, *crcs)
        self._put(self._layout.entry(slot), entry + _CHECK.pack(zlib.crc32(entry)))

    def claim(self, slot: int) -> None:
        """Tell other processes that this one decodes a slot now, so that they take another first."""
        with contextlib.suppress(OSError):
            self._put(self._layout.claim(slot), _CLAIM.pack(os.getpid(), time.time()))

    def claimed_elsewhere(self, slot: int) -> bool:
        """Return whether another process said so a moment ago. A hint: whoever is in a hurry ignores it."""
        start = self._layout.claim(slot)
        process, since = _CLAIM.unpack(self._bytes[start : start + _CLAIM.size].tobytes())
        return process not in (0, os.getpid()) and 0 <= time.time() - since < CLAIM_S

    def close(self) -> None:
        """Let the file go; pages stay mapped as long as somebody holds levels."""
        self._bytes = np.empty(0, dtype=np.uint8)
        self._file.close()

    def _checksums(self, slot: int) -> tuple[int, ...] | None:
        if not 0 <= slot < self.slots:
            raise IndexError(f"There is no slot {slot}; the volume file has {self.slots}.")
        start = self._layout.entry(slot)
        entry = self._bytes[start : start + _ENTRY.size + _CHECK.size].tobytes()
        state, number, *crcs = _ENTRY.unpack_from(entry)
        whole = _CHECK.unpack_from(entry, _ENTRY.size)[0] == zlib.crc32(entry[: _ENTRY.size])
        return tuple(crcs[: len(self._layout.shapes)]) if whole and (state, number) == (_DONE, slot) else None

    def _put(self, offset: int, data: bytes | memoryview) -> None:
        """Write all of `data`. Not through the map: a full disk would end the process there."""
        left = memoryview(data)
        with self._writing:
            while left:
                if hasattr(os, "pwrite"):
                    done = os.pwrite(self._file.fileno(), left, offset)
                else:
                    self._file.seek(offset)
                    done = self._file.write(left)
                    self._file.flush()
                left, offset = left[done:], offset + done


def _crc(raw: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> int:
    # See `pyramid`: 0.2 ms for a slice of 10 MB.
    return int(imagecodecs.deflate_crc32(raw))  # type: ignore[arg-type]
