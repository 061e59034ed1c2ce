"""Stored samples of one colour frame; grey frames, which are read, go another way (`pixels.py`).

Decoders of compressed colour hand back red, green and blue, whatever the stream itself is in (PS3.5 8.2).
"""

import math
from dataclasses import dataclass

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.encaps import get_frame

from klarsyn.dicom.codecs.codestream import (
    jpeg_2000_codestream,
    jpeg_codestream,
    require_end,
    require_match,
)
from klarsyn.dicom.errors import CONVERT, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import PixelShape
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.source import Source

_JPEG = frozenset({uid.JPEGBaseline8Bit, uid.JPEGLossless, uid.JPEGLosslessSV1})
_JPEG_LS = frozenset({uid.JPEGLSLossless, uid.JPEGLSNearLossless})
_JPEG_2000 = frozenset({uid.JPEG2000Lossless, uid.JPEG2000})


@dataclass(frozen=True, slots=True)
class ColorShape:
    """Image Pixel attributes of a picture with 8 bits a sample; `planar` is PlanarConfiguration 1."""

    rows: int
    columns: int
    samples_per_pixel: int
    frames: int
    photometric: str
    planar: bool

    @property
    def frame_bytes(self) -> int:
        """Bytes of one uncompressed frame."""
        return self.rows * self.columns * self.samples_per_pixel


def color_frame(source: Source, shape: ColorShape, frame: int) -> npt.NDArray[np.uint8]:
    """Return one frame, counted from 1, shape (rows, columns[, samples]); `source` stands at Pixel Data.

    Raises
    ------
    UnreadableFile
        If the pixels are missing or in a form that is not shown; what decoders raise is passed on.
    """
    # As grey of three times the width, which has as many bytes.
    wide = PixelShape(shape.rows, shape.columns * shape.samples_per_pixel, shape.frames, 8, 8, False)
    place = find_pixels(source, wide)
    source.stream.seek(place.offset)
    if not source.transfer_syntax.is_encapsulated:
        if shape.photometric not in ("RGB", "YBR_FULL", "PALETTE COLOR"):
            raise UnreadableFile(f"Uncompressed {shape.photometric[:16]} is not shown here.", CONVERT)
        source.stream.seek((frame - 1) * shape.frame_bytes, 1)
        samples = np.frombuffer(source.stream.read(shape.frame_bytes), np.uint8)
        return _arranged(samples, shape, shape.planar)
    content = get_frame(source.stream, frame - 1, number_of_frames=shape.frames)
    return _decoded(content, source.transfer_syntax, shape)


def _decoded(content: bytes, syntax: uid.UID, shape: ColorShape) -> npt.NDArray[np.uint8]:
    if syntax == uid.RLELossless:
        out = memoryview(bytearray(shape.frame_bytes))
        if int.from_bytes(content[:4], "little") != shape.samples_per_pixel:
            raise ValueError("the frame has another number of RLE segments than samples")
        imagecodecs.dicomrle_decode(content, np.dtype("u1"), out=out)
        return _arranged(np.frombuffer(out, np.uint8), shape, planar=True)
    if syntax in _JPEG or syntax in _JPEG_LS:
        require_match(jpeg_codestream(content), shape)
        require_end(content)
    if syntax in _JPEG:
        # Without a marker of its own, a decoder takes three components for YCbCr: the header knows better.
        color = "RGB" if shape.photometric == "RGB" else "YCBCR"
        if shape.samples_per_pixel == 3:
            decoded = imagecodecs.jpeg8_decode(content, colorspace=color, outcolorspace="RGB")
        else:
            decoded = imagecodecs.jpeg8_decode(content)
    elif syntax in _JPEG_LS:
        decoded = imagecodecs.jpegls_decode(content)
    elif syntax in _JPEG_2000:
        require_match(jpeg_2000_codestream(content), shape)
        decoded = imagecodecs.jpeg2k_decode(content)
    else:
        raise UnreadableFile(f"Colour in {syntax.name} is not shown here.", CONVERT)
    if decoded.dtype != np.uint8:
        raise ValueError("the frame has more than 8 bits a sample")
    return _arranged(np.ascontiguousarray(decoded).reshape(-1), shape, planar=False)


def _arranged(samples: npt.NDArray[np.uint8], shape: ColorShape, planar: bool) -> npt.NDArray[np.uint8]:
    if samples.size != math.prod((shape.rows, shape.columns, shape.samples_per_pixel)):
        raise UnreadableFile("The picture has fewer pixels than its header announces.", SEND_AGAIN)
    if shape.samples_per_pixel == 1:
        return samples.reshape(shape.rows, shape.columns)
    if planar:
        return np.moveaxis(samples.reshape(shape.samples_per_pixel, shape.rows, shape.columns), 0, -1)
    return samples.reshape(shape.rows, shape.columns, shape.samples_per_pixel)
