"""Power spectra of simulated mammograms against published ones; prints a table and draws the figure.

    python tests/benchmarks/power_spectra.py [--women 6] [--figure docs/images/power-spectra.png]

Measured as tests/support/power_spectrum.py says, which the test of the slope uses as well. Published for
mammograms: about 2.8 on average, single images 1.5 to 3.5 (Burgess, Proc SPIE 5034, 2003); 3.17 (0.23) in CC
and 3.30 (0.24) in MLO over 23 women (Chen, Abbey, Nosratieh, Lindfors and Boone, Med Phys 39:1435, 2012).
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from klarsyn.simulation.anatomy.density import Density

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from power_spectrum import EDGES, FIT, MIDDLES, Floats, exponent, spectra

_SHADES = {"A": 190, "B": 140, "C": 80, "D": 0}


def draw(means: dict[str, Floats], path: Path) -> None:
    """Draw power over frequency, both in decades, beside straight lines of exponent 2.6 and 3.0."""
    width, height, edge = 900, 560, 70
    canvas = np.full((height, width), 255, np.uint8)
    top = max(np.nanmax(m) for m in means.values()) * 2
    bottom = min(np.nanmin(m[np.isfinite(m)]) for m in means.values()) / 2

    def at(f: float, p: float) -> tuple[int, int]:
        x = (np.log(f) - np.log(EDGES[0])) / (np.log(EDGES[-1]) - np.log(EDGES[0]))
        y = (np.log(top) - np.log(p)) / (np.log(top) - np.log(bottom))
        return round(edge + x * (width - 2 * edge)), round(20 + y * (height - 90))

    for name, mean in means.items():
        points = [at(f, p) for f, p in zip(MIDDLES, mean, strict=True) if np.isfinite(p)]
        cv2.polylines(canvas, [np.array(points, np.int32)], False, _SHADES[name], 2, cv2.LINE_AA)
        cv2.putText(canvas, name, (points[-1][0] + 8, points[-1][1]), 0, 0.6, 0, 1, cv2.LINE_AA)
    anchor = np.nanmean([m[8] for m in means.values()])
    for beta in (2.6, 3.0):
        ends = [at(f, float(anchor * (f / MIDDLES[8]) ** -beta)) for f in FIT]
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
