"""The margin of a solid lesion: how far it reaches in each direction, and how full it is inside and out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.rays import Field

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Margin:
    """How the margin of one kind looks; lengths in units of the radius.

    Bumps are `bumps` (fewest, most) of relative height up to `height` and `tightness` (wide to narrow).
    `soft` is how wide the margin is, `haze` how much lies outside it, `lumps` how uneven the inside is and
    `ragged` its margin, `flat` how much the plates flatten it, `reach` where it ends.
    """

    bumps: tuple[int, int]
    height: float
    tightness: tuple[float, float]
    soft: float
    haze: float
    lumps: float
    ragged: float
    flat: float
    reach: float


MARGINS = {
    LesionKind.SPICULATED_MASS: Margin((16, 24), 0.40, (6, 26), 0.10, 0.17, 0.14, 0.05, 0.95, 2.0),
    LesionKind.ILL_DEFINED_MASS: Margin((8, 14), 0.30, (3, 10), 0.22, 0.06, 0.14, 0.12, 0.9, 1.9),
    LesionKind.SMOOTH_MASS: Margin((4, 8), 0.26, (2, 6), 0.03, 0.0, 0.05, 0.0, 0.82, 1.15),
    LesionKind.ASYMMETRY: Margin((6, 10), 0.50, (2, 6), 0.42, 0.10, 0.55, 0.30, 0.6, 1.9),
}


@dataclass(frozen=True, slots=True, eq=False)
class Bumps:
    """A star-shaped body of mean radius 1: bumps on a ball, in breast space.

    `directions` (k, 3) are unit vectors, `heights` and `tightness` (k,).
    """

    directions: Floats
    heights: Floats
    tightness: Floats
    mean: float

    def radius(self, units: Field, turn: Floats) -> Field:
        """Return how far the body reaches along `units` (3, ...), unit vectors of a view turned by `turn`."""
        turned = np.stack([(self.directions * turn[axis]).sum(axis=1) for axis in range(3)], axis=1)
        total = np.ones(units.shape[1:], np.float32)
        for towards, height, tight in zip(turned, self.heights, self.tightness, strict=True):
            cosine = units[0] * np.float32(towards[0])
            cosine += units[1] * np.float32(towards[1])
            cosine += units[2] * np.float32(towards[2])
            total += np.float32(height) * np.exp(np.float32(tight) * (cosine - 1))
        return np.asarray(np.maximum(total / np.float32(self.mean), np.float32(0.4)), np.float32)


def make_bumps(margin: Margin, rng: np.random.Generator) -> Bumps:
    """Return a random body with that kind of margin; bumps go in as well as out."""
    count = int(rng.integers(margin.bumps[0], margin.bumps[1] + 1))
    directions = unit_vectors(count, rng)
    heights = margin.height * rng.uniform(0.3, 1.0, count) * np.where(rng.random(count) < 0.65, 1, -1)
    tightness = rng.uniform(*margin.tightness, count)
    # The mean over the ball of exp(t (cos - 1)) is (1 - exp(-2 t)) / 2 t.
    mean = 1 + float((heights * (1 - np.exp(-2 * tightness)) / (2 * tightness)).sum())
    return Bumps(directions, heights, tightness, max(mean, 0.5))


def unit_vectors(count: int, rng: np.random.Generator) -> Floats:
    """Return (count, 3) directions, spread evenly and at random over the ball.

    Each has its own band of the ball and a turn by the golden angle, with some wobble.
    """
    band = (np.arange(count) + rng.uniform(0.1, 0.9, count)) / count
    up = 1 - 2 * band
    around = np.arange(count) * (np.pi * (3 - np.sqrt(5))) + rng.uniform(0, 2 * np.pi)
    around = around + rng.normal(0, 0.35, count)
    flat = np.sqrt(1 - up**2)
    turned = np.stack([flat * np.cos(around), flat * np.sin(around), up], axis=1)
    # The bands' axis is turned at random, or each lesion would have its pole in the same place.
    axes = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    return np.asarray(sum(turned[:, k, None] * axes[:, k] for k in range(3)), np.float64)


def fullness(level: Field, margin: Margin, voxel: float) -> Field:
    """Return how full a lesion is, 0 to 1, where `level` is the distance in units of the margin's.

    `voxel` is the size of a sample in units of the radius: no margin is sharper than that.
    """
    soft = np.float32(max(margin.soft, 0.6 * voxel))
    filled = np.clip(np.float32(0.5) + (1 - level) / (np.float32(3.2) * soft), 0, 1)
    filled = filled * filled * (3 - 2 * filled)
    if margin.haze:
        outside = np.maximum(level - 1, 0)
        filled = np.maximum(filled, np.float32(margin.haze) * np.exp(-((outside / np.float32(0.45)) ** 2)))
    # It must end on nothing where its samples end.
    filled *= np.clip((np.float32(margin.reach) - level) / np.float32(0.12), 0, 1)
    return np.asarray(filled, np.float32)
