"""Tissue at each height of a compressed breast: sheets of dense tissue, a few millimetres apart."""

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.distance import GRID_MM
from klarsyn.simulation.anatomy.geometry import SKIN_MM, Geometry
from klarsyn.simulation.anatomy.gland import Gland
from klarsyn.simulation.anatomy.grain import along_grain
from klarsyn.simulation.anatomy.muscle import Muscle
from klarsyn.simulation.anatomy.potential import COARSE_MM, Potential
from klarsyn.simulation.anatomy.pull import Pull, origin
from klarsyn.simulation.anatomy.resample import add_shifted, resample
from klarsyn.simulation.anatomy.textures import TEXTURE_MM, Textures

Field = npt.NDArray[np.float32]

SHEET_MM = 0.2
"""Pixel of a sheet."""
_LOBULES, _GRAIN, _STEEP = 1.35, 1.0, 1.5
"""What the textures add to the potential, and how sharp the border of fat and gland is."""
_GLAND, _CORE, _UNEVEN = 0.46, 0.03, 0.11
"""Dense share of gland at its border, what each unit of potential adds inside, and each of grain."""


class Sheets:
    """The sheets of one view; each is made when it is needed and kept if a tilted beam asks for it.

    Parameters
    ----------
    offsets
        (count, 2) mm: where in the textures each sheet looks, the same at every visit.
    top_mm
        How far above the image the grid begins: `geometry` reaches beyond it for tilted beams.
    """

    def __init__(
        self,
        geometry: Geometry,
        gland: Gland,
        textures: Textures,
        density: Density,
        offsets: npt.NDArray[np.float32],
        pulls: tuple[Pull, ...],
        top_mm: float = 0.0,
    ) -> None:
        self.top_mm = top_mm
        self._geometry, self._gland, self._textures = geometry, gland, textures
        self._density, self._offsets, self._pulls = density, offsets, pulls
        self.count = len(offsets)
        # Nothing lies in front of the nipple: those columns are left out.
        used = np.flatnonzero((geometry.skin > 0).any(axis=0))
        width = min(geometry.width_mm, (used[-1] + 4) * GRID_MM)
        self.shape = (int(np.ceil(geometry.height_mm / SHEET_MM)), int(np.ceil(width / SHEET_MM)))
        rows, columns = (int(np.ceil(n * SHEET_MM / COARSE_MM)) + 1 for n in self.shape)
        heights = tuple(self.height(k) for k in range(self.count))
        self._potential = Potential(
            geometry, gland, textures, density, heights, (rows, columns), offsets[0], pulls, top_mm
        )
        self._kept: list[Field] | None = None
        self._sum: Field | None = None

    def beyond(self, margin_mm: float) -> "Sheets":
        """Return the same tissue on a grid that reaches `margin_mm` further up and down."""
        return Sheets(
            self._geometry.beyond(margin_mm), self._gland, self._textures, self._density, self._offsets,
            self._pulls, margin_mm,
        )  # fmt: skip

    def height(self, k: int) -> float:
        """Return mm above the support of the middle of sheet `k`."""
        return (k + 0.5) * self._geometry.thickness_mm / self.count

    def cast(self, slope: float) -> Field:
        """Return mm of dense tissue along rays that move height z by z * `slope` along y.

        The array may be kept for the next cast: do not write on it.
        """
        if not slope:
            if self._sum is None:
                self._sum = np.zeros(self.shape, np.float32)
                for k in range(self.count):
                    self._sum += self._kept[k] if self._kept else self._make(k)
            return self._sum
        if self._kept is None:
            self._kept = [self._make(k) for k in range(self.count)]
        total = np.zeros(self.shape, np.float32)
        for k, sheet in enumerate(self._kept):
            add_shifted(total, sheet, self.height(k) * slope / SHEET_MM)
        return total

    @cached_property
    def dense_length(self) -> Field:
        """Mm of glandular tissue on a coarse grid of `coarse_mm`, without what is finer."""
        slabs = np.stack([self._slab(self._potential.inner, k) for k in range(self.count)])
        # What the textures add to the potential flattens the step from fat to gland (MacKay's approximation).
        flatter = _STEEP / np.sqrt(1 + np.pi / 8 * _STEEP**2 * (_LOBULES**2 + _GRAIN**2))
        share = 1 / (1 + np.exp(np.float32(-flatter) * self._potential.layers))
        return np.asarray((share * slabs).sum(axis=0), np.float32)

    coarse_mm = COARSE_MM

    @cached_property
    def inner(self) -> Field:
        """Mm of breast under the skin, on the grid of the sheets."""
        skin = resample(self._geometry.skin, GRID_MM, self.shape, SHEET_MM)
        return self._geometry.length(skin, SKIN_MM)

    def _slab(self, inner: Field, k: int) -> Field:
        """Return mm of breast in the slab of sheet `k`."""
        thick = np.float32(self._geometry.thickness_mm / self.count)
        above = np.float32(abs(self.height(k) - self._geometry.thickness_mm / 2))
        slab = inner * np.float32(0.5)
        slab += thick / 2 - above
        return np.clip(slab, 0, thick, out=slab)

    @cached_property
    def _grain(self) -> tuple[Field, Field]:
        """Texture coordinates in pixels, before a sheet's offset."""
        rows, columns = self.shape
        x = ((np.arange(columns, dtype=np.float32) + 0.5) * np.float32(SHEET_MM))[None, :]
        y = ((np.arange(rows, dtype=np.float32) + 0.5) * np.float32(SHEET_MM))[:, None]
        return along_grain(*self._geometry.off_image(x, y))

    def _coordinates(self, k: int) -> tuple[Field, Field]:
        u, v = self._grain
        du, dv = (np.float32(o / TEXTURE_MM) for o in self._offsets[k])
        u, v = u + du, v + dv
        for pull in self._pulls:
            centre = self._geometry.place(*(np.full(1, c, np.float32) for c in pull.centre))
            reach = 1.6 * pull.radius_mm
            top, left = (max(0, int((float(c[0]) - reach) / SHEET_MM)) for c in (centre[1], centre[0]))
            bottom = min(self.shape[0], int((float(centre[1][0]) + reach) / SHEET_MM))
            right = min(self.shape[1], int((float(centre[0][0]) + reach) / SHEET_MM))
            if top >= bottom or left >= right:
                continue
            y, x = np.mgrid[top:bottom, left:right].astype(np.float32) * np.float32(SHEET_MM)
            depth, up = self._geometry.off_image(x, y)
            beam = self._geometry.beam_at(self.inner[top:bottom, left:right], self.height(k))
            points = np.stack(self._geometry.turn_back(depth, up, beam), axis=-1)
            moved = origin(points, self._pulls)
            depth, up, _ = self._geometry.turn(moved[..., 0], moved[..., 1], moved[..., 2])
            inside_u, inside_v = along_grain(depth, up)
            u[top:bottom, left:right] = inside_u + du
            v[top:bottom, left:right] = inside_v + dv
        return u, v

    @cached_property
    def _muscle(self) -> Muscle | None:
        depth = self._geometry.pectoral_depth(SHEET_MM)
        if depth is None:
            return None
        fitted = depth[: self.shape[0], : self.shape[1]]
        short = self.shape[0] - len(fitted)
        if short > 0:
            fitted = np.pad(fitted, ((0, short), (0, 0)), mode="edge")
        return Muscle(self._geometry, fitted, SHEET_MM, self.top_mm, self._textures)

    def _make(self, k: int) -> Field:
        """Return mm of dense tissue in sheet `k`."""
        u, v = self._coordinates(k)
        texture = cv2.remap(self._textures.channels, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        lobules, grain, septa = cv2.split(texture)
        share = resample(self._potential.layers[k], COARSE_MM, self.shape, SHEET_MM)
        # Gland is denser where there is much of it.
        inside = np.clip(share, -2, 5)
        inside *= np.float32(_CORE)
        share += np.float32(_LOBULES) * lobules
        share += np.float32(_GRAIN) * grain
        np.clip(share, -12, 12, out=share)
        share *= np.float32(-_STEEP)
        cv2.exp(share, dst=share)
        share += 1
        np.divide(1, share, out=share)
        # Fat with a little stroma and thin walls; gland with thicker ones.
        cv2.scaleAdd(septa, 0.40, inside, dst=inside)
        inside += np.float32(_GLAND)
        grain *= np.float32(_UNEVEN)
        inside += grain
        inside *= share
        septa *= np.float32(0.23)
        septa += np.float32(0.02)
        share -= 1
        septa *= share
        inside -= septa
        muscle = self._muscle and self._muscle.at((k + 0.5) / self.count)
        if muscle:
            cover, dense = muscle
            part = inside[:, : cover.shape[1]]
            part += cover * (dense - part)
        np.clip(inside, 0, 1, out=inside)
        inside *= self._slab(self.inner, k)
        return np.asarray(inside, np.float32)
