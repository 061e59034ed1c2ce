"""Overlay planes: drawings of one bit a pixel that lie over an image (PS3.3 C.9.2)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlane:
    """One overlay.

    Parameters
    ----------
    group
        0x6000 to 0x601E: which of the sixteen planes it is.
    masks
        Shape (overlay frames, rows, columns), bool.
    row, column
        Where its first pixel lies on the image, 1, 1 being the image's own first pixel. It may be negative:
        some makers begin overlays above the image.
    first_frame
        The frame of the image, counted from 1, that the first overlay frame belongs to.
    every_frame
        True for one overlay frame that lies over all frames of the image.
    region_of_interest
        True for a region (OverlayType R), False for graphics (G).
    """

    group: int
    masks: npt.NDArray[np.bool_]
    row: int = 1
    column: int = 1
    first_frame: int = 1
    every_frame: bool = True
    region_of_interest: bool = False
    label: str = ""
    description: str = ""

    def over(self, rows: int, columns: int, frame: int = 1) -> npt.NDArray[np.bool_]:
        """Return the overlay cut to an image of that size: bool, shape (rows, columns), a copy.

        All False where the overlay has nothing on this frame or lies outside of the image.
        """
        whole = np.zeros((rows, columns), np.bool_)
        index = 0 if self.every_frame else frame - self.first_frame
        if not 0 <= index < len(self.masks):
            return whole
        mask = self.masks[index]
        top, left = self.row - 1, self.column - 1
        row0, column0 = max(top, 0), max(left, 0)
        row1, column1 = min(top + mask.shape[0], rows), min(left + mask.shape[1], columns)
        if row0 < row1 and column0 < column1:
            whole[row0:row1, column0:column1] = mask[row0 - top : row1 - top, column0 - left : column1 - left]
        return whole
