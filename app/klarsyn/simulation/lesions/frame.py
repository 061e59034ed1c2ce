"""From breast space around a lesion to millimetres on one view."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field

Floats = npt.NDArray[np.float64]


class View(Protocol):
    """What lesions need to know of a compressed breast (anatomy's CompressedBreast)."""

    @property
    def thickness_mm(self) -> float:
        """Distance between support and paddle."""
        ...

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        """Return (x, y, z) in mm of a point of breast space."""
        ...

    def skin_distance(self, spacing_mm: float) -> Field:
        """Return mm inside the skin."""
        ...

    def pectoral_depth(self, spacing_mm: float) -> Field | None:
        """Return mm behind the edge of the muscle."""
        ...

    def dense_share(self, x: float, y: float) -> float:
        """Return which share of the thickness is dense at a point in mm."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where a lesion lies in the uncompressed breast: mm behind the nipple, lateral and superior of it."""

    depth: float
    lateral: float
    superior: float


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A lesion on a view: its `centre` (x, y, z) in mm, and how it is `turn`ed (3, 3) from breast space.

    A tumour is stiffer than what surrounds it: it turns with the tissue, but keeps its shape.
    """

    centre: Floats
    turn: Floats

    def to_view(self, offsets: Floats) -> Floats:
        """Return (x, y, z) in mm of points `offsets` (..., 3) away from the centre in breast space."""
        turned = sum(offsets[..., k, None] * self.turn[:, k] for k in range(3))
        return np.asarray(self.centre + turned, np.float64)


def place_points(view: View, points: Floats) -> Floats:
    """Return (n, 3) of (x, y, z) in mm of `points` (n, 3) in breast space, moved as soft tissue is."""
    return np.array([view.place(float(d), float(la), float(s)) for d, la, s in points], np.float64)


def frame_on(view: View, site: Site, step_mm: float = 4.0) -> Frame:
    """Return the frame of a lesion at `site` on `view`.

    The turn is the rotation (or mirrored rotation) nearest to what `place` does around the site.
    """
    middle = np.array([site.depth, site.lateral, site.superior])
    steps = np.concatenate([np.zeros((1, 3)), np.eye(3) * step_mm, -np.eye(3) * step_mm])
    placed = place_points(view, middle + steps)
    slope = (placed[1:4] - placed[4:7]).T / (2 * step_mm)
    left, _, right = np.linalg.svd(slope)
    return Frame(placed[0], left @ right)
