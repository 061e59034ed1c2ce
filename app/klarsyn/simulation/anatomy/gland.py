"""Where glandular tissue lies inside the breast, in three dimensions, so that all views agree.

A coarse volume of breast space carries a potential: tissue is glandular where it is positive. It is a
power-law field inside a cone that opens from the nipple to the upper outer quadrant. What is finer than
its voxels is added at each height of a view (sheets.py).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from klarsyn.simulation.anatomy.density import FILLS, Density
from klarsyn.simulation.anatomy.noise import power_law_field
from klarsyn.simulation.anatomy.shape import BreastShape

Field = npt.NDArray[np.float32]

_VOXEL_MM = 1.5
_SHAPE = (80, 128, 128)
_LOWEST = -6.0


@dataclass(frozen=True, slots=True, eq=False)
class Gland:
    """`potential` in voxels of (depth, lateral, superior): the share of gland is its logistic function.

    `scale_mm` is mm per voxel; lateral and superior are 0 in the middle of their axes.
    """

    potential: Field
    scale_mm: float

    def at(self, depth: Field, lateral: Field, superior: Field) -> Field:
        """Return the potential at points of breast space, linear between voxels."""
        middle = (_SHAPE[1] - 1) / 2
        where = np.stack(
            [
                depth / np.float32(self.scale_mm) - np.float32(0.5),
                lateral / np.float32(self.scale_mm) + np.float32(middle),
                superior / np.float32(self.scale_mm) + np.float32(middle),
            ]
        )
        values = map_coordinates(self.potential, where, order=1, mode="constant", cval=_LOWEST)
        return np.asarray(values, np.float32)


def make_gland(
    shape: BreastShape, density: Density, common: np.random.Generator, own: np.random.Generator
) -> Gland:
    """Grow the glandular tissue of one breast.

    `common` must be in the same state for both breasts of a woman: they are like each other, not copies.
    """
    scale = _VOXEL_MM * shape.depth / 92
    field = 0.95 * power_law_field(common, _SHAPE, _VOXEL_MM, 60.0, beta=3.0, shortest_mm=1.6)
    field += 0.72 * power_law_field(own, _SHAPE, _VOXEL_MM, 60.0, beta=3.0, shortest_mm=1.6)
    skew = common.uniform(0.10, 0.30) + 0.05 * own.standard_normal()
    depth = (np.arange(_SHAPE[0], dtype=np.float32) + 0.5)[:, None, None] * _VOXEL_MM
    lateral = (np.arange(_SHAPE[1], dtype=np.float32) - (_SHAPE[1] - 1) / 2)[None, :, None] * _VOXEL_MM
    superior = (np.arange(_SHAPE[2], dtype=np.float32) - (_SHAPE[2] - 1) / 2)[None, None, :] * _VOXEL_MM
    fill = FILLS[density]
    # The cone opens from under the nipple and thins out before the chest wall (retromammary fat); its
    # axis drifts to the upper outer quadrant. The field decides where its border really is.
    t = depth / 92
    radius = fill.reach * (7 + 58 * np.clip(t, 0, 1) ** 0.8)
    squared = ((lateral - skew * depth) / radius) ** 2 + ((superior - 0.7 * skew * depth) / radius) ** 2
    envelope = 1.3 * (1 - squared) - 4.0 * np.clip(t - 0.70, 0, 1)
    # Nothing may reach the walls of the volume: they would show as straight edges.
    envelope -= 4 * np.clip(1 - (94 - np.sqrt(lateral**2 + superior**2)) / 28, 0, 1)
    envelope -= 4 * np.clip(1 - (118 - depth) / 18, 0, 1)
    envelope -= 4 * np.clip(1 - (t + 0.01) / 0.06, 0, 1)
    field += envelope - fill.threshold
    field *= np.float32(1 / 0.42)
    return Gland(np.maximum(field, np.float32(_LOWEST)).astype(np.float32), scale)
