"""High-Throughput JPEG 2000 (PS3.5 A.4.4, ISO 15444-15), by OpenJPEG.

OpenJPH would take a third of the time, but as imagecodecs binds it, a frame that breaks off comes back
without an error and partly black. OpenJPEG refuses it, and is still four times faster here than at
classic JPEG 2000.
"""

import imagecodecs
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import jpeg_2000_codestream, require_match
from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, as_buffer, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode_frame", "is_available"]


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame in the width of the stream's precision."""
    require_match(jpeg_2000_codestream(src), runner)
    return as_buffer(imagecodecs.jpeg2k_decode(src), runner)
