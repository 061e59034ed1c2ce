"""The one decode-and-shrink path that viewer, prefetch and engines share.

Everything above works on *index values*: the stored value when unsigned, stored + 32768 when signed, so
that one look-up table of 65 536 entries covers every file.
"""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.dicom.pixels import map_frame, read_frame

# numpy adds this to signed stored values; as an XOR of the sign bit it needs no wider type.
SIGNED_OFFSET = 32768

# More than half of a shrunk pixel must be image for it to be shown as image.
_MOSTLY_IMAGE = 0.5


def load_index_frame(path: Path, frame: int = 1) -> npt.NDArray[np.uint16]:
    """Decode one frame into index values of shape (rows, columns); the array may be read-only.

    Parameters
    ----------
    path
        A DICOM file.
    frame
        Frame number, counted from 1 as in DICOM.

    Raises
    ------
    klarsyn.dicom.errors.UnreadableFile
        If the file cannot be decoded; the error says why and what to do.
    """
    mapped = map_frame(path, frame)
    return mapped if mapped is not None else to_index(read_frame(path, frame))


def to_index(stored: npt.NDArray[np.uint16] | npt.NDArray[np.int16]) -> npt.NDArray[np.uint16]:
    """Turn stored values into index values; unsigned values pass through without a copy."""
    if stored.dtype == np.int16:
        return np.bitwise_xor(stored.view(np.uint16), np.uint16(SIGNED_OFFSET))
    if stored.dtype == np.uint16:
        return stored.view(np.uint16)
    raise TypeError(f"Stored values are 16-bit integers here, not {stored.dtype}.")


def shrink(
    pixels: npt.NDArray[np.uint16], factor: float, padding: tuple[int, int] | None = None
) -> npt.NDArray[np.uint16]:
    """Shrink by `factor` (1 or more) in both directions; each new pixel is the mean of those it covers."""
    if not factor >= 1:
        raise ValueError(f"An image is shrunk by a factor of 1 or more, not {factor}.")
    rows, columns = pixels.shape
    return shrink_to(pixels, (max(1, round(rows / factor)), max(1, round(columns / factor))), padding)


def shrink_to(
    pixels: npt.NDArray[np.uint16], shape: tuple[int, int], padding: tuple[int, int] | None = None
) -> npt.NDArray[np.uint16]:
    """Shrink to `shape` (rows, columns); each new pixel is the mean of the pixels that it covers.

    Parameters
    ----------
    pixels
        Index values, shape (rows, columns). Returned as they are when `shape` is theirs already.
    shape
        No larger than the image in either direction: making an image larger invents values, and is left
        to the painter, where it can be seen.
    padding
        Inclusive range of index values that are pixel padding (`grayscale.index_padding`). Padding is
        no measurement, so it is never averaged with tissue: mixed in, the rim of a MONOCHROME1 image
        would shine. A new pixel that is mostly padding is padding.
    """
    if shape == pixels.shape:
        return pixels
    if shape[0] < 1 or shape[1] < 1 or shape[0] > pixels.shape[0] or shape[1] > pixels.shape[1]:
        raise ValueError(f"An image of {pixels.shape} (rows, columns) cannot be shrunk to {shape}.")
    size = (shape[1], shape[0])
    source = np.asarray(pixels)
    shrunk = np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_AREA), dtype=np.uint16)
    if padding is not None:
        _keep_padding_apart(source, shrunk, padding)
    return shrunk


def _keep_padding_apart(
    source: npt.NDArray[np.uint16], shrunk: npt.NDArray[np.uint16], padding: tuple[int, int]
) -> None:
    """Correct in `shrunk` the pixels that mix both: the mean of the image alone, or padding."""
    low, high = padding
    is_image = (source < low) | (source > high)
    if is_image.all():
        share = np.ones(shrunk.shape, dtype=np.float32)
    else:
        size = (shrunk.shape[1], shrunk.shape[0])
        share = np.asarray(cv2.resize(is_image.astype(np.float32), size, interpolation=cv2.INTER_AREA))
        image_only = np.where(is_image, source, 0).astype(np.float32)
        total = np.asarray(cv2.resize(image_only, size, interpolation=cv2.INTER_AREA))
        mixed = (share > _MOSTLY_IMAGE) & (share < 1)
        shrunk[mixed] = np.rint(total[mixed] / share[mixed]).astype(np.uint16)
    # A mean of values from both sides of the padding must not pass for padding itself.
    false_padding = (share > _MOSTLY_IMAGE) & (shrunk >= low) & (shrunk <= high)
    shrunk[false_padding] = high + 1 if high < np.iinfo(np.uint16).max else max(low - 1, 0)
    shrunk[share <= _MOSTLY_IMAGE] = low
