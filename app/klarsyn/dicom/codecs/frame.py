"""What all codecs share: how pydicom asks for them, and how a decoded frame is handed back.

pydicom 3 wants of each plugin module a decode function, `is_available` and `DECODER_DEPENDENCIES`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.pixels.decoders.base import DecodeRunner

from klarsyn.dicom.codecs.codestream import Announced
from klarsyn.dicom.syntaxes import COMPRESSED

DECODER_DEPENDENCIES = dict.fromkeys(COMPRESSED, ("imagecodecs",))


def is_available(_uid: str) -> bool:
    """Return True: imagecodecs is a dependency of Klarsyn and always there."""
    return True


def checked(pixels: npt.NDArray[Any], announced: Announced) -> npt.NDArray[Any]:
    """Return a decoded grey frame if it is what the header announces.

    Raises
    ------
    ValueError
        If the decoder gave another shape; some give an empty array instead of an error.
    """
    rows, columns = announced.rows, announced.columns
    if pixels.shape[:2] != (rows, columns) or pixels.size != rows * columns:
        raise ValueError(f"the decoder gave {pixels.shape} instead of {(rows, columns)}")
    if pixels.dtype.itemsize not in (1, 2):
        raise ValueError(f"the decoder gave samples of {pixels.dtype.itemsize} bytes")
    return pixels.reshape(rows, columns)


def as_buffer(pixels: npt.NDArray[Any], runner: DecodeRunner) -> memoryview:
    """Return a decoded grey frame as pydicom wants it, and tell the runner how wide its samples are."""
    # A sample may be narrower than BitsAllocated (12 bits allocated 16, but 8 used): pydicom widens it.
    runner.set_option("bits_allocated", 8 * pixels.dtype.itemsize)
    return np.ascontiguousarray(pixels).reshape(-1).view(np.uint8).data
