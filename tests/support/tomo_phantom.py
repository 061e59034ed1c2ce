"""A breast of fat with dense beads and rods at known places, cast exactly, for tests of tomosynthesis."""

from dataclasses import dataclass, field

import numpy as np

from klarsyn.simulation.rays import Beam, Part, Rays
from klarsyn.simulation.tomosynthesis.projections import Projections, tilt_angles


@dataclass(frozen=True)
class Blob:
    """A Gaussian body at (x, y, z) mm; `spread` (x, y) mm, `peak_mm` of dense tissue; inf is a rod."""

    x: float
    y: float
    z: float
    peak_mm: float = 8.0
    spread: tuple[float, float] = (0.15, 0.15)


@dataclass(frozen=True)
class PhantomView:
    """Fat from the chest wall to `depth_mm`, over all rows or, if round, thinning towards a curved skin."""

    thickness_mm: float = 40.0
    depth_mm: float = 25.0
    blobs: tuple[Blob, ...] = ()
    is_round: bool = False
    angles: list[float] = field(default_factory=list)

    def cast(self, beam: Beam, parts: tuple[Part, ...] = ()) -> Rays:
        self.angles.append(beam.angle_deg)
        y = ((np.arange(beam.rows) + 0.5) * beam.spacing_mm)[:, None]
        x = ((np.arange(beam.columns) + 0.5) * beam.spacing_mm)[None, :]
        if self.is_round:
            middle = beam.rows * beam.spacing_mm / 2
            deep = self.depth_mm - np.hypot(x, (y - middle))
            share = np.sqrt(np.clip(1 - (1 - np.clip(deep / 12, 0, 1)) ** 2, 0, 1))
        else:
            share = (x + 0 * y < self.depth_mm).astype(float)
        fat = (share * self.thickness_mm).astype(np.float32)
        dense = np.zeros_like(fat)
        for blob in self.blobs:
            sx, sy = blob.spread
            at_y = blob.y + beam.shift_mm(blob.z)
            dense += blob.peak_mm * np.exp(-0.5 * ((x - blob.x) / sx) ** 2 - 0.5 * ((y - at_y) / sy) ** 2)
        rays = Rays(beam, fat, dense)
        for part in parts:
            part.add_to(rays)
        return rays


def quiet_projections(
    view: PhantomView, *, count: int = 15, sweep_deg: float = 25.0, spacing_mm: float = 0.13,
    rows: int = 300, columns: int = 230,
) -> Projections:  # fmt: skip
    """Return projections without noise, scatter or blur: 0.05 a mm of fat, 0.09 a mm of dense tissue."""
    angles = tilt_angles(count, sweep_deg)
    stack = []
    for angle in angles:
        rays = view.cast(Beam(rows, columns, spacing_mm, angle))
        lost = (0.05 * rays.fat + 0.09 * rays.dense) / np.cos(np.deg2rad(angle))
        stack.append(np.rint(12000 * np.exp(-lost)).astype(np.uint16))
    return Projections(np.stack(stack), angles, spacing_mm, 12000.0)
