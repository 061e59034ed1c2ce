"""What all codecs share: how pydicom asks for them, and how a decoded frame is handed back.

pydicom 3 wants of each plugin module a decode function, `is_available` and `DECODER_DEPENDENCIES`.
"""

import numpy as np
import numpy.typing as npt
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.syntaxes import COMPRESSED

DECODER_DEPENDENCIES = dict.fromkeys(COMPRESSED, ("imagecodecs",))


def is_available(_uid: str) -> bool:
    """Return True: imagecodecs is a dependency of Klarsyn and always there."""
    return True


def as_buffer(pixels: npt.NDArray[np.generic], runner: DecodeRunner) -> memoryview:
    """Return a decoded grey frame as pydicom wants it, and tell the runner how wide its samples are.

    Raises
    ------
    ValueError
        If the decoder gave another shape; some give an empty array instead of an error.
    """
    if pixels.shape[:2] != (runner.rows, runner.columns) or pixels.size != runner.rows * runner.columns:
        raise ValueError(f"the decoder gave {pixels.shape} instead of {(runner.rows, runner.columns)}")
    if pixels.dtype.itemsize not in (1, 2):
        raise ValueError(f"the decoder gave samples of {pixels.dtype.itemsize} bytes")
    # A sample may be narrower than BitsAllocated (12 bits allocated 16, but 8 used): pydicom widens it.
    runner.set_option("bits_allocated", 8 * pixels.dtype.itemsize)
    return np.ascontiguousarray(pixels).reshape(-1).view(np.uint8).data
