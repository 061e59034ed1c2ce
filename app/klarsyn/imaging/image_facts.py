"""What a view needs beside its pixels before it can be painted: found out once, kept with its pyramid.

All of it follows from the file alone: header repairs change who, which side and which view (`dicom.repairs`),
and those come from the store with every opening, so that none is kept here. What code finds out changes with
the code: `FACTS_VERSION` belongs into the key under which a pyramid is kept.
"""

import base64
import json
import math
import zlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from klarsyn import __version__
from klarsyn.domain.display import GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter, Shutters
from klarsyn.imaging.breast import breast_mask, breast_side, work_size
from klarsyn.imaging.grayscale import suggest_window
from klarsyn.imaging.levels import Level, Shape

_FORMAT = 1
"""To be raised whenever between two releases other facts are found or kept."""

LOOK_ROWS = 600
"""Rows of the level in which the breast is looked for: enough for its side, quick to search."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageFacts:
    """Grey values as the header says them, and the breast as the pixels show it.

    `breast` is its mask over the whole image in a small picture, bool of shape (any rows, any columns);
    `breast_centre` is (column, row) of the whole image, None where no breast was found.
    """

    grayscale: GrayscaleParameters
    shutters: Shutters | None
    auto_window: Window
    breast: npt.NDArray[np.bool_]
    breast_side: str | None
    breast_centre: tuple[float, float] | None


_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        ImageFacts,
        GrayscaleParameters,
        Window,
        LutTable,
        Shutters,
        RectangularShutter,
        CircularShutter,
        PolygonalShutter,
    )
}
"""What facts are made of, beside plain values. A field that is new in one of them is kept without a word."""

_FIELDS = repr([(name, [each.name for each in fields(kind)]) for name, kind in _KINDS.items()])
FACTS_VERSION = f"{__version__}/{_FORMAT}/{zlib.crc32(_FIELDS.encode()):08x}"
"""Facts of another version are never taken: of another release, format, or with other fields."""


def find_facts(
    small: Level, full: Shape, grayscale: GrayscaleParameters, shutters: Shutters | None
) -> ImageFacts:
    """Look for the breast in a small level of an image whose full shape is `full`."""
    small = work_size(small)
    breast = breast_mask(small, grayscale)
    return ImageFacts(
        grayscale,
        shutters,
        suggest_window(small, grayscale, breast),
        breast,
        breast_side(small, grayscale, breast),
        _centre(breast, full),
    )


def _centre(breast: npt.NDArray[np.bool_], full: Shape) -> tuple[float, float] | None:
    if not breast.any():
        return None
    rows, columns = np.nonzero(breast)
    return (
        float(columns.mean() + 0.5) * full[1] / breast.shape[1],
        float(rows.mean() + 0.5) * full[0] / breast.shape[0],
    )


def pack_facts(facts: ImageFacts) -> bytes:
    """Return facts as bytes."""
    return json.dumps([FACTS_VERSION, _packed(facts)], separators=(",", ":")).encode()


def unpack_facts(packed: bytes) -> ImageFacts | None:
    """Return what was packed; None when there is nothing, or it is of another version.

    The bytes are those that were packed: whoever keeps them checks that.
    """
    if not packed:
        return None
    version, told = json.loads(packed)
    facts = _unpacked(told) if version == FACTS_VERSION else None
    return facts if isinstance(facts, ImageFacts) else None


def _packed(value: Any) -> Any:
    """Return a value as JSON knows it: what is not plain becomes a list that begins with its kind."""
    if isinstance(value, VoiFunction):
        return ["VoiFunction", value.value]
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return ["tuple", *map(_packed, value)]
    if isinstance(value, np.ndarray):
        content = np.packbits(value) if value.dtype == bool else value
        text = base64.b64encode(zlib.compress(content.tobytes(), 1)).decode("ascii")
        return ["array", value.dtype.str, list(value.shape), text]
    kind = type(value).__name__
    if kind not in _KINDS:
        raise TypeError(f"A {kind} is no fact that can be kept.")
    return [kind, *(_packed(getattr(value, each.name)) for each in fields(value))]


def _unpacked(told: Any) -> Any:
    if not isinstance(told, list):
        return told
    kind, *rest = told
    if kind == "array":
        return _array(*rest)
    if kind == "VoiFunction":
        return VoiFunction(rest[0])
    parts = tuple(map(_unpacked, rest))
    return parts if kind == "tuple" else _KINDS[kind](*parts)


def _array(dtype: str, shape: list[int], text: str) -> npt.NDArray[Any]:
    content = zlib.decompress(base64.b64decode(text))
    if dtype != np.dtype(bool).str:
        return np.frombuffer(content, dtype).reshape(shape)
    bits = np.unpackbits(np.frombuffer(content, np.uint8), count=math.prod(shape))
    return bits.astype(bool).reshape(shape)
