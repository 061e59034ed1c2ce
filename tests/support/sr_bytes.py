"""Reports as nested elements that may hold anything, legal or not, and their bytes (PS3.5, explicit VR)."""

import struct

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element

Element = list
"""[tag, VR, value]: the value is bytes, or a list of items for a sequence (or the bytes of its items)."""
Item = list
"""A list of elements: one item of a sequence, or a whole data set."""

CONTENT, IDENTIFIER = 0x0040A730, 0x0040DB73
RELATIONSHIP, VALUE_TYPE, NAME, CODE = 0x0040A010, 0x0040A040, 0x0040A043, 0x0040A168
_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_META = bytes.fromhex("02000000554c0400")
_EXPLICIT = b"1.2.840.10008.1.2.1\0"


def elements(ds: Dataset) -> Item:
    """A data set as nested elements."""
    found: Item = []
    for each in ds:
        tag = int(each.tag)
        if each.VR == "SQ":
            found.append([tag, "SQ", [elements(item) for item in each.value]])
            continue
        buffer = DicomBytesIO()
        buffer.is_little_endian, buffer.is_implicit_VR = True, True
        write_data_element(buffer, each, ["utf-8"])
        found.append([tag, str(each.VR), buffer.getvalue()[8:]])
    return found


def copied(item: Item) -> Item:
    """A deep copy."""
    return [
        [tag, vr, [copied(each) for each in value] if isinstance(value, list) else value]
        for tag, vr, value in item
    ]


def value_of(item: Item, tag: int) -> bytes | list | None:
    """The value of an element, or None."""
    return next((value for each, _, value in item if each == tag), None)


def encoded(item: Item) -> bytes:
    """The bytes of nested elements, explicit VR little endian, lengths defined."""
    parts = []
    for tag, vr, value in item:
        if isinstance(value, list):
            value = b"".join(as_item(each) for each in value)
        head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
        if vr in _LONG:
            parts.append(head + b"\0\0" + struct.pack("<I", len(value)))
        else:
            parts.append(head + struct.pack("<H", len(value) & 0xFFFF))
        parts.append(value)
    return b"".join(parts)


def as_item(item: Item) -> bytes:
    """The bytes of one item of a sequence."""
    whole = encoded(item)
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(whole)) + whole


def as_file(item: Item) -> bytes:
    """A whole file of a data set."""
    sop_class = _uid(value_of(item, 0x00080016))
    instance = _uid(value_of(item, 0x00080018))
    meta = encoded(
        [
            [0x00020001, "OB", b"\0\1"],
            [0x00020002, "UI", sop_class],
            [0x00020003, "UI", instance],
            [0x00020010, "UI", _EXPLICIT],
            [0x00020012, "UI", b"2.25.1"],
        ]
    )
    return b"\0" * 128 + b"DICM" + _META + struct.pack("<I", len(meta)) + meta + encoded(item)


def _uid(value: bytes | list | None) -> bytes:
    return value[:64] if isinstance(value, bytes) and value else b"2.25.1"
