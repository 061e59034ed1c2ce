"""The pectoral muscle as the heights of one view show it: a wedge with fibres along its edge."""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.anatomy.geometry import Geometry
from klarsyn.simulation.anatomy.textures import TEXTURE_MM, Textures

Field = npt.NDArray[np.float32]

_SHARE = 0.47
"""Of dense tissue in muscle: it attenuates a little less than gland, and fat streaks run through it."""
_MIDDLE = 0.45
"""Share of the thickness at which muscle reaches furthest to the front; above and below it there is fat."""
_THICK = (0.52, 0.20)
"""Share of the thickness that is muscle far behind its edge, at its upper and at its lower end."""
_CRESCENT = 0.26
"""Of the thickness, in CC."""
_ROUND_MM = 15.0
"""Behind its edge, muscle grows thicker over so many millimetres: its front is rounded."""
_WAVE_MM = 1.7
"""How far the edge strays from a smooth curve."""


class Muscle:
    """Dense share and cover of the muscle at each height, on the grid of the sheets.

    Parameters
    ----------
    depth
        mm behind the muscle's edge, (rows, columns), with pixels of `spacing_mm`.
    top_mm
        How far above the upper edge of the image the grid begins.
    """

    def __init__(
        self, geometry: Geometry, depth: Field, spacing_mm: float, top_mm: float, textures: Textures
    ) -> None:
        used = np.flatnonzero((depth > -8).any(axis=0))
        self.columns = int(used[-1]) + 1 if len(used) else 0
        self._depth = np.ascontiguousarray(depth[:, : self.columns])
        self._cc = geometry.position is ViewPosition.CC
        edge = geometry.outline.pectoral
        along = edge[min(150, len(edge) - 1)] - edge[0]
        along = along / np.hypot(*along)
        y, x = np.mgrid[: depth.shape[0], : self.columns].astype(np.float32) * np.float32(spacing_mm)
        y -= np.float32(top_mm)
        # Fibres run along the edge and converge upwards, to the arm.
        u = x * along[0] + y * along[1]
        v = (y * along[0] - x * along[1]) * (1 - 0.0016 * u) + 0.0009 * u * u
        self._u, self._v = (np.asarray(a, np.float32) for a in (u, v))
        self._textures = textures
        lower = float(edge[edge[:, 0] > 0, 1].max(initial=1.0))
        thick = np.interp(y[:, :1] / lower, (0.0, 1.0), _THICK)
        self._half = np.asarray(thick / 2, np.float32)
        waves = self._lay(textures.channels[..., 0], 5.0, 3.0, 0.0)
        cv2.GaussianBlur(waves, (0, 0), 1.6 / spacing_mm, dst=waves)
        self._edge_waves = waves
        self._fibres = self._lay(textures.fibres, 5.0, 0.9, 0.0)

    def _lay(self, texture: Field, long: float, wide: float, shift_mm: float) -> Field:
        """Return a texture stretched so many times along and across the fibres."""
        u = self._u * np.float32(1 / (long * TEXTURE_MM)) + np.float32(shift_mm / TEXTURE_MM)
        v = self._v * np.float32(1 / (wide * TEXTURE_MM)) + np.float32(1.7 * shift_mm / TEXTURE_MM)
        laid = cv2.remap(np.ascontiguousarray(texture), u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return np.asarray(laid, np.float32)

    def at(self, share: float) -> tuple[Field, Field] | None:
        """Return (cover 0 to 1, dense share) over the first `columns` columns at a height (0 to 1).

        Where muscle is thickest it reaches furthest to the front, so that it fades in behind its edge.
        """
        away = abs(share - _MIDDLE)
        if not self.columns or (self._cc and away > _CRESCENT / 2):
            return None
        if away > _THICK[0] / 2:  # Fat over and under muscle has few septa.
            few = np.clip(self._depth * np.float32(0.1), 0, np.float32(0.7))
            return few, np.full(few.shape, 0.02, np.float32)
        blur = np.float32(9.0 if self._cc else 2.4 + 34 * away)
        offset = (
            np.float32(0.0) if self._cc else np.float32(_ROUND_MM) * (away / self._half) ** np.float32(1.7)
        )
        cover = self._depth - offset
        cover += np.float32(_WAVE_MM) * self._edge_waves
        cover /= blur
        cover += np.float32(0.5)
        np.clip(cover, 0, 1, out=cover)
        if not self._cc:
            # Its lower end is thinner than one sheet: there, muscle covers in part.
            cover *= np.clip((self._half - np.float32(away)) * np.float32(12) + np.float32(0.4), 0, 1)
        fibres = np.roll(self._fibres, (round(977 * share), round(311 * share)), axis=(0, 1))
        streaks = np.maximum(fibres - np.float32(0.9), 0)
        return cover, np.float32(_SHARE) + np.float32(0.03) * fibres - np.float32(0.12) * streaks
