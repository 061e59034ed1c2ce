"""One page of a Secondary Capture as a picture for the screen, in grey or colour (PS3.3 C.7.6.3)."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut, convert_color_space

from klarsyn.dicom.attributes import number, text, whole_number
from klarsyn.dicom.decoding import cause
from klarsyn.dicom.documents.color_frames import ColorShape, color_frame
from klarsyn.dicom.errors import EXPORT_AGAIN, PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import MAX_FRAMES, MAX_PIXELS
from klarsyn.dicom.pixels import read_frame
from klarsyn.dicom.source import Source, open_source

Picture = npt.NDArray[np.uint8]


def document_picture(path: Path, page: int = 1) -> Picture:
    """Return a page of a picture document.

    Parameters
    ----------
    page
        The frame, counted from 1.

    Returns
    -------
    ndarray
        uint8, shape (rows, columns) in grey, bright is white, or (rows, columns, 3) in red, green and blue.

    Raises
    ------
    UnreadableFile
        If there is no such page, or it cannot be decoded.
    """
    with open_source(path) as source:
        ds = source.header
        photometric = text(ds, "PhotometricInterpretation")
        pages = whole_number(ds, "NumberOfFrames", 1) or 0
        if not 1 <= page <= pages:
            raise UnreadableFile(f"There is no page {page}; the document has {pages}.", SEND_AGAIN)
        try:
            if photometric not in ("MONOCHROME1", "MONOCHROME2"):
                return _in_color(source, photometric, page)
        except PARSE_FAILURES as error:
            raise UnreadableFile(f"Page {page} cannot be decoded: {cause(error)}.", SEND_AGAIN) from error
    return _in_grey(ds, read_frame(path, page))


def _in_grey(ds: Dataset, stored: npt.NDArray[Any]) -> Picture:
    """Apply the first window, else the whole range of BitsStored; bright is white."""
    values = stored.astype(np.float32)
    values = values * (number(ds, "RescaleSlope") or 1.0) + (number(ds, "RescaleIntercept") or 0.0)
    center, width = number(ds, "WindowCenter"), number(ds, "WindowWidth")
    bits = whole_number(ds, "BitsStored") or 8
    low = -float(1 << (bits - 1)) if stored.dtype.kind == "i" else 0.0
    high = low + (1 << bits) - 1
    if center is not None and width is not None and width > 1:
        # LINEAR (PS3.3 C.11.2.1.2.1).
        low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    grey = np.clip((values - low) / max(high - low, 1.0), 0.0, 1.0)
    if text(ds, "PhotometricInterpretation") == "MONOCHROME1":
        grey = 1.0 - grey
    return np.rint(255.0 * grey).astype(np.uint8)


def _in_color(source: Source, photometric: str, page: int) -> Picture:
    ds = source.header
    shape = _shape(ds, photometric)
    values = color_frame(source, shape, page)
    if photometric == "PALETTE COLOR":
        colors = apply_color_lut(values, ds)
        depth = 8 * (colors.dtype.itemsize - 1)
        return np.ascontiguousarray((colors >> depth).astype(np.uint8)[..., :3])
    if photometric == "YBR_FULL" and not source.transfer_syntax.is_encapsulated:
        return np.ascontiguousarray(convert_color_space(values, "YBR_FULL", "RGB"))
    return np.ascontiguousarray(values)


def _shape(ds: Dataset, photometric: str) -> ColorShape:
    rows, columns = whole_number(ds, "Rows") or 0, whole_number(ds, "Columns") or 0
    samples = whole_number(ds, "SamplesPerPixel", 1) or 0
    frames = whole_number(ds, "NumberOfFrames", 1) or 0
    wanted = 1 if photometric == "PALETTE COLOR" else 3
    if samples != wanted or whole_number(ds, "BitsAllocated") != 8:
        raise UnreadableFile(
            f"The picture has {samples} samples of {whole_number(ds, 'BitsAllocated') or 'no'} bits in "
            f"{photometric[:16] or 'no stated colours'}, which is not shown here.",
            EXPORT_AGAIN,
        )
    if not 0 < rows * columns <= MAX_PIXELS or rows < 1 or frames > MAX_FRAMES:
        raise UnreadableFile(
            f"The picture claims {rows} x {columns} pixels, which no page has.", EXPORT_AGAIN
        )
    return ColorShape(
        rows, columns, samples, frames, photometric, whole_number(ds, "PlanarConfiguration") == 1
    )
