"""Where the breast lies in an image For Processing, and how deep inside the skin each pixel is."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from klarsyn.simulation.rays import Field

REDUCTION = 4
_ABOVE_AIR = 0.12  # A millimetre and a half of skin; air's noise is ten times smaller at this reduction.
_SMALLEST_SHARE = 0.01
_SMOOTHING_MM = 0.5
_EDGE_PX = 1.4


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The breast.

    `mask` (rows, columns) uint8 is 255 inside, at the image's resolution. `REDUCTION` times coarser,
    `depth_mm` is the distance from the skin, positive inside, and `coarse` the density. The edges of the
    image are no skin.
    """

    mask: npt.NDArray[np.uint8]
    depth_mm: Field
    coarse: Field
    spacing_mm: float
    """Of `depth_mm` and `coarse`."""

    @property
    def columns(self) -> int:
        """How many columns from the chest wall hold breast; a multiple of `REDUCTION`."""
        last = int(np.flatnonzero(self.mask.any(axis=0))[-1])
        return min(int(self.mask.shape[1]), (last // REDUCTION + 2) * REDUCTION)

    def cropped(self, columns: int) -> "Region":
        """Return the part of it in the first so many columns, a multiple of `REDUCTION`."""
        few = columns // REDUCTION
        return Region(self.mask[:, :columns], self.depth_mm[:, :few], self.coarse[:, :few], self.spacing_mm)


def find_breast(density: Field, spacing_mm: float) -> Region:
    """Return the largest piece of tissue in `density` (0 in air), with its holes filled.

    Raises
    ------
    ValueError
        If nothing in the picture is dense enough to be a breast.
    """
    rows, columns = density.shape
    small = cv2.resize(density, (columns // REDUCTION, rows // REDUCTION), interpolation=cv2.INTER_AREA)
    tissue = np.asarray(small > _ABOVE_AIR, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(tissue, connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if count < 2 or areas.max() < _SMALLEST_SHARE * tissue.size:
        raise ValueError("There is no breast in this exposure: nothing in it is denser than air.")
    breast = _without_holes(np.asarray(labels == 1 + int(areas.argmax()), np.uint8))
    coarse = spacing_mm * REDUCTION
    signed = _distance(breast) - _distance(1 - breast)
    _sharpen(signed, density)
    _refine(signed)
    depth = cv2.GaussianBlur(signed, (0, 0), _SMOOTHING_MM / coarse) * np.float32(coarse)
    full = cv2.resize(depth, (columns, rows), interpolation=cv2.INTER_LINEAR)
    mask = np.where(full > 0, np.uint8(255), np.uint8(0))
    return Region(mask, np.asarray(depth, np.float32), np.asarray(small, np.float32), coarse)


def _sharpen(signed: Field, density: Field) -> None:
    """Replace distances in pixels near the skin by finer ones; in place.

    Distances between whole pixels make steps along a slanting skin. The share of a blurred pixel that the
    breast covers tells where in the pixel a straight edge runs: it is the normal distribution of distance.
    """
    near = np.abs(signed) < 2
    tissue = np.where(density > _ABOVE_AIR, np.float32(1), np.float32(0))
    covered = cv2.resize(tissue, signed.shape[::-1], interpolation=cv2.INTER_AREA)
    # Away from the skin the share is known; specks in the air and gaps in the breast must not move it.
    covered = np.where(near, covered, signed > 0).astype(np.float32)
    covered = cv2.GaussianBlur(covered, (0, 0), _EDGE_PX)
    share = np.clip(np.asarray(covered)[near], 0.01, 0.99).astype(np.float64)
    signed[near] = ndtri(share) * _EDGE_PX


def _refine(signed: Field) -> None:
    """Measure distances deeper inside from the sharpened edge, on pixels of half the size; in place."""
    rows, columns = signed.shape
    double = cv2.resize(signed, (2 * columns, 2 * rows), interpolation=cv2.INTER_LINEAR)
    inside = _distance(np.asarray(double > 0, np.uint8))
    mean = cv2.resize(inside, (columns, rows), interpolation=cv2.INTER_AREA)
    # The nearest pixel outside lies half a small pixel beyond the edge.
    refined = np.asarray(mean, np.float32) * np.float32(0.5) - np.float32(0.25)
    share = np.clip(signed - np.float32(1.0), 0, 1)
    signed += share * (refined - signed)


def _without_holes(breast: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Fill what is not breast and does not touch the image's edge, and cut off specks at the skin."""
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    breast = np.asarray(cv2.morphologyEx(breast, cv2.MORPH_OPEN, disk), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - breast, connectivity=4)
    rows, columns = breast.shape
    for n in range(1, count):
        x, y, w, h, _ = stats[n]
        if x > 0 and y > 0 and x + w < columns and y + h < rows:
            breast[labels == n] = 1
    return breast


def _distance(mask: npt.NDArray[np.uint8]) -> Field:
    """Return the distance in pixels to the nearest zero pixel, to the last bit.

    OpenCV's last bit depends on where in memory the image lies. Squared distances between pixels are
    whole numbers, so rounding them repairs it.
    """
    if mask.all():  # The breast fills the picture: OpenCV's answer without a zero pixel is nonsense.
        return np.full(mask.shape, np.float32(max(mask.shape)), np.float32)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.sqrt(np.rint(distance * distance)), np.float32)
