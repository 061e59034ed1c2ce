"""Power spectra of simulated breasts: the one way in which the benchmark and the test measure them.

Log exposure of CC casts without noise, squares of 25.6 mm inside the breast, Hann window, radial mean of the
power; exponent beta of power = 1 / f ** beta between 0.15 and 0.7 cycles/mm.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import scipy.fft

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.rays import Beam, Field
from klarsyn.simulation.xray.materials import effective_spectrum

Floats = npt.NDArray[np.float64]

SPACING_MM = 0.1
ROWS, COLUMNS = 2294, 1914
SIDE = 256
FIT = (0.15, 0.7)
"""Cycles/mm between which the exponent is fitted."""
EDGES = np.geomspace(0.05, 3.0, 25)
MIDDLES = np.sqrt(EDGES[:-1] * EDGES[1:])
_UNDER_THE_SKIN_MM = 12.0


def spectra(density: Density, women: int) -> list[Floats]:
    """Return the radial power of each square that lies wholly in the breast, one row a square."""
    found = []
    for number in range(women):
        depth, skin = _log_exposure(density, number)
        for top in range(0, ROWS - SIDE, SIDE // 2):
            for left in range(100, depth.shape[1] - SIDE, SIDE // 2):
                square = np.s_[top : top + SIDE, left : left + SIDE]
                if skin[square].min() > _UNDER_THE_SKIN_MM:
                    found.append(radial(depth[square]))
    return found


def _log_exposure(density: Density, number: int) -> tuple[Field, Field]:
    """Return log exposure behind the left breast of a woman, and mm inside its skin."""
    spectrum = effective_spectrum("TUNGSTEN", "RHODIUM", 28)
    breast = make_woman((77, number), density).breast(Laterality.LEFT)
    view = breast.compress(ViewPosition.CC, ROWS * SPACING_MM, COLUMNS * SPACING_MM, 0)
    rays = view.cast(Beam(ROWS, COLUMNS, SPACING_MM))
    skin = view.skin_distance(SPACING_MM)
    used = int(np.flatnonzero((skin > 0).any(axis=0))[-1]) + 1  # In front of the nipple there is only air.
    part = np.s_[:, :used]
    passed = np.zeros(rays.fat[part].shape, np.float32)
    for share, fat, dense in zip(spectrum.share, spectrum.fat, spectrum.dense, strict=True):
        depth = np.float32(fat) * rays.fat[part] + np.float32(dense) * rays.dense[part]
        passed += np.float32(share) * np.exp(-depth)
    return -np.log(passed), skin[part]


def radial(square: Field) -> Floats:
    """Return the mean power of a square (SIDE, SIDE) in rings of `EDGES`; nan where a ring is empty."""
    window, rings = _window_and_rings()
    power = np.abs(scipy.fft.fft2((square - square.mean(dtype=np.float64)) * window)) ** 2
    total = np.bincount(rings, power.ravel(), len(EDGES) + 1)[1:-1]
    count = np.bincount(rings, minlength=len(EDGES) + 1)[1:-1]
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


@cache
def _window_and_rings() -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return the Hann window, and for each frequency the number of its ring (0 below all, 25 above)."""
    f = np.fft.fftfreq(SIDE, SPACING_MM)
    window = np.outer(np.hanning(SIDE), np.hanning(SIDE))
    return window, np.digitize(np.hypot(f[:, None], f), EDGES).ravel()


def exponent(power: Floats) -> float:
    """Return beta over `FIT`."""
    use = (FIT[0] <= MIDDLES) & (FIT[1] >= MIDDLES) & np.isfinite(power)
    return -float(np.polyfit(np.log(MIDDLES[use]), np.log(power[use]), 1)[0])
