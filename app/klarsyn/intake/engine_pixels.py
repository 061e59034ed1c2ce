"""Which images may go to an engine, and their pixels in the one sense that engines know."""

import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import Image, Laterality, ViewPosition


def is_for_engines(image: Image) -> bool:
    """True for a whole CC or MLO view, For Presentation, with a coded side.

    Images with burnt-in text stay here: it may be a name (invariant 9).
    """
    return (
        image.is_full_view
        and image.hangs
        and not image.for_processing
        and image.laterality in (Laterality.RIGHT, Laterality.LEFT)
        and image.view_position in (ViewPosition.CC, ViewPosition.MLO)
        and not any(notice.code == "burned-in" for notice in image.notices)
    )


def dense_is_bright(
    index_pixels: npt.NDArray[np.uint16], grayscale: GrayscaleParameters
) -> npt.NDArray[np.uint16]:
    """Return pixels (rows, columns) in the sense of MONOCHROME2, with padding 0."""
    offset = 32768 if grayscale.signed else 0
    top = offset + (1 << (grayscale.bits_stored - grayscale.signed)) - 1
    pixels = np.minimum(index_pixels, top) if top < 65535 else index_pixels
    if grayscale.monochrome1:
        pixels = top - pixels
    if grayscale.padding is not None:
        low, high = (value + offset for value in grayscale.padding)
        pixels = np.where((index_pixels >= low) & (index_pixels <= high), 0, pixels)
    return np.ascontiguousarray(pixels, dtype=np.uint16)
