"""The measures of a breast: alike on both sides of a woman, and a little different at every visit."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, slots=True)
class BreastShape:
    """One breast's measures in mm, as it lies under compression."""

    depth: float
    """Nipple to chest wall in CC."""
    lateral: float
    """From the nipple along the chest wall to the lateral end, in CC."""
    medial: float
    """The same to the medial end."""
    thickness: float
    """Under compression in CC."""
    fullness: float
    """0 flat flanks to 1 full flanks."""
    point: float
    """0 round to 1 pointed in front."""
    pectoral_width: float
    """Of the muscle at the upper edge of MLO."""
    pectoral_length: float
    """Of the muscle along the chest wall of MLO."""
    nipple_length: float
    """How far the nipple stands out when it is in profile."""
    droop: float
    """0 firm to 1 pendulous: the nipple sits lower in MLO."""

    @property
    def half_width(self) -> float:
        """Half of the extent along the chest wall; before compression, that along the beam too."""
        return 0.5 * (self.lateral + self.medial)


def make_shape(rng: np.random.Generator, thickness_mm: float) -> BreastShape:
    """Return a woman's breast shape: larger breasts are thicker under compression."""
    # Half of what decides about thickness is size, the rest is how soft the breast is.
    depth = float(np.clip(88 + 0.65 * (thickness_mm - 55) + rng.normal(0, 8), 65, 110))
    chord = float(np.clip(depth * rng.normal(2.06, 0.13), 150, 208))
    lateral = chord * rng.uniform(0.49, 0.56)
    return BreastShape(
        depth=depth,
        lateral=lateral,
        medial=chord - lateral,
        thickness=thickness_mm,
        fullness=float(rng.uniform(0, 1)),
        point=float(rng.uniform(0, 1)),
        pectoral_width=float(rng.uniform(42, 66)),
        pectoral_length=float(rng.uniform(110, 150)),
        nipple_length=float(rng.uniform(3.0, 6.5)),
        droop=float(rng.uniform(0.1, 0.9)),
    )


def vary(shape: BreastShape, rng: np.random.Generator, spread: float) -> BreastShape:
    """Return a shape that is `spread` (a share, one standard deviation) different in every measure."""

    def one(value: float, times: float = 1.0) -> float:
        return float(value * (1 + np.clip(rng.normal(0, 1), -2, 2) * spread * times))

    def share(value: float) -> float:
        return float(np.clip(value + rng.normal(0, 2 * spread), 0, 1))

    return replace(
        shape,
        depth=one(shape.depth),
        lateral=one(shape.lateral),
        medial=one(shape.medial),
        thickness=float(np.clip(one(shape.thickness), 20, 100)),
        fullness=share(shape.fullness),
        point=share(shape.point),
        pectoral_width=one(shape.pectoral_width, 3),
        pectoral_length=one(shape.pectoral_length, 2),
        nipple_length=one(shape.nipple_length, 4),
        droop=share(shape.droop),
    )
