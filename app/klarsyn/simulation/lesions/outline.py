"""The truth of a lesion on one view: where its outline runs, and at which heights."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field

Polygon = npt.NDArray[np.float64]
_FINER = 4


@dataclass(frozen=True, slots=True, eq=False)
class LesionOutline:
    """A lesion as it is seen along upright rays.

    `outline` is a closed polygon (n, 2) of (x, y) in mm, `heights` the range above the support that the
    lesion takes. `centre` (x, y, z) in mm is the centroid of the outline's area and the middle of the
    heights, for every kind; the site that a lesion grew from may lie a little beside it.
    """

    outline: Polygon
    centre: tuple[float, float, float]
    heights: tuple[float, float]
    section: Callable[[float], Polygon | None]

    def outline_at(self, z: float) -> Polygon | None:
        """Return the polygon of the lesion's section `z` mm above the support, None where it has none."""
        low, high = self.heights
        return self.section(z) if low <= z <= high else None


def group_outline(points: npt.NDArray[np.float64], rim_mm: float) -> LesionOutline:
    """Return the outline of scattered things: the hull of `points` (n, 3) in mm with a rim around it.

    Its sections are those of a lens: a reader follows a group through the slices as one region, not as the
    specks that happen to lie in one of them.
    """
    low, high = points[:, 2].min() - rim_mm, points[:, 2].max() + rim_mm
    polygon = _with_rim(points[:, :2], rim_mm)
    middle = polygon_centre(polygon)
    z_middle, half = (low + high) / 2, (high - low) / 2

    def section(z: float) -> Polygon | None:
        share = float(np.sqrt(max(0.0, 1 - ((z - z_middle) / half) ** 2)))
        return middle + (polygon - middle) * share if share > 0.1 else None

    return LesionOutline(
        polygon, (float(middle[0]), float(middle[1]), float(z_middle)), (float(low), float(high)), section
    )


def contour(level: Field, step_mm: float, corner: tuple[float, float]) -> Polygon | None:
    """Return the largest outline of where `level` is at most 1, or None where it nowhere is.

    `level` has samples `step_mm` apart, the first at `corner` (x, y) in mm.
    """
    rows, columns = level.shape
    fine = cv2.resize(level, (columns * _FINER, rows * _FINER), interpolation=cv2.INTER_LINEAR)
    inside = np.pad((fine <= 1).astype(np.uint8), 1)
    found, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    pieces = [c.reshape(-1, 2) for c in found if len(c) >= 8]
    if not pieces:
        return None
    largest = max(pieces, key=lambda c: float(cv2.contourArea(c)))
    slim = cv2.approxPolyDP(largest, 0.8, True).reshape(-1, 2).astype(np.float64)
    if len(slim) < 3:
        return None
    # Pixel k of the finer grid lies at (k + 0.5) / finer - 0.5 samples; the padding moved it by one.
    return np.asarray(((slim - 1 + 0.5) / _FINER - 0.5) * step_mm + np.array(corner), np.float64)


def polygon_centre(polygon: Polygon) -> Polygon:
    """Return the centroid (x, y) of the area within `polygon`."""
    x, y = (polygon - polygon[0]).T
    nx, ny = np.roll(x, -1), np.roll(y, -1)
    cross = x * ny - nx * y
    offset = np.array([((x + nx) * cross).sum(), ((y + ny) * cross).sum()]) / (3 * cross.sum())
    return np.asarray(polygon[0] + offset, np.float64)


def _with_rim(points: Polygon, rim_mm: float, corners: int = 32) -> Polygon:
    """Return the convex hull of `points` with a round rim."""
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = rim_mm * np.c_[np.cos(turns), np.sin(turns)]
    spread = (points[:, None, :] + ring[None]).reshape(-1, 2).astype(np.float32)
    return np.asarray(cv2.convexHull(spread).reshape(-1, 2), np.float64)
