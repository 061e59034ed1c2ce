"""How glandular each height of one view is, on a coarse grid: what the sheets add their textures to."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.anatomy.density import FILLS, Density
from klarsyn.simulation.anatomy.distance import GRID_MM
from klarsyn.simulation.anatomy.geometry import SKIN_MM, Geometry
from klarsyn.simulation.anatomy.gland import Gland
from klarsyn.simulation.anatomy.pull import Pull, origin
from klarsyn.simulation.anatomy.resample import resample
from klarsyn.simulation.anatomy.textures import Textures

Field = npt.NDArray[np.float32]

COARSE_MM = 1.6
"""Pixel of the grid."""
_CRESTS, _SHALLOWEST, _DEEPEST = 0.5, 0.4, 2.5
"""How unevenly thick the fat under the skin is, and its limits, as shares of its usual thickness."""
_RETRO_MM, _RETRO_BAYS_MM = 8.0, 5.0
"""The same in front of the muscle."""


class Potential:
    """Gland as the sheets at `heights` mm see it: `layers` is (sheets, rows, columns).

    The grid of `shape` begins `top_mm` above the image; `offset` (2,) in mm says where in the texture of bays
    it looks.
    """

    def __init__(
        self,
        geometry: Geometry,
        gland: Gland,
        textures: Textures,
        density: Density,
        heights: tuple[float, ...],
        shape: tuple[int, int],
        offset: npt.NDArray[np.float32],
        pulls: tuple[Pull, ...],
        top_mm: float,
    ) -> None:
        self._geometry, self._gland, self._bays_of = geometry, gland, textures.bays
        self._fat_mm, self._heights, self._shape = FILLS[density].subcutaneous_mm, heights, shape
        self._offset, self._pulls, self._top_mm = offset, pulls, top_mm

    @cached_property
    def inner(self) -> Field:
        """Mm of breast under the skin."""
        return self._geometry.length(self._points[2], SKIN_MM)

    @cached_property
    def _points(self) -> tuple[Field, Field, Field]:
        """Depth and height in the turned breast space, and mm inside the skin."""
        rows, columns = self._shape
        y, x = np.mgrid[:rows, :columns].astype(np.float32)
        x, y = (x + 0.5) * np.float32(COARSE_MM), (y + 0.5) * np.float32(COARSE_MM)
        skin = resample(self._geometry.skin, GRID_MM, self._shape, COARSE_MM)
        return *self._geometry.off_image(x, y), skin

    @cached_property
    def layers(self) -> Field:
        """Positive where there is gland."""
        depth, up, skin = self._points
        under, behind = np.maximum(skin - np.float32(SKIN_MM), 0), self._behind_muscle()
        layers = []
        for height in self._heights:
            # A layer of fat stays under the skin and in front of the muscle, with bays into the gland.
            bays = self._bays(height)
            thick = np.float32(self._fat_mm) * np.clip(1 + np.float32(_CRESTS) * bays, _SHALLOWEST, _DEEPEST)
            fat = 6 * np.clip(1 - under / thick, 0, 1) ** np.float32(1.3)
            if behind is not None:
                fat += 6 * np.clip(1 + behind / np.clip(_RETRO_MM + _RETRO_BAYS_MM * bays, 2.5, 22), 0, 1)
            points = self._geometry.turn_back(depth, up, self._geometry.beam_at(self.inner, height))
            if self._pulls:
                moved = origin(np.stack(points, axis=-1), self._pulls)
                points = moved[..., 0], moved[..., 1], moved[..., 2]
            layers.append(self._gland.at(*points) - fat)
        return np.stack(layers).astype(np.float32)

    def _behind_muscle(self) -> Field | None:
        behind = self._geometry.pectoral_depth(COARSE_MM)
        if behind is None or self._geometry.position is not ViewPosition.MLO:
            return None
        padded = np.full(self._shape, behind.min(), np.float32)
        rows, columns = (min(a, b) for a, b in zip(behind.shape, self._shape, strict=True))
        padded[:rows, :columns] = behind[:rows, :columns]
        return padded

    def _bays(self, height: float) -> Field:
        """Return where fat reaches deeper into the gland: smooth, standard deviation 1."""
        # Neighbouring heights look alike: bays are as high as they are wide.
        right, down = (self._offset + np.float32(height)) / COARSE_MM
        rows = np.arange(self._shape[0]) + round(float(down)) - round(self._top_mm / COARSE_MM)
        columns = np.arange(self._shape[1]) + round(float(right))
        size = len(self._bays_of)
        return self._bays_of[rows[:, None] % size, columns[None, :] % size]
