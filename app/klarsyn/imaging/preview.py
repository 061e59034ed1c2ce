"""A first look at an image whose decoding takes long: true, but coarse, until the whole is there.

It stands in a viewport like any other pyramid. What it does not have, its finer levels, are its own pixels
drawn as larger squares: nothing is smoothed into detail that nobody has decoded.
"""

from pathlib import Path

import cv2
import numpy as np

from klarsyn.dicom.reduced import read_reduced
from klarsyn.imaging.frames import to_index
from klarsyn.imaging.levels import Level, build_levels, level_shapes
from klarsyn.imaging.pyramid import Pyramid

LARGE = 8_000_000
"""Pixels from which on a quarter of rows and columns takes too long where four views are waited for."""


def halvings_for(shape: tuple[int, int]) -> int:
    """Return how often a first look at an image of (rows, columns) is halved: to a quarter or an eighth.

    A view of 27 MB takes 18 ms at an eighth and 56 at a quarter (docs/measurements.md).
    """
    return 3 if shape[0] * shape[1] > LARGE else 2


class PreviewPyramid(Pyramid):
    """A pyramid whose finer levels have not been decoded.

    Parameters
    ----------
    coarse
        Index values of the image at a coarser resolution.
    full_shape
        (rows, columns) of the whole image.
    padding
        `grayscale.index_padding` of the image.
    """

    is_preview = True

    def __init__(
        self, coarse: Level, full_shape: tuple[int, int], padding: tuple[int, int] | None = None
    ) -> None:
        super().__init__(build_levels(coarse, padding))
        self._shapes = level_shapes(full_shape)
        self._enlarged: dict[tuple[int, int], Level] = {}

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels, the full image first; the finer ones are enlarged when they are asked for."""
        if not self._levels:
            return ()
        coarsest_shown = self._levels[0].shape
        finer = [shape for shape in self._shapes if shape > coarsest_shown]
        return (*(self._enlarge(shape) for shape in finer), *self._levels)

    def level_for(self, scale: float) -> Level:
        """Return the smallest level that has a pixel for each device pixel, enlarged where there is none."""
        if not self._levels:
            raise ValueError("The pyramid is closed. Ask the cache for it again.")
        rows, columns = self._shapes[0]
        for level in reversed(self._levels):
            if level.shape[0] >= rows * scale and level.shape[1] >= columns * scale:
                return level
        for shape in reversed(self._shapes):
            if shape[0] >= rows * scale and shape[1] >= columns * scale:
                return self._enlarge(shape)
        return self._enlarge(self._shapes[0])

    def close(self) -> None:
        """Let go of the levels."""
        super().close()
        self._enlarged = {}

    def _enlarge(self, shape: tuple[int, int]) -> Level:
        if shape not in self._enlarged:
            size = (shape[1], shape[0])
            large = cv2.resize(self._levels[0], size, interpolation=cv2.INTER_NEAREST)
            large.flags.writeable = False
            self._enlarged[shape] = np.asarray(large, dtype=np.uint16)
        return self._enlarged[shape]


def read_preview(path: Path, frame: int, halvings: int) -> Level | None:
    """Decode one frame, its rows and columns halved so many times, into index values.

    None where the file's compression has no coarser resolution to give, where it is so quick that no first
    look is needed, or where anything is wrong with the file: decoding the whole will say what.
    """
    coarse = read_reduced(path, frame, halvings)
    return None if coarse is None else to_index(coarse)
