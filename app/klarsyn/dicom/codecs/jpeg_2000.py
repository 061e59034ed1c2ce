"""JPEG 2000, reversible and irreversible (PS3.5 A.4.4), by OpenJPEG."""

import imagecodecs
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import jpeg_2000_codestream, require_match
from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, as_buffer, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode_frame", "is_available"]


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame in the width of the stream's precision."""
    require_match(jpeg_2000_codestream(src), runner)
    return as_buffer(imagecodecs.jpeg2k_decode(src), runner)
