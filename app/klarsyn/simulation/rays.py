"""The one meeting place of anatomy, lesions and X-rays: what each ray crosses on its way to a pixel.

Everything is drawn in one frame: chest wall at the left edge, lateral (CC) or superior (MLO) at the top;
x is mm from the left edge, y mm from the upper edge, z mm above the breast support.

Rays are parallel. A tilted exposure moves what lies at height z by z * tan(angle) along y, the direction in
which the tube of a tomosynthesis unit travels (parallel to the chest wall). Magnification towards
the tube is left out; docs/simulation.md names it among what is not imitated.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Beam:
    """A grid of parallel rays: `rows` x `columns` pixels of `spacing_mm`, tilted by `angle_deg` along y."""

    rows: int
    columns: int
    spacing_mm: float
    angle_deg: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.rows, self.columns

    def shift_mm(self, height_mm: float) -> float:
        """Return how far along y a point at `height_mm` above the support is cast."""
        return height_mm * float(np.tan(np.deg2rad(self.angle_deg)))


@dataclass(slots=True, eq=False)
class Rays:
    """Millimetres of each material along the rays of `beam`, each (rows, columns) float32.

    `fat` is adipose tissue, `dense` fibroglandular tissue or what attenuates like so much of it (skin,
    muscle, tumour), `calcium` hydroxyapatite, None where there is none. Lengths are along z: the beam's slant
    is applied by the exposure.
    """

    beam: Beam
    fat: Field
    dense: Field
    calcium: Field | None = None

    def replace_fat(self, top: int, left: int, dense: Field) -> None:
        """Put `dense` mm of dense tissue in the place of fat, with its upper left pixel at (top, left).

        The patch is clipped to the grid. Where little fat is left, no more than that is replaced.
        """
        rows, columns = self.beam.shape
        r0, c0 = max(0, top), max(0, left)
        r1, c1 = min(rows, top + dense.shape[0]), min(columns, left + dense.shape[1])
        if r0 >= r1 or c0 >= c1:
            return
        part = dense[r0 - top : r1 - top, c0 - left : c1 - left]
        fat = self.fat[r0:r1, c0:c1]
        taken = np.minimum(part, fat)
        fat -= taken
        self.dense[r0:r1, c0:c1] += taken

    def add_calcium(self, top: int, left: int, calcium: Field) -> None:
        """Add `calcium` mm with its upper left pixel at (top, left), clipped to the grid."""
        if self.calcium is None:
            self.calcium = np.zeros(self.beam.shape, np.float32)
        rows, columns = self.beam.shape
        r0, c0 = max(0, top), max(0, left)
        r1, c1 = min(rows, top + calcium.shape[0]), min(columns, left + calcium.shape[1])
        if r0 < r1 and c0 < c1:
            self.calcium[r0:r1, c0:c1] += calcium[r0 - top : r1 - top, c0 - left : c1 - left]


class Part(Protocol):
    """Something in the breast that rays cross: a lesion, a strand, a vessel."""

    def add_to(self, rays: Rays) -> None:
        """Add its lengths to `rays`, cast by their beam."""
        ...
