"""Curves in breast space: how all that is thin and long in the breast is written down."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """`n` curves of `p` points each, of one width.

    `points` is (n, p, 3): depth, lateral, superior in mm. `area_mm2` is (n, p), the cross-section of dense
    tissue; `width_mm` the standard deviation of its profile across the beam; `ribbon_mm` how far it
    extends along the beam, since ligaments are bands rather than threads. `in_gland` is how much of it
    shows where it runs through glandular tissue.
    """

    points: Array
    area_mm2: Array
    width_mm: float
    ribbon_mm: float
    in_gland: float


def wander(start: Array, end: Array, sway: float, points: int, rng: np.random.Generator) -> Array:
    """Return gently meandering curves (n, points, 3) from `start` to `end` (n, 3)."""
    t = np.linspace(0, 1, points, dtype=np.float32)
    along = (end - start)[:, None, :]
    length = np.sqrt((along**2).sum(axis=2, keepdims=True))
    curve = start[:, None, :] + t[None, :, None] * along
    for k in (1, 2, 3, 5):
        push = rng.normal(0, sway / k**1.7, (len(start), 1, 3)).astype(np.float32)
        phase = rng.uniform(-0.6, 0.6, (len(start), 1, 1)).astype(np.float32)
        curve = curve + push * length * np.sin(np.pi * k * t[None, :, None] + phase)
    return np.asarray(curve, np.float32)


def come_and_go(count: int, points: int, area: float, rng: np.random.Generator) -> Array:
    """Return cross-sections (count, points) that rise and fall along each curve; a few curves are strong."""
    t = (np.arange(points) + 0.5)[None, :] / points
    strength = area * np.minimum(rng.lognormal(-0.4, 0.75, (count, 1)), 2.4)
    # A band is seen where it stands along the beam: its brightness comes and goes.
    waves = sum(
        rng.normal(0, 0.45, (count, 1)) * np.sin(np.pi * k * t + rng.uniform(0, 6.3, (count, 1)))
        for k in (2, 5, 9)
    )
    return np.asarray(strength * np.sin(np.pi * t) * np.clip(0.9 + 0.8 * waves, 0.2, 2), np.float32)
