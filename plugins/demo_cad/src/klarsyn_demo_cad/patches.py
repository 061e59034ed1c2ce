"""What the network sees of a candidate: a square of grey values around its centre."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.working_image import FINE_MM, WorkingImage

Patch = npt.NDArray[np.float32]

STEPS = {LesionType.CALCIFICATIONS: 1, LesionType.SOFT_TISSUE: 3}
"""Pixels of 0.1 mm that one pixel of a patch averages over: specks need every one, masses their
surroundings."""

SIDE = 96
"""Pixels of a patch: 9.6 mm around calcifications, 28.8 mm around masses."""


@dataclass(frozen=True, slots=True, eq=False)
class Cutter:
    """Cuts patches of one kind out of an image; `side` pixels square."""

    lesion_type: LesionType
    image: Patch
    side: int

    def at(self, centre_mm: tuple[float, float]) -> Patch:
        """Return the patch around (column, row) in mm. Beyond the image its mirror image is seen, as tissue
        goes on beyond the chest wall."""
        step = STEPS[self.lesion_type] * FINE_MM
        # Half a pixel: the centre lies between the two middle pixels.
        column, row = (round(value / step) for value in centre_mm)
        rows, columns = (
            np.arange(middle - self.side // 2, middle + self.side // 2) for middle in (row, column)
        )
        return self.image[
            np.ix_(_mirrored(rows, self.image.shape[0]), _mirrored(columns, self.image.shape[1]))
        ]


def cutter(lesion_type: LesionType, image: WorkingImage, side: int = SIDE) -> Cutter:
    """Prepare an image for cutting patches of a kind."""
    step = STEPS[lesion_type]
    grey = image.grey
    if step > 1:
        rows, columns = (max(1, n // step) for n in grey.shape)
        whole = np.ascontiguousarray(grey[: rows * step, : columns * step])
        grey = np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
    return Cutter(lesion_type, grey, side)


def _mirrored(where: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.int64]:
    """Fold indices back into 0 to length - 1."""
    folded = np.mod(where, 2 * length)
    return np.where(folded < length, folded, 2 * length - 1 - folded)
