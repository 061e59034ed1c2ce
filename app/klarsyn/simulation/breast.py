"""The measures of a breast, and where breast space lies on each view.

Views are drawn in one frame: chest wall at the left edge, lateral (CC) or superior (MLO) at the top.
Breast space is (depth behind the nipple, lateral, superior) in mm; the axis of depth runs from the
nipple to the chest wall, square to it in CC, square to the pectoral muscle in MLO. The MLO beam goes
from superomedial to inferolateral at 45 degrees, so "up" in the image is (lateral + superior) / sqrt 2.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BreastShape:
    """One breast's measures in mm; both breasts of a woman share most of them."""

    depth: float
    """Nipple to chest wall in CC."""
    half_width: float
    """Half of the extent along the chest wall in CC."""
    thickness: float
    """Under compression."""
    pectoral_width: float
    """Of the muscle at the upper edge of MLO."""
    pectoral_length: float
    """Of the muscle along the chest wall of MLO."""
    nipple_length: float
    """How far the nipple stands out when it is in profile."""
    droop: float
    """0 firm to 1 pendulous: the nipple sits lower in MLO."""


def make_shape(rng: np.random.Generator) -> BreastShape:
    """Return a woman's breast shape: depth 65 to 115 mm, width in proportion."""
    depth = float(np.clip(rng.normal(88, 13), 64, 112))
    return BreastShape(
        depth=depth,
        half_width=float(np.clip(depth * rng.normal(0.98, 0.06), 66, 100)),
        thickness=float(np.clip(rng.normal(0.6, 0.07) * depth, 34, 78)),
        pectoral_width=float(rng.uniform(42, 66)),
        pectoral_length=float(rng.uniform(110, 150)),
        nipple_length=float(rng.uniform(3.0, 6.5)),
        droop=float(rng.uniform(0.1, 0.9)),
    )


def other_side(shape: BreastShape, rng: np.random.Generator) -> BreastShape:
    """Return the other breast of the same woman: a few per cent different in every measure."""

    def vary(value: float, spread: float = 0.025) -> float:
        return float(value * (1 + np.clip(rng.normal(0, spread), -2 * spread, 2 * spread)))

    return BreastShape(
        depth=vary(shape.depth),
        half_width=vary(shape.half_width),
        thickness=vary(shape.thickness),
        pectoral_width=vary(shape.pectoral_width, 0.08),
        pectoral_length=vary(shape.pectoral_length, 0.05),
        nipple_length=vary(shape.nipple_length, 0.15),
        droop=float(np.clip(shape.droop + rng.normal(0, 0.05), 0, 1)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ViewGeometry:
    """One view of one breast on a detector of `height_mm` x `width_mm`; points are (x, y) in mm.

    x counts from the chest-wall edge of the image, y from its upper edge. `axis` is the unit vector from
    the nipple to the chest wall. `outline` is the (n, 2) skin line, closed outside the image.
    `pectoral` is the (n, 2) front edge of the muscle from top to bottom, empty where none is seen.
    """

    position: ViewPosition
    height_mm: float
    width_mm: float
    outline: npt.NDArray[np.float64]
    nipple: tuple[float, float]
    nipple_in_profile: bool
    axis: tuple[float, float]
    pectoral: npt.NDArray[np.float64]

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float]:
        """Return where a point of breast space falls on this view, (x, y) in mm."""
        up = lateral if self.position is ViewPosition.CC else (lateral + superior) / np.sqrt(2)
        ax, ay = self.axis
        # "Up" is square to the axis, towards the upper edge of the image.
        return self.nipple[0] + depth * ax - up * ay, self.nipple[1] + depth * ay + up * ax

    def signed_distance(self, spacing_mm: float) -> Field:
        """Return mm inside (positive) or outside the skin for each pixel of `spacing_mm`."""
        rows, columns = round(self.height_mm / spacing_mm), round(self.width_mm / spacing_mm)
        # Beyond the edges of the image the breast goes on: a margin keeps the edge from being skin.
        margin = round(25 / spacing_mm)
        mask = np.zeros((rows + 2 * margin, columns + 2 * margin), np.uint8)
        points = np.round((self.outline / spacing_mm + margin - 0.5) * 256).astype(np.int32)
        cv2.fillPoly(mask, [points], 1, cv2.LINE_8, 8)
        inside, outside = _exact_distance(mask), _exact_distance(1 - mask)
        signed = cv2.GaussianBlur((inside - outside) * np.float32(spacing_mm), (0, 0), 0.9 / spacing_mm)
        return np.ascontiguousarray(signed[margin : margin + rows, margin : margin + columns])

    def pectoral_depth(self, spacing_mm: float) -> Field | None:
        """Return mm behind (positive) or in front of the muscle's edge for each pixel, or None."""
        if not len(self.pectoral):
            return None
        rows, columns = round(self.height_mm / spacing_mm), round(self.width_mm / spacing_mm)
        y = (np.arange(rows) + 0.5) * spacing_mm
        edge = np.interp(y, self.pectoral[:, 1], self.pectoral[:, 0])
        slope = np.gradient(edge, spacing_mm)
        x = (np.arange(columns) + 0.5) * spacing_mm
        behind = (edge[:, None] - x[None, :]) / np.sqrt(1 + slope[:, None] ** 2)
        return np.asarray(behind, np.float32)


def _exact_distance(mask: npt.NDArray[np.uint8]) -> Field:
    """Return the distance to the nearest zero pixel, to the last bit.

    OpenCV's own last bit depends on where in memory the image lies, which would break the promise of
    identical bytes. Squared distances between pixels are whole numbers, so rounding them repairs it.
    """
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.sqrt(np.rint(distance * distance)), np.float32)
