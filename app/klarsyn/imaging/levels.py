"""The sizes of one image: the full image, then halves of halves."""

import numpy as np
import numpy.typing as npt

from klarsyn.imaging.frames import shrink_to

Level = npt.NDArray[np.uint16]
"""Index values, shape (rows, columns)."""

Shape = tuple[int, int]
"""Rows and columns."""

MAX_LEVELS = 16
# Smaller than this nothing is ever drawn; a thumbnail is cut from the last level.
_SMALLEST = 256


def build_levels(index_pixels: Level, padding: tuple[int, int] | None = None) -> tuple[Level, ...]:
    """Return the levels of one image: the full image, then halves (rounded up) down to 256 pixels.

    `padding` is `grayscale.index_padding`: padding is then never averaged with tissue.
    """
    levels = [np.ascontiguousarray(index_pixels)]
    for shape in level_shapes(index_pixels.shape)[1:]:
        levels.append(shrink_to(levels[-1], shape, padding))
    return tuple(levels)


def level_shapes(shape: tuple[int, ...]) -> list[Shape]:
    """Return the (rows, columns) of all levels of an image, its own first."""
    rows, columns = shape
    shapes = [(rows, columns)]
    while max(shapes[-1]) > _SMALLEST and len(shapes) < MAX_LEVELS:
        shapes.append(((shapes[-1][0] + 1) // 2, (shapes[-1][1] + 1) // 2))
    return shapes
