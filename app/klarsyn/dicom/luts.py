"""Lookup tables of a header (PS3.3 C.11.1.1 and C.11.2.1.1), with their three traps.

The first entry of LUTDescriptor counts the entries, 0 meaning 65 536; the second is the first value that
is mapped, signed or not as the values are that go in, whatever VR the sender has put; LUTData comes as
numbers or as bytes, one byte an entry in some old files.
"""

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text, values
from klarsyn.domain.display import LutTable

_MAX_BITS = 16


class InvalidLut(Exception):
    """A lookup table that cannot be used; the message says why."""


def read_lut(item: Dataset, signed_input: bool, little_endian: bool = True) -> LutTable:
    """Return the table of one item of ModalityLUTSequence or VOILUTSequence.

    Parameters
    ----------
    signed_input
        Whether the values that go in may be negative.

    Raises
    ------
    InvalidLut
        If the descriptor has not three numbers, or the data has fewer entries than it announces.
    """
    entries, first, bits = _descriptor(item, little_endian)
    entries = (entries & 0xFFFF) or 65536
    first &= 0xFFFF
    if signed_input and first > 0x7FFF:
        first -= 0x10000
    if not 1 <= bits <= _MAX_BITS:
        raise InvalidLut(f"{bits} bits an entry")
    table = _data(item, entries, little_endian)
    if table.size < entries:
        raise InvalidLut(f"{table.size} of {entries} entries")
    explanation = text(item, "LUTExplanation") or text(item, "ModalityLUTType")
    # A copy of our own: the caller keeps the table longer than the file's buffer.
    return LutTable(first, bits, table[:entries].copy(), explanation)


def _descriptor(item: Dataset, little_endian: bool) -> tuple[int, int, int]:
    found = values(item, "LUTDescriptor")
    if len(found) == 1 and isinstance(found[0], bytes):
        found = tuple(np.frombuffer(found[0][:6], "<u2" if little_endian else ">u2").tolist())
    if len(found) != 3 or not all(isinstance(value, int) for value in found):
        raise InvalidLut("its descriptor has not three numbers")
    return found[0], found[1], found[2]


def _data(item: Dataset, entries: int, little_endian: bool) -> npt.NDArray[np.uint16]:
    found = values(item, "LUTData")
    if len(found) == 1 and isinstance(found[0], bytes):
        raw = found[0]
        if entries <= len(raw) < 2 * entries:
            return np.frombuffer(raw, np.uint8).astype(np.uint16)
        return np.frombuffer(raw[: len(raw) // 2 * 2], "<u2" if little_endian else ">u2").astype(np.uint16)
    if not all(isinstance(value, int) for value in found):
        raise InvalidLut("its data is not numeric")
    # Values above 32 767 come out negative where the sender has written SS.
    return (np.array(found, np.int64) & 0xFFFF).astype(np.uint16)
