"""Where glandular tissue lies inside the breast, in three dimensions, so that CC and MLO agree.

A coarse volume of breast space carries lobules and gaps as a thresholded power-law field inside a cone
that opens from the nipple to the upper outer quadrant; both views are projections of it. What is
finer than its voxels is added in the image (tissue.py).
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.breast import BreastShape, ViewGeometry
from klarsyn.simulation.tissue import power_law_field

Field = npt.NDArray[np.float32]

_VOXEL_MM = 1.5
_SHAPE = (80, 128, 128)


class Density(StrEnum):
    """ACR BI-RADS breast composition, 5th edition."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


# Threshold of the field (higher is fattier) and share of the cone's radius that may fill with tissue.
_FILL = {Density.A: (1.9, 0.85), Density.B: (1.55, 0.92), Density.C: (0.75, 1.0), Density.D: (-0.25, 1.1)}


@dataclass(frozen=True, slots=True, eq=False)
class GlandularVolume:
    """Share of glandular tissue, 0 to 1, in voxels of (depth, lateral, superior).

    `scale` is mm per voxel; lateral and superior are 0 in the middle of their axes.
    """

    share: Field
    scale: float

    def project(self, position: ViewPosition) -> Field:
        """Return mean glandular length in mm on (depth, up): summed along the beam of that view."""
        if position is ViewPosition.CC:
            plane = self.share.sum(axis=2)
        else:
            n = self.share.shape[1]
            turn = cv2.getRotationMatrix2D(((n - 1) / 2, (n - 1) / 2), -45.0, 1.0)
            # Rows are lateral, columns superior; turned, rows are "up" and columns lie along the beam.
            plane = np.stack([cv2.warpAffine(slab, turn, (n, n)).sum(axis=1) for slab in self.share])
        return np.asarray(plane * np.float32(self.scale), np.float32)

    def on_view(self, view: ViewGeometry, spacing_mm: float) -> Field:
        """Return glandular length in mm for each pixel of `spacing_mm`."""
        rows, columns = round(view.height_mm / spacing_mm), round(view.width_mm / spacing_mm)
        plane = self.project(view.position)
        ax, ay = view.axis
        nx, ny = view.nipple
        middle = (plane.shape[1] - 1) / 2
        # Pixel (column, row) -> plane (up, depth), the inverse of ViewGeometry.place.
        to_depth = np.array([ax, ay, -(nx * ax + ny * ay)])
        to_up = np.array([-ay, ax, nx * ay - ny * ax])
        half = spacing_mm / 2
        matrix = np.stack([to_up, to_depth]) / self.scale
        matrix = np.c_[matrix[:, :2] * spacing_mm, matrix[:, 2] + matrix[:, :2].sum(axis=1) * half]
        matrix[0, 2] += middle
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return np.maximum(cv2.warpAffine(plane, matrix, (columns, rows), flags=flags), 0)


def make_glandular_volume(
    shape: BreastShape, density: Density, common: np.random.Generator, own: np.random.Generator
) -> GlandularVolume:
    """Grow the glandular tissue of one breast.

    `common` must be in the same state for both breasts of a woman: they are like each other, not copies.
    """
    scale = _VOXEL_MM * shape.depth / 92
    field = 0.78 * power_law_field(common, _SHAPE, _VOXEL_MM, 70.0, beta=3.0, shortest_mm=2.0)
    field += 0.62 * power_law_field(own, _SHAPE, _VOXEL_MM, 70.0, beta=3.0, shortest_mm=2.0)
    skew = common.uniform(0.10, 0.30) + 0.05 * own.standard_normal()
    depth = (np.arange(_SHAPE[0], dtype=np.float32) + 0.5)[:, None, None] * _VOXEL_MM
    lateral = (np.arange(_SHAPE[1], dtype=np.float32) - (_SHAPE[1] - 1) / 2)[None, :, None] * _VOXEL_MM
    superior = (np.arange(_SHAPE[2], dtype=np.float32) - (_SHAPE[2] - 1) / 2)[None, None, :] * _VOXEL_MM
    threshold, reach = _FILL[density]
    # The cone opens from under the nipple and thins out before the chest wall (retromammary fat); its
    # axis drifts to the upper outer quadrant. The field decides where its border really is.
    t = depth / 92
    radius = reach * (7 + 58 * np.clip(t, 0, 1) ** 0.8)
    off_lateral, off_superior = skew * depth * 1.0, skew * depth * 0.7
    squared = ((lateral - off_lateral) / radius) ** 2 + ((superior - off_superior) / radius) ** 2
    envelope = 1.3 * (1 - squared) - 4.0 * np.clip(t - 0.70, 0, 1)
    share = 1 / (1 + np.exp(-np.clip(envelope + field - threshold, -6, 6) / 0.40))
    # Nothing may reach the walls of the volume: they would show as straight edges.
    share *= np.clip((94 - np.sqrt(lateral**2 + superior**2)) / 28, 0, 1) * np.clip((118 - depth) / 18, 0, 1)
    share *= np.clip((1.7 - np.sqrt(squared)) / 0.7, 0, 1) * np.clip((t + 0.01) / 0.06, 0, 1)
    return GlandularVolume(np.ascontiguousarray(share, np.float32), scale)
