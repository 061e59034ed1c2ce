"""One frame at a coarser resolution, from the part of a JPEG 2000 stream that holds it (ISO 15444-1 B.5).

OpenJPEG as Pillow calls it leaves the finer resolutions undecoded, which is nearly all the work. It does so
with Python's lock held, so whoever has a window to keep alive calls this in another process.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from pydicom import uid
from pydicom.encaps import get_frame

from klarsyn.dicom.codecs.codestream import jpeg_2000_codestream, jpeg_2000_halvings
from klarsyn.dicom.decoding import Frame
from klarsyn.dicom.errors import PARSE_FAILURES, UnreadableFile
from klarsyn.dicom.limits import PixelShape, pixel_shape
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.source import Source, open_source

_COARSE_PAYS = frozenset({uid.JPEG2000Lossless, uid.JPEG2000})
"""Syntaxes that are slow to decode whole and have coarser resolutions inside."""

_TROUBLE: tuple[type[BaseException], ...] = (
    *PARSE_FAILURES,
    UnreadableFile,
    OSError,
    SyntaxError,
    PillowImage.DecompressionBombError,
)


def has_reduced(path: Path) -> bool:
    """Return whether `read_reduced` is worth asking; reads the header only."""
    try:
        with open_source(path) as source:
            return source.transfer_syntax in _COARSE_PAYS
    except UnreadableFile:
        return False


def read_reduced(path: Path, frame: int, halvings: int) -> Frame | None:
    """Return stored values of one frame, with rows and columns halved (rounded up) so many times.

    They are the low-pass values of the codec's wavelet: near the mean of the pixels that they stand for, not
    equal to it, and at sharp edges beyond it. None where the file offers none, or anything is wrong with it.

    Parameters
    ----------
    frame
        Counts from 1, as DICOM does.
    halvings
        Fewer are done where the stream holds fewer.
    """
    try:
        with open_source(path) as source:
            shape = pixel_shape(source.header)
            if source.transfer_syntax not in _COARSE_PAYS or not 1 <= frame <= shape.frames:
                return None
            return _decode(_frame_bytes(source, shape, frame), shape, halvings)
    except _TROUBLE:
        return None


def _frame_bytes(source: Source, shape: PixelShape, frame: int) -> bytes:
    source.stream.seek(find_pixels(source, shape).offset)
    return get_frame(source.stream, frame - 1, number_of_frames=shape.frames)


def _decode(src: bytes, shape: PixelShape, halvings: int) -> Frame | None:
    stream = jpeg_2000_codestream(src)
    done = min(halvings, jpeg_2000_halvings(src))
    if (stream.rows, stream.columns, stream.components) != (shape.rows, shape.columns, 1) or not done:
        return None
    with PillowImage.open(io.BytesIO(src), formats=("JPEG2000",)) as image:
        # `load` reads this attribute; `thumbnail` and `draft` cannot ask for a resolution.
        image.reduce = done  # type: ignore[method-assign, assignment]
        # Pillow rounds the halved size to the nearest, OpenJPEG up (ISO 15444-1 B.5), and where they differ
        # nothing is decoded. From these multiples both come to the same.
        image._size = (_halved(shape.columns, done) << done, _halved(shape.rows, done) << done)
        image.load()
        values = np.asarray(image).astype(np.uint16)
    if values.shape != (_halved(shape.rows, done), _halved(shape.columns, done)):
        return None
    if stream.precision > 8:
        # Pillow stretches 9 to 15 bits to 16.
        values >>= 16 - stream.precision
    if not shape.signed:
        return values
    # Pillow has moved signed values up by half their range.
    return values.astype(np.int16) - np.int16(1 << (stream.precision - 1))


def _halved(side: int, times: int) -> int:
    return (side + (1 << times) - 1) >> times
