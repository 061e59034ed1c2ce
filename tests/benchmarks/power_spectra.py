"""Power spectra of simulated mammograms against published ones; prints a table and draws the figure.

    python tests/benchmarks/power_spectra.py [--women 6] [--figure docs/images/power-spectra.png]

Log exposure of CC casts without noise, 25.6 mm squares inside the breast, Hann window, radial mean of the
power; exponent beta of power = 1 / f ** beta between 0.15 and 0.7 cycles/mm. Published for mammograms: about
2.8 on average, single images 1.5 to 3.5 (Burgess, Proc SPIE 5034, 2003); 3.17 (0.23) in CC and 3.30 (0.24) in
MLO over 23 women (Chen, Abbey, Nosratieh, Lindfors and Boone, Med Phys 39:1435, 2012).
"""

import argparse
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.rays import Beam
from klarsyn.simulation.xray.materials import effective_spectrum

Floats = npt.NDArray[np.float64]

_SPACING = 0.1
_SIDE = 256
_EDGES = np.geomspace(0.05, 3.0, 25)
_FIT = (0.15, 0.7)
_SHADES = {"A": 190, "B": 140, "C": 80, "D": 0}


def spectra(density: Density, women: int) -> list[Floats]:
    """Return the radial power of each square that lies wholly in the breast, one row a square."""
    spectrum = effective_spectrum("TUNGSTEN", "RHODIUM", 28)
    found = []
    for number in range(women):
        breast = make_woman((77, number), density).breast(Laterality.LEFT)
        view = breast.compress(ViewPosition.CC, 229.4, 191.4, 0)
        rays = view.cast(Beam(2294, 1914, _SPACING))
        passed = sum(
            share * np.exp(-fat * rays.fat - dense * rays.dense)
            for share, fat, dense in zip(spectrum.share, spectrum.fat, spectrum.dense, strict=True)
        )
        depth = -np.log(np.asarray(passed, np.float64))
        skin = view.skin_distance(_SPACING)
        for top in range(0, 2294 - _SIDE, _SIDE // 2):
            for left in range(100, 1914 - _SIDE, _SIDE // 2):
                square = np.s_[top : top + _SIDE, left : left + _SIDE]
                if skin[square].min() > 12:
                    found.append(radial(depth[square]))
    return found


def radial(square: Floats) -> Floats:
    """Return mean power in rings of `_EDGES`."""
    window = np.outer(np.hanning(_SIDE), np.hanning(_SIDE))
    power = np.abs(np.fft.fft2((square - square.mean()) * window)) ** 2
    f = np.fft.fftfreq(_SIDE, _SPACING)
    distance = np.hypot(f[:, None], f[None, :])
    rings = [(distance >= a) & (distance < b) for a, b in pairwise(_EDGES)]
    return np.array([power[ring].mean() if ring.any() else np.nan for ring in rings])


def exponent(power: Floats) -> float:
    """Return beta over `_FIT`."""
    middle = np.sqrt(_EDGES[:-1] * _EDGES[1:])
    use = (middle >= _FIT[0]) & (middle <= _FIT[1]) & np.isfinite(power)
    return -float(np.polyfit(np.log(middle[use]), np.log(power[use]), 1)[0])


def draw(means: dict[str, Floats], path: Path) -> None:
    """Draw power over frequency, both in decades, beside straight lines of exponent 2.6 and 3.0."""
    width, height, edge = 900, 560, 70
    canvas = np.full((height, width), 255, np.uint8)
    middle = np.sqrt(_EDGES[:-1] * _EDGES[1:])
    top = max(np.nanmax(m) for m in means.values()) * 2
    bottom = min(np.nanmin(m[np.isfinite(m)]) for m in means.values()) / 2

    def at(f: float, p: float) -> tuple[int, int]:
        x = (np.log(f) - np.log(_EDGES[0])) / (np.log(_EDGES[-1]) - np.log(_EDGES[0]))
        y = (np.log(top) - np.log(p)) / (np.log(top) - np.log(bottom))
        return round(edge + x * (width - 2 * edge)), round(20 + y * (height - 90))

    for name, mean in means.items():
        points = [at(f, p) for f, p in zip(middle, mean, strict=True) if np.isfinite(p)]
        cv2.polylines(canvas, [np.array(points, np.int32)], False, _SHADES[name], 2, cv2.LINE_AA)
        cv2.putText(canvas, name, (points[-1][0] + 8, points[-1][1]), 0, 0.6, 0, 1, cv2.LINE_AA)
    anchor = np.nanmean([m[8] for m in means.values()])
    for beta in (2.6, 3.0):
        ends = [at(f, float(anchor * (f / middle[8]) ** -beta)) for f in _FIT]
        cv2.line(canvas, ends[0], ends[1], 0, 1, cv2.LINE_AA)
        cv2.putText(canvas, f"1/f^{beta}", (ends[1][0] + 4, ends[1][1]), 0, 0.5, 0, 1, cv2.LINE_AA)
    for f in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0):
        x, _ = at(f, bottom)
        cv2.line(canvas, (x, height - 70), (x, height - 64), 0, 1)
        cv2.putText(canvas, f"{f:g}", (x - 12, height - 45), 0, 0.5, 0, 1, cv2.LINE_AA)
    caption = "power of log exposure, arbitrary unit, over cycles/mm, for each density"
    cv2.putText(canvas, caption, (edge, height - 15), 0, 0.55, 0, 1, cv2.LINE_AA)
    cv2.imwrite(str(path), canvas)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=6)
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    means = {}
    print("| density | squares | exponent of the mean spectrum | mean of squares | standard deviation |")
    print("|---|---:|---:|---:|---:|")
    for density in Density:
        found = spectra(density, options.women)
        means[density.value] = np.mean(found, axis=0)
        betas = [exponent(one) for one in found]
        own = exponent(means[density.value])
        print(f"| {density.value} | {len(found)} | {own:.2f} | {np.mean(betas):.2f} | {np.std(betas):.2f} |")
    if options.figure:
        draw(means, options.figure)


if __name__ == "__main__":
    main()
