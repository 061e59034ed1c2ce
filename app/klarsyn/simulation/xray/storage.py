"""How a maker lays an image down: mirrored or not, and what PatientOrientation then says.

The simulator draws every breast with its chest wall at the left. As hung, a left breast keeps it there and
a right one has it at the right; makers differ in which of them they store turned over.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.xray.vendors import Mirroring, Vendor


def is_flipped(laterality: Laterality, vendor: Vendor) -> bool:
    """Return whether the stored chest wall is at the right, other than in the simulator's frame.

    Raises
    ------
    ValueError
        If `laterality` is not one breast.
    """
    if laterality is Laterality.BOTH:
        raise ValueError("A mammogram shows one breast: give left or right, not both.")
    if laterality is Laterality.RIGHT:
        return vendor.mirroring is not Mirroring.RIGHT
    return vendor.mirroring is Mirroring.LEFT


def is_mirrored(laterality: Laterality, vendor: Vendor) -> bool:
    """Return whether the image is stored turned over: FieldOfViewHorizontalFlip (0018,7034)."""
    return is_flipped(laterality, vendor) == (laterality is Laterality.LEFT)


def as_stored(
    pixels: npt.NDArray[Any], laterality: Laterality, vendor: Vendor
) -> tuple[npt.NDArray[Any], bool]:
    """Return pixels (..., rows, columns) as this maker stores them, and whether columns were reversed."""
    flipped = is_flipped(laterality, vendor)
    return (np.ascontiguousarray(pixels[..., ::-1]) if flipped else pixels), flipped


def stored_points(
    points: npt.NDArray[np.float64], columns: int, laterality: Laterality, vendor: Vendor
) -> npt.NDArray[np.float64]:
    """Return (..., 2) points (column, row) of the simulator's frame as they lie in the stored image.

    (0, 0) is the upper left corner of the upper left pixel, in both.
    """
    moved = np.array(points, np.float64)
    if is_flipped(laterality, vendor):
        moved[..., 0] = columns - moved[..., 0]
    return moved


def patient_orientation(laterality: Laterality, position: ViewPosition, vendor: Vendor) -> tuple[str, str]:
    """Return PatientOrientation (0020,0020), PS3.3 C.7.6.1.1.1: where rows lead to, where columns lead to.

    Downwards is medial in CC, and inferior and medial in MLO.

    Raises
    ------
    ValueError
        If the simulator does not draw such a view.
    """
    rows_to = "P" if is_flipped(laterality, vendor) else "A"
    medial = "L" if laterality is Laterality.RIGHT else "R"
    if position is ViewPosition.CC:
        return rows_to, medial
    if position is ViewPosition.MLO:
        return rows_to, "F" + medial
    raise ValueError(f"The simulator draws CC and MLO views, not {position.value}.")
