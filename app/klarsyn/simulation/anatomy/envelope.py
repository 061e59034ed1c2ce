"""The body of the compressed breast: its length along rays, its skin, its nipple."""

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.distance import GRID_MM
from klarsyn.simulation.anatomy.geometry import SKIN_MM, Geometry
from klarsyn.simulation.anatomy.nipple import areola, nipple_length
from klarsyn.simulation.anatomy.resample import add_shifted, resample

Field = npt.NDArray[np.float32]

BEYOND_MM = 40.0
"""How far above and below the image tilted beams find tissue: 80 mm of breast at 25 degrees."""
_LAYERS = 28
"""Slabs that a tilted beam sees shifted against each other."""


class Envelope:
    """Hull of one view. `nipple_mm` is the nipple's length."""

    def __init__(self, geometry: Geometry, nipple_mm: float) -> None:
        self._geometry, self._nipple_mm = geometry, nipple_mm

    def cast(self, shape: tuple[int, int], spacing_mm: float, slope: float) -> tuple[Field, Field]:
        """Return (mm of breast, mm of skin and nipple) along rays, on a grid with pixels of `spacing_mm`."""
        if slope:
            total, inner = (
                np.maximum(resample(field, GRID_MM, shape, spacing_mm, top_mm=BEYOND_MM, cubic=False), 0)
                for field in self._tilted(slope)
            )
        else:
            skin = resample(self._geometry.skin, GRID_MM, shape, spacing_mm)
            total = self._geometry.length(skin)
            inner = self._geometry.length(skin, SKIN_MM)
        hull = np.subtract(total, inner, out=inner)
        x, y = _grid(shape, spacing_mm, self._geometry.thickness_mm / 2 * slope)
        near = self._near_nipple(shape, spacing_mm)
        dx, dy = x[:, near[1]], y[near[0]]
        # Thicker skin at the areola, on both faces.
        hull[near] += 2 * areola(self._geometry.outline, dx, dy) * (total[near] > 0)
        np.minimum(hull[near], total[near], out=hull[near])
        nipple = nipple_length(self._geometry.outline, self._nipple_mm, dx, dy)
        hull[near] += nipple
        np.minimum(hull[near], total[near], out=hull[near])
        return total, hull

    def _near_nipple(self, shape: tuple[int, int], spacing_mm: float) -> tuple[slice, slice]:
        (x, y), reach = self._geometry.outline.nipple, 40.0
        rows = slice(max(0, int((y - reach) / spacing_mm)), min(shape[0], int((y + reach) / spacing_mm)))
        return rows, slice(max(0, int((x - reach) / spacing_mm)), shape[1])

    @cached_property
    def _lengths(self) -> tuple[Field, Field]:
        """Lengths of breast and of what lies under the skin, on a grid that reaches beyond the image."""
        around = self._geometry.beyond(BEYOND_MM)
        return around.length(around.skin), around.length(around.skin, SKIN_MM)

    def _tilted(self, slope: float) -> tuple[Field, Field]:
        """Return `_lengths` as a tilted beam sees them, summed from shifted slabs."""
        thick = self._geometry.thickness_mm / _LAYERS
        # Within a slab, too, the beam walks on: without that, the skin would be a stair.
        walk = abs(thick * slope) / GRID_MM
        reach = int(np.ceil(walk / 2 + 0.5))
        ends = np.clip(np.arange(-reach, reach + 2) - 0.5, -walk / 2, walk / 2)
        kernel = np.diff(ends) / max(walk, 1e-9)
        sums = []
        for length in self._lengths:
            total = np.zeros_like(length)
            half = length * np.float32(0.5)
            for k in range(_LAYERS):
                z = (k + 0.5) * thick
                slab = half + np.float32(thick / 2 - abs(z - self._geometry.thickness_mm / 2))
                np.clip(slab, 0, np.float32(thick), out=slab)
                add_shifted(total, slab, z * slope / GRID_MM)
            sums.append(cv2.sepFilter2D(total, -1, np.ones(1), kernel, borderType=cv2.BORDER_REPLICATE))
        return np.asarray(sums[0], np.float32), np.asarray(sums[1], np.float32)


def _grid(shape: tuple[int, int], spacing_mm: float, down_mm: float) -> tuple[Field, Field]:
    """Return (1, columns) x and (rows, 1) y in mm; what is drawn with them lies `down_mm` further down."""
    x = (np.arange(shape[1], dtype=np.float32) + np.float32(0.5)) * np.float32(spacing_mm)
    y = (np.arange(shape[0], dtype=np.float32) + np.float32(0.5)) * np.float32(spacing_mm)
    return x[None, :], y[:, None] - np.float32(down_mm)
