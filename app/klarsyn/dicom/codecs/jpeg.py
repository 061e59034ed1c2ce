"""JPEG Baseline, Extended 12-bit and Lossless (PS3.5 A.4.1), all of them by libjpeg-turbo."""

import imagecodecs
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import jpeg_codestream, require_end, require_match
from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, as_buffer, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode_frame", "is_available"]


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame: 8 bits wide up to a precision of 8, else 16."""
    require_match(jpeg_codestream(src), runner)
    require_end(src)
    return as_buffer(imagecodecs.jpeg8_decode(src), runner)
