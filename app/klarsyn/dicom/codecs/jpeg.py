"""JPEG Baseline, Extended 12-bit and Lossless (PS3.5 A.4.1), all of them by libjpeg-turbo."""

from typing import Any

import imagecodecs
import numpy.typing as npt
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import Announced, jpeg_codestream, require_end, require_match
from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, as_buffer, checked, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode", "decode_frame", "is_available"]


def decode(src: bytes, header: Announced) -> npt.NDArray[Any]:
    """Return the samples of one frame, shape (rows, columns): 8 bits wide up to a precision of 8, else 16."""
    require_match(jpeg_codestream(src), header)
    require_end(src)
    return checked(imagecodecs.jpeg8_decode(src), header)


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame as pydicom wants them."""
    return as_buffer(decode(src, runner), runner)
