"""RLE Lossless (PS3.5 annex G)."""

import imagecodecs
import numpy as np
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.frame import DECODER_DEPENDENCIES, is_available

__all__ = ["DECODER_DEPENDENCIES", "decode_frame", "is_available"]


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """Return the samples of one frame, little endian."""
    width = runner.bits_allocated // 8
    segments = int.from_bytes(src[:4], "little")
    if segments != width:
        raise ValueError(f"the frame has {segments} RLE segments instead of {width}")
    # Decoding into a buffer of known size bounds what a forged stream can set aside.
    out = memoryview(bytearray(runner.rows * runner.columns * width))
    decoded = imagecodecs.dicomrle_decode(src, np.dtype(f"<u{width}"), out=out)
    if len(decoded) != len(out):
        raise ValueError(f"the frame holds {len(decoded)} bytes instead of {len(out)}")
    return out
