"""Stored pixels: how each maker codes them, and the Image Pixel module that says so (PS3.3 C.7.6.3)."""

from collections.abc import Callable
from dataclasses import dataclass

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.simulation.xray.vendors import Storage

Pixels = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Coding:
    """A transfer syntax, the bits that its frames state, and the coder of one frame."""

    transfer_syntax: uid.UID
    bits_stored: int
    encode: Callable[[Pixels], bytes]

    @property
    def compressed(self) -> bool:
        """True when frames are encapsulated."""
        return bool(self.transfer_syntax.is_encapsulated)


def choose_coding(storage: Storage, bits: int) -> Coding:
    """Return how pixels of `bits` are coded.

    CharLS, as imagecodecs binds it, makes streams of 16 bits a sample. Image Pixel attributes have to
    agree with the stream (PS3.5 8.2.3), hence BitsStored 16 there although the high bits are never set.
    """
    if storage is Storage.JPEG_LOSSLESS:
        return Coding(uid.JPEGLosslessSV1, bits, lambda frame: _jpeg_lossless(frame, bits))
    if storage is Storage.JPEG_LS:
        return Coding(uid.JPEGLSLossless, 16, lambda frame: bytes(imagecodecs.jpegls_encode(frame)))
    return Coding(uid.ExplicitVRLittleEndian, bits, lambda frame: frame.astype("<u2", copy=False).tobytes())


def describe_pixels(
    ds: Dataset, shape: tuple[int, int], coding: Coding, *, inverted: bool = False, padding: int | None = None
) -> None:
    """Image Pixel module of unsigned grey pixels (rows, columns)."""
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    ds.Rows, ds.Columns = shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, coding.bits_stored, coding.bits_stored - 1
    ds.PixelRepresentation = 0
    if padding is not None:
        ds.add_new("PixelPaddingValue", "US", padding)


def as_frame(pixels: npt.NDArray[np.uint16], shape: tuple[int, int], bits: int) -> Pixels:
    """Return `pixels` as the coders want them: contiguous, of that shape, and within `bits`.

    Raises
    ------
    ValueError
        If they are not; the text says what they are.
    """
    if pixels.dtype != np.uint16 or pixels.shape != shape:
        raise ValueError(
            f"A frame to be written is {pixels.dtype} {pixels.shape}; it has to be uint16 {shape}. "
            "All frames of an object have one size."
        )
    highest = int(pixels.max(initial=0))
    if highest >> bits:
        raise ValueError(f"A frame holds the value {highest}, which {bits} bits cannot store.")
    return np.ascontiguousarray(pixels)


def _jpeg_lossless(frame: Pixels, bits: int) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(frame, bitspersample=bits))
