"""A code straight from the bytes of its sequence, where these are as plain as nearly all are.

Two of three items of a report are codes; through pydicom's data sets they take most of the time that a report
takes to read. Whatever is not plain (undefined lengths, other characters than ASCII, damage) is left to it.
"""

import struct

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from klarsyn.dicom.errors import PARSE_FAILURES
from klarsyn.domain.reports.cad_report import Code

_ITEM = (0xFFFE, 0xE000)
_WANTED = {(0x0008, 0x0100): 0, (0x0008, 0x0102): 1, (0x0008, 0x0104): 2}
_SHORT_LENGTH = frozenset({b"SH", b"LO", b"CS", b"UI", b"DT", b"DA", b"TM", b"US", b"UL"})


def fast_code(ds: Dataset, tag: BaseTag) -> Code | None:
    """Return the code of a code sequence that has not been parsed; None if that is not so, or not plain."""
    try:
        element = ds.get_item(tag)
    except PARSE_FAILURES:
        return None
    if not isinstance(element, RawDataElement) or not isinstance(element.value, bytes):
        return None
    return _read(element.value, element.is_implicit_VR) if element.is_little_endian else None


def _read(data: bytes, implicit: bool) -> Code | None:
    if len(data) < 8:
        return None
    group, number, length = struct.unpack_from("<HHI", data)
    if (group, number) != _ITEM or 8 + length > len(data):
        return None
    found: list[bytes | None] = [None, None, None]
    at, end = 8, 8 + length
    while at + 8 <= end:
        group, number = struct.unpack_from("<HH", data, at)
        if implicit:
            (size,) = struct.unpack_from("<I", data, at + 4)
        elif data[at + 4 : at + 6] in _SHORT_LENGTH:
            (size,) = struct.unpack_from("<H", data, at + 6)
        else:
            return None
        at += 8
        if at + size > end:
            return None
        place = _WANTED.get((group, number))
        if place is not None:
            found[place] = data[at : at + size]
        at += size
    return _code(found) if at == end else None


def _code(found: list[bytes | None]) -> Code | None:
    texts = []
    for value in found:
        if value is None or not value.isascii() or b"\x1b" in value or b"\\" in value:
            return None
        texts.append(value.decode("ascii").strip(" \0\t\r\n"))
    return Code(*texts) if texts[0] and texts[1] else None
