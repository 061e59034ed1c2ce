"""What an SCOORD draws (PS3.3 C.18.6.1): finite points, of whatever number and kind the report has."""

import math
import struct
from dataclasses import dataclass

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from klarsyn.dicom.content.values import Tell, element_of, listed, parsed_value, text_of

_GRAPHIC_TYPE, _GRAPHIC_DATA = BaseTag(0x00700023), BaseTag(0x00700022)
_FLOAT_BYTES = (None, "FL", "UN", "OF")
MAX_POINTS = 20_000
"""Points of one outline; the finest pixel by pixel round a whole breast has fewer."""


@dataclass(frozen=True, slots=True)
class Graphic:
    """GraphicType as it stands, and its points (column, row)."""

    kind: str
    points: tuple[tuple[float, float], ...]


def graphic_of(ds: Dataset, tell: Tell) -> Graphic | None:
    """Return the drawing of an SCOORD (C.18.6.1); points are finite pairs, their number is not judged."""
    kind = text_of(ds, _GRAPHIC_TYPE).upper()
    data = _coordinates(ds)
    if not data:
        tell("has no coordinates that can be read")
    elif len(data) % 2:
        tell(f"has an odd number of coordinates ({len(data)})")
    elif len(data) > 2 * MAX_POINTS:
        tell(f"has {len(data) // 2} points, more than the {MAX_POINTS} that are read")
    elif not all(map(math.isfinite, data)):
        tell("has coordinates that are no finite numbers")
    elif not kind:
        tell("names no kind of graphic")
    else:
        return Graphic(kind, tuple(zip(data[::2], data[1::2], strict=True)))
    return None


def _coordinates(ds: Dataset) -> tuple[float, ...]:
    element = element_of(ds, _GRAPHIC_DATA)
    value = element.value if element is not None else None
    if isinstance(element, RawDataElement) and isinstance(value, bytes) and element.VR in _FLOAT_BYTES:
        if len(value) % 4 or len(value) > 16 * MAX_POINTS:
            return ()
        return struct.unpack(f"{'<' if element.is_little_endian else '>'}{len(value) // 4}f", value)
    if isinstance(value, bytes):
        value = parsed_value(ds, _GRAPHIC_DATA)
    try:
        return tuple(float(one) for one in listed(value)) if value is not None else ()
    except (TypeError, ValueError, OverflowError):
        return ()
