"""The projections of one tomosynthesis view, as the detector gave them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """Raw projections: `stack` (n, rows, columns) uint16, linear in photons, and the tilt of each.

    `air` is the stored value behind nothing. Frame of rays.py: chest wall at left, a point at height z
    moves z * tan(angle) along y.
    """

    stack: npt.NDArray[np.uint16]
    angles_deg: tuple[float, ...]
    spacing_mm: float
    air: float


def tilt_angles(count: int, sweep_deg: float) -> tuple[float, ...]:
    """Return `count` angles evenly over the sweep, from minus to plus half of it."""
    if count < 2 or not 0 < sweep_deg < 120:
        raise ValueError(
            f"Tomosynthesis with {count} projections over {sweep_deg:g}° is impossible: give at least two "
            "projections and a sweep between 0° and 120°."
        )
    return tuple(float(a) for a in np.linspace(-sweep_deg / 2, sweep_deg / 2, count))
