"""JPEG 2000, reversible and irreversible (PS3.5 A.4.4), by OpenJPEG."""

from typing import Any

import imagecodecs
import numpy.typing as npt
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import Announced, jpeg_2000_codestream, require_match
from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, as_buffer, checked, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode", "decode_frame", "is_available"]


def decode(src: bytes, header: Announced) -> npt.NDArray[Any]:
    """Return the samples of one frame, shape (rows, columns), in the width of the stream's precision."""
    require_match(jpeg_2000_codestream(src), header)
    return checked(imagecodecs.jpeg2k_decode(src), header)


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame as pydicom wants them."""
    return as_buffer(decode(src, runner), runner)
