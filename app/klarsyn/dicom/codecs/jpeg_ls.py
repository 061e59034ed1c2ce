"""JPEG-LS, lossless and near-lossless (PS3.5 A.4.3)."""

import imagecodecs
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import jpeg_codestream, require_end, require_match
from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, as_buffer, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode_frame", "is_available"]


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame; the stream knows no sign, pydicom restores it afterwards."""
    require_match(jpeg_codestream(src), runner)
    require_end(src)  # CharLS takes seconds to find out by itself
    return as_buffer(imagecodecs.jpegls_decode(src), runner)
