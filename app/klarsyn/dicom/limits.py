"""How large an image may claim to be, before one byte of it is decoded.

Files come from a network: a header of a kilobyte must not make this workstation set aside gigabytes.
"""

from dataclasses import dataclass
from typing import Literal

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, text, whole_number
from klarsyn.dicom.errors import EXPORT_AGAIN, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.sop_classes import TOMOSYNTHESIS

MAX_PIXELS = 64 * 2**20
"""Pixels of one frame; the largest mammography detectors have 5 000 x 6 000 = 30 million."""

MAX_FRAMES = 4096
MAX_RATIO = 1000
"""Uncompressed over compressed size; lossless mammograms reach 20, black film borders 64 (RLE)."""

HARMLESS = 16 * 2**20
"""Bytes up to which any ratio is believed: a small empty image does compress 2 000 times."""

MAX_INFLATED = 256 * 2**20
"""Bytes of a data set in Deflated transfer syntax, which must be inflated whole."""

MAX_ELEMENT = 64 * 2**20
"""Bytes of one header element that are read at once; longer ones are passed over."""


@dataclass(frozen=True, slots=True)
class PixelShape:
    """The Image Pixel attributes (PS3.3 C.7.6.3) of a grey image, checked."""

    rows: int
    columns: int
    frames: int
    bits_allocated: Literal[8, 16]
    bits_stored: int
    signed: bool

    @property
    def frame_bytes(self) -> int:
        """Bytes of one uncompressed frame."""
        return self.rows * self.columns * self.bits_allocated // 8


def pixel_shape(ds: Dataset) -> PixelShape:
    """Return the checked shape of the pixels that a header announces.

    Raises
    ------
    UnreadableFile
        If rows or columns are missing or 0, the size is absurd, or the pixels are no 8- or 16-bit grey.
    """
    rows, columns = whole_number(ds, "Rows"), whole_number(ds, "Columns")
    if not rows or not columns or rows < 0 or columns < 0:
        size = f"{rows or 'no'} rows and {columns or 'no'} columns"
        raise UnreadableFile(f"The image has {size}: there is nothing to show.", SEND_AGAIN)
    described = len(items(ds, "PerFrameFunctionalGroupsSequence"))
    frames = whole_number(ds, "NumberOfFrames", 1)
    if frames is not None and text(ds, "SOPClassUID") == TOMOSYNTHESIS:
        # A sender that has forgotten to count has still described each slice.
        frames = max(frames, min(described, MAX_FRAMES)) if frames > 0 else frames
    if frames is None or not 0 < frames <= MAX_FRAMES or rows * columns > MAX_PIXELS:
        many = "an unreadable number of" if frames is None else frames
        raise UnreadableFile(
            f"The header claims {many} frames of {rows} x {columns} pixels, which no mammogram has.",
            EXPORT_AGAIN,
        )
    _require_grey(ds)
    allocated = whole_number(ds, "BitsAllocated")
    stored = whole_number(ds, "BitsStored", allocated)
    high = whole_number(ds, "HighBit", (stored or 0) - 1)
    representation = whole_number(ds, "PixelRepresentation", 0)
    if allocated not in (8, 16) or not stored or not 0 < stored <= allocated or high != stored - 1:
        raise UnreadableFile(
            f"Pixels of {stored} bits in {allocated} with high bit {high} are not supported.", EXPORT_AGAIN
        )
    if representation not in (0, 1):
        raise UnreadableFile(f"Pixel representation {representation} does not exist.", EXPORT_AGAIN)
    bits: Literal[8, 16] = 8 if allocated == 8 else 16
    return PixelShape(rows, columns, frames, bits, stored, representation == 1)


def _require_grey(ds: Dataset) -> None:
    photometric = text(ds, "PhotometricInterpretation")
    samples = whole_number(ds, "SamplesPerPixel", 1)
    if photometric not in ("MONOCHROME1", "MONOCHROME2") or samples != 1:
        raise UnreadableFile(
            f"The pixels are {photometric or 'of unstated kind'} with {samples} samples; only grey images "
            "(MONOCHROME1 or MONOCHROME2, one sample) are read.",
            EXPORT_AGAIN,
        )


def require_plausible_size(
    shape: PixelShape, available: int, compressed: bool, frames: int | None = None
) -> None:
    """Refuse pixels that the file cannot hold.

    Parameters
    ----------
    available
        Bytes between the start of Pixel Data and the end of its value or of the file.
    frames
        How many of them are looked at; all that are announced, if not given.

    Raises
    ------
    UnreadableFile
        If uncompressed pixels are fewer or more than rows x columns x frames, or compressed ones would have
        to be compressed more than `MAX_RATIO` times (and are more than `HARMLESS`).
    """
    frames = shape.frames if frames is None else frames
    claimed = shape.frame_bytes * frames
    size = f"{frames} x {shape.rows} x {shape.columns} pixels, {claimed} bytes"
    if not compressed and available < claimed:
        raise UnreadableFile(
            f"The pixel data is too short: {size} announced, {available} in the file.",
            SEND_AGAIN,
        )
    # More than a sender's padding: rows or columns are not those of these pixels, and the picture would be
    # sheared, cut, or one of several.
    if not compressed and available - claimed >= min(shape.rows, shape.columns) * shape.bits_allocated // 8:
        raise UnreadableFile(
            f"The pixel data is more than the header announces: {size} announced, {available} in the file.",
            SEND_AGAIN,
        )
    if compressed and claimed > max(HARMLESS, MAX_RATIO * available):
        raise UnreadableFile(
            f"The header announces {size}, which {available} bytes of compressed pixel data cannot hold.",
            SEND_AGAIN,
        )
