"""Overlay planes of a file, groups 6000 to 601E (PS3.3 C.9.2, PS3.5 8.1.2).

Today's overlays hold one bit a pixel in OverlayData; those from before 2004 lie in bits of the pixels that
the grey values do not use.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import as_text
from klarsyn.dicom.errors import PARSE_FAILURES
from klarsyn.dicom.limits import pixel_shape
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.source import Source, open_source
from klarsyn.dicom.states.notices import state_notice
from klarsyn.domain.exam import Notice
from klarsyn.domain.overlay_plane import OverlayPlane

_GROUPS = range(0x6000, 0x6100, 2)
_MAX_BITS = 2**28
"""Bits of one overlay: each becomes a byte in memory."""

_ROWS, _COLUMNS, _FRAMES = 0x0010, 0x0011, 0x0015
_DESCRIPTION, _TYPE, _ORIGIN, _FIRST_FRAME = 0x0022, 0x0040, 0x0050, 0x0051
_BIT_POSITION, _LABEL, _DATA = 0x0102, 0x1500, 0x3000

_Bits = npt.NDArray[np.bool_]


class _Unusable(Exception):
    """An overlay that cannot be read; the message says why."""


def read_overlay_planes(ds: Dataset) -> tuple[tuple[OverlayPlane, ...], list[Notice]]:
    """Return the overlays whose bits stand in the data set itself, and what is said of the others."""
    return _planes(ds, None)


def read_image_overlays(path: Path) -> tuple[tuple[OverlayPlane, ...], list[Notice]]:
    """Return all overlays of an image file, also those in unused bits of uncompressed pixels.

    Raises
    ------
    UnreadableFile
        If the file is no readable image.
    """
    with open_source(path) as source:
        return _planes(source.header, source)


def overlay_groups(ds: Dataset) -> tuple[int, ...]:
    """Return the groups in which a data set describes an overlay plane, whether it can be read or not."""
    return tuple(g for g in _GROUPS if _has(ds, g, _ROWS) or _has(ds, g, _DATA))


def _planes(ds: Dataset, source: Source | None) -> tuple[tuple[OverlayPlane, ...], list[Notice]]:
    planes: list[OverlayPlane] = []
    notices: list[Notice] = []
    for group in overlay_groups(ds):
        if source is not None and source.transfer_syntax.is_encapsulated and not _has(ds, group, _DATA):
            notices.append(state_notice("overlay-embedded", group))
            continue
        try:
            planes.append(_plane(ds, group, source))
        except _Unusable as error:
            notices.append(state_notice("overlay-invalid", group, error))
        except PARSE_FAILURES as error:
            notices.append(state_notice("overlay-invalid", group, type(error).__name__))
    return tuple(planes), notices


def _plane(ds: Dataset, group: int, source: Source | None) -> OverlayPlane:
    rows, columns = _number(ds, group, _ROWS), _number(ds, group, _COLUMNS)
    frames = _number(ds, group, _FRAMES) or 1
    if not rows or not columns or rows < 0 or columns < 0 or frames < 1:
        raise _Unusable("it has no rows or columns")
    if rows * columns * frames > _MAX_BITS:
        raise _Unusable(f"it claims {frames} frames of {rows} x {columns} pixels")
    if _has(ds, group, _DATA):
        masks = _bits_of(ds, group, frames * rows * columns).reshape(frames, rows, columns)
    elif source is not None:
        masks = _embedded(source, _number(ds, group, _BIT_POSITION), (rows, columns))
    else:
        raise _Unusable("it has no bits")
    origin = _numbers(ds, group, _ORIGIN)
    row, column = (_signed(origin[0]), _signed(origin[1])) if len(origin) == 2 else (1, 1)
    first = _number(ds, group, _FIRST_FRAME)
    return OverlayPlane(
        group=group,
        masks=masks,
        row=row,
        column=column,
        first_frame=first or 1,
        every_frame=len(masks) == 1 and first is None,
        region_of_interest=_text(ds, group, _TYPE) == "R",
        label=_text(ds, group, _LABEL),
        description=_text(ds, group, _DESCRIPTION),
    )


def _bits_of(ds: Dataset, group: int, count: int) -> _Bits:
    """Return `count` bits of OverlayData, the lowest bit of a byte first (PS3.5 8.1.2, 8.2)."""
    element = ds[group, _DATA]
    data = np.frombuffer(element.value, np.uint8)
    if 8 * data.size < count:
        raise _Unusable(f"{8 * data.size} of {count} bits are there")
    if ds.original_encoding[1] is False and element.VR == "OW":
        # Words of big endian files are swapped: the first pixel is in the second byte.
        data = data[: data.size // 2 * 2].reshape(-1, 2)[:, ::-1].ravel()
    return np.unpackbits(data, count=count, bitorder="little").view(np.bool_)


def _embedded(source: Source, position: int | None, size: tuple[int, int]) -> _Bits:
    shape = pixel_shape(source.header)
    if position is None or not shape.bits_stored <= position < shape.bits_allocated:
        raise _Unusable("it is said to lie in bits that the grey values use")
    if size != (shape.rows, shape.columns):
        raise _Unusable("it lies in the pixels and is of another size than the image")
    if shape.rows * shape.columns * shape.frames > _MAX_BITS:
        raise _Unusable("it is too large")
    start = source.stream.tell()
    place = find_pixels(source, shape)
    source.stream.seek(place.offset)
    raw = source.stream.read(shape.frame_bytes * shape.frames)
    source.stream.seek(start)
    order = "<" if source.transfer_syntax.is_little_endian else ">"
    stored = np.frombuffer(raw, f"{order}u{shape.bits_allocated // 8}")
    bits = (stored >> position & 1).astype(np.bool_)
    return bits.reshape(shape.frames, shape.rows, shape.columns)


def _has(ds: Dataset, group: int, element: int) -> bool:
    return (group, element) in ds


def _value(ds: Dataset, group: int, element: int) -> Any:
    try:
        return ds[group, element].value if _has(ds, group, element) else None
    except PARSE_FAILURES:
        return None


def _numbers(ds: Dataset, group: int, element: int) -> tuple[int, ...]:
    value = _value(ds, group, element)
    try:
        return tuple(int(n) for n in ([value] if isinstance(value, int | str) else value or ()))
    except (TypeError, ValueError):
        return ()


def _number(ds: Dataset, group: int, element: int) -> int | None:
    return next(iter(_numbers(ds, group, element)), None)


def _text(ds: Dataset, group: int, element: int) -> str:
    value = _value(ds, group, element)
    return "" if value is None else as_text(value)


def _signed(end: int) -> int:
    # Some senders write the origin unsigned: 65 511 is row -25.
    end &= 0xFFFF
    return end - 0x10000 if end > 0x7FFF else end
