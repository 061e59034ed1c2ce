"""The values of one Content Item (PS3.3 C.17.3 and C.18), read as they stand or not at all.

A report of thousands of findings is some hundred thousand elements: text is decoded here straight from its
bytes where it is plain ASCII, which is what codes, types and relationships are.
"""

import math
import struct
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from typing import Any

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from klarsyn.dicom.attributes import as_text, short
from klarsyn.dicom.content.codes import fast_code
from klarsyn.dicom.errors import PARSE_FAILURES
from klarsyn.domain.reports.cad_report import Code

VALUE_TYPE, RELATIONSHIP = BaseTag(0x0040A040), BaseTag(0x0040A010)
CONCEPT_NAME, CONCEPT_CODE = BaseTag(0x0040A043), BaseTag(0x0040A168)
CONTENT, REFERENCED_ITEM = BaseTag(0x0040A730), BaseTag(0x0040DB73)
_CODE_VALUE, _LONG_CODE, _URN_CODE = BaseTag(0x00080100), BaseTag(0x00080119), BaseTag(0x00080120)
_SCHEME, _MEANING = BaseTag(0x00080102), BaseTag(0x00080104)
_MEASURED, _NUMERIC, _UNITS = BaseTag(0x0040A300), BaseTag(0x0040A30A), BaseTag(0x004008EA)
_FLOATING = BaseTag(0x0040A161)
_SOP, _SOP_CLASS, _SOP_INSTANCE = BaseTag(0x00081199), BaseTag(0x00081150), BaseTag(0x00081155)
_FRAMES, _SEGMENTS = BaseTag(0x00081160), BaseTag(0x0062000B)
TEXT_TAGS = {
    "TEXT": BaseTag(0x0040A160),
    "DATETIME": BaseTag(0x0040A120),
    "DATE": BaseTag(0x0040A121),
    "TIME": BaseTag(0x0040A122),
    "PNAME": BaseTag(0x0040A123),
    "UIDREF": BaseTag(0x0040A124),
}
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reference:
    """One SOP instance; `frames` and `segments` from 1, () where none is named."""

    sop_class_uid: str
    sop_instance_uid: str
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()


def text_of(ds: Dataset, tag: BaseTag) -> str:
    """Return the first value as stripped text; "" where there is none."""
    value = _value(ds, tag)
    if isinstance(value, bytes):
        if value.isascii() and b"\x1b" not in value and b"\\" not in value:
            return value.decode("ascii").strip(" \0\t\r\n")
        value = parsed_value(ds, tag)
    if isinstance(value, MutableSequence | tuple):
        value = value[0] if len(value) else None
    return "" if value is None or isinstance(value, Dataset) else as_text(value)


def items_of(ds: Dataset, tag: BaseTag) -> tuple[tuple[Dataset, ...], bool]:
    """Return the items of a sequence, and whether it is sound (absent and empty are)."""
    try:
        element = ds.get_item(tag)
        if element is None or element.value in (None, "", b""):
            return (), True
        found = ds[tag].value
        if not isinstance(found, Sequence):
            return (), False
        return tuple(item for item in found if isinstance(item, Dataset)), True
    except PARSE_FAILURES:
        return (), False


def code_of(ds: Dataset, tag: BaseTag) -> Code | None:
    """Return the code in the first item of a code sequence; None without a value and a scheme."""
    quick = fast_code(ds, tag)
    if quick is not None:
        return quick
    items, _sound = items_of(ds, tag)
    if not items:
        return None
    item = items[0]
    value = text_of(item, _CODE_VALUE) or text_of(item, _LONG_CODE) or text_of(item, _URN_CODE)
    scheme = text_of(item, _SCHEME)
    return Code(value, scheme, text_of(item, _MEANING)) if value and scheme else None


def position_of(ds: Dataset) -> tuple[int, ...]:
    """Return ReferencedContentItemIdentifier (UL); () where there is none, or none that can be read."""
    element = element_of(ds, REFERENCED_ITEM)
    value = element.value if element is not None else None
    plain = isinstance(element, RawDataElement) and element.VR in (None, "UL")
    if isinstance(element, RawDataElement) and plain and isinstance(value, bytes) and not len(value) % 4:
        return struct.unpack(f"{'<' if element.is_little_endian else '>'}{len(value) // 4}I", value)
    return whole_numbers(ds, REFERENCED_ITEM) or ()


def whole_numbers(ds: Dataset, tag: BaseTag) -> tuple[int, ...] | None:
    """Return all values as whole numbers; () where there are none, None if one of them is no such number."""
    value = _value(ds, tag)
    if isinstance(value, bytes):
        value = parsed_value(ds, tag)
        if value is None:
            return None
    if value is None or value == "":
        return ()
    try:
        numbers = [float(one) for one in listed(value)]
        return tuple(int(one) for one in numbers) if all(one == int(one) for one in numbers) else None
    except (TypeError, ValueError, OverflowError):
        return None


def number_and_unit(ds: Dataset, tell: Tell) -> tuple[float | None, Code | None]:
    """Return NumericValue of the first MeasuredValueSequence item, finite, and its unit (C.18.1)."""
    items, _sound = items_of(ds, _MEASURED)
    if not items:
        tell("states no number")
        return None, None
    unit = code_of(items[0], _UNITS)
    value = _number(items[0], _NUMERIC)
    if value is None and not text_of(items[0], _NUMERIC):
        value = _number(items[0], _FLOATING)
    if value is None:
        tell("states what is no finite number")
    return value, unit


def reference_of(ds: Dataset, tell: Tell) -> Reference | None:
    """Return the instance that an IMAGE, COMPOSITE or WAVEFORM names (C.18.3, C.18.4)."""
    items, _sound = items_of(ds, _SOP)
    instance = text_of(items[0], _SOP_INSTANCE) if items else ""
    if not instance:
        tell("names no instance")
        return None
    if len(items) > 1:
        tell("names several instances, where one is allowed")
        return None
    frames, segments = whole_numbers(items[0], _FRAMES), whole_numbers(items[0], _SEGMENTS)
    if frames is None or segments is None or any(one < 1 for one in (*frames, *segments)):
        tell("names frames or segments by what are no numbers from 1")
        return None
    return Reference(text_of(items[0], _SOP_CLASS), instance, frames, segments)


def spelled(code: Code | None) -> str:
    """Return a code as it may stand in a sentence: its value, or its length where that is none."""
    return short(code.value) if code is not None else "no name"


def _number(ds: Dataset, tag: BaseTag) -> float | None:
    value = _value(ds, tag)
    if isinstance(value, bytes) and tag is not _NUMERIC:
        value = parsed_value(ds, tag)
    elif isinstance(value, bytes):
        value = value.decode("ascii", "replace").strip(" \0")
    if isinstance(value, MutableSequence | tuple):
        return None
    try:
        # Python takes 1_0 for a number, DICOM does not.
        number = float(value) if value is not None and "_" not in str(value) else math.nan
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def element_of(ds: Dataset, tag: BaseTag) -> DataElement | RawDataElement | None:
    """Return an element as it stands, parsed or not; None where there is none that can be had."""
    try:
        return ds.get_item(tag)
    except PARSE_FAILURES:
        return None


def _value(ds: Dataset, tag: BaseTag) -> Any:
    element = element_of(ds, tag)
    return element.value if element is not None else None


def parsed_value(ds: Dataset, tag: BaseTag) -> Any:
    """Return a value as pydicom parses it; None where it cannot."""
    try:
        return ds[tag].value
    except PARSE_FAILURES:
        return None


def listed(value: Any) -> list[Any]:
    """Return one value or several as a list."""
    return list(value) if isinstance(value, MutableSequence | tuple) else [value]
