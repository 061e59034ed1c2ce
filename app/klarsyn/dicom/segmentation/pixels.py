"""The frames of a segmentation as masks (PS3.3 C.8.20.2): one bit a pixel, or a fraction in a byte."""

import math

import numpy as np
import numpy.typing as npt

from klarsyn.dicom.attributes import text, whole_number
from klarsyn.dicom.decoding import FrameDecoder, cause
from klarsyn.dicom.errors import CONVERT, EXPORT_AGAIN, PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import MAX_FRAMES, MAX_PIXELS, PixelShape, pixel_shape
from klarsyn.dicom.pixel_data import PixelPlace, find_pixels
from klarsyn.dicom.segmentation.mask_outlines import Mask
from klarsyn.dicom.source import Source

MAX_SEGMENTED = 2**32
"""Pixels of all frames together: 300 slices of 14 million."""

THRESHOLD = 0.5
"""Of a fractional segmentation: from this part of MaximumFractionalValue (0062,000E) on, a pixel counts."""


class SegmentationFrames:
    """The masks of one opened segmentation, read one at a time.

    Attributes
    ----------
    rows, columns, count
        Of each frame, and how many there are.
    fractional
        Whether the masks come from fractions.
    """

    def __init__(self, source: Source) -> None:
        """Locate the pixels of `source`.

        Raises
        ------
        UnreadableFile
            If they are missing, too few, of an absurd size, or in a form that segmentations do not have.
        """
        ds = source.header
        kind = text(ds, "SegmentationType")
        if kind not in ("BINARY", "FRACTIONAL"):
            raise UnreadableFile(
                f"The segmentation is of the type {kind[:16] or 'that is not stated'}; BINARY and FRACTIONAL "
                "are read.",
                "Have the maker send binary segmentations.",
            )
        self._source = source
        self.fractional = kind == "FRACTIONAL"
        self.rows, self.columns, self.count = _size(source)
        self._bits = whole_number(ds, "BitsAllocated") == 1
        if self._bits:
            self._place = _find_bits(source, self.rows * self.columns * self.count)
            return
        shape = pixel_shape(ds)
        if shape.bits_allocated != 8 or shape.signed:
            raise UnreadableFile("The segmentation has neither one nor eight bits a pixel.", EXPORT_AGAIN)
        self._least = _least(source) if self.fractional else 1
        self._place = find_pixels(source, shape)
        self._shape = shape
        self._decoder = FrameDecoder(ds, source.transfer_syntax, shape, self._place.vr)

    def mask(self, frame: int) -> Mask | None:
        """Return the mask of a frame, counted from 1, shape (rows, columns); None when it is empty.

        Raises
        ------
        UnreadableFile
            If the frame cannot be decoded.
        """
        if self._bits:
            return self._unpacked(frame)
        content = b""
        for offset, length in self._place.frames[frame - 1]:
            self._source.stream.seek(offset)
            content += self._source.stream.read(length)
        try:
            values = self._decoder.decode(content)
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"Frame {frame} of the segmentation cannot be decoded: {cause(error)}.", SEND_AGAIN
            ) from error
        mask = np.asarray(values >= self._least)
        return mask if mask.any() else None

    def _unpacked(self, frame: int) -> Mask | None:
        # Frames follow each other without a gap, also in the middle of a byte (PS3.5 8.1.1).
        pixels = self.rows * self.columns
        first = (frame - 1) * pixels
        start, skip = divmod(first, 8)
        self._source.stream.seek(self._place.offset + start)
        packed: npt.NDArray[np.uint8] = np.frombuffer(
            self._source.stream.read(-(-(skip + pixels) // 8)), np.uint8
        )
        if not packed.any():
            return None
        bits = np.unpackbits(packed, count=skip + pixels, bitorder="little")[skip:]
        mask = bits.view(np.bool_).reshape(self.rows, self.columns)
        return mask if mask.any() else None


def _size(source: Source) -> tuple[int, int, int]:
    ds = source.header
    rows, columns = whole_number(ds, "Rows") or 0, whole_number(ds, "Columns") or 0
    frames = whole_number(ds, "NumberOfFrames", 1) or 0
    if rows < 1 or columns < 1 or frames < 1:
        raise UnreadableFile(
            f"The segmentation has {frames} frames of {rows} x {columns} pixels: there is nothing in it.",
            SEND_AGAIN,
        )
    if frames > MAX_FRAMES or rows * columns > MAX_PIXELS or frames * rows * columns > MAX_SEGMENTED:
        raise UnreadableFile(
            f"The segmentation claims {frames} frames of {rows} x {columns} pixels, more than is read here.",
            EXPORT_AGAIN,
        )
    return rows, columns, frames


def _find_bits(source: Source, bits: int) -> PixelPlace:
    syntax = source.transfer_syntax
    if syntax.is_encapsulated or not syntax.is_little_endian:
        raise UnreadableFile(f"A binary segmentation in {syntax.name} is not read.", CONVERT)
    # As bytes of one row, padded to an even number (PS3.5 8.1.1).
    padded = -(-bits // 16) * 2
    return find_pixels(source, PixelShape(1, padded, 1, 8, 8, False))


def _least(source: Source) -> int:
    most = whole_number(source.header, "MaximumFractionalValue")
    if not most or not 0 < most <= 255:
        raise UnreadableFile(
            "The fractional segmentation does not say which value stands for the whole "
            "(MaximumFractionalValue).",
            EXPORT_AGAIN,
        )
    return math.ceil(THRESHOLD * most)
