"""Measure how well each lesion class is seen over contrast; prints a table and draws a figure.

    python tests/benchmarks/detectability.py [--regions 120] [--figure docs/images/detectability.png]

Regions of simulated breasts are exposed with and without one lesion of moderate conspicuity in their middle,
at shares of its planned contrast. A channelised Hotelling observer that knows lesion and place learns on
one half of them and is judged on the other. A distortion is its strands alone here: the tissue
that it draws together is not drawn again for each region.
"""

import argparse
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.hotelling import Performance, bands_of, laguerre_gauss, observe, responses
from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import LesionPart, make_lesion
from klarsyn.simulation.lesions.plan import LesionPlan, plan_lesion
from klarsyn.simulation.rays import Beam, Field, Rays
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import VENDOR_B

SPACING = 0.1
SIZE = 320
SHARES = (0.06, 0.12, 0.25, 0.5, 1.0)
FINE_SHARES = (0.01, 0.02, 0.04, 0.08, 0.16)
"""Whoever knows the place of every speck and strand needs little of them."""
CLASSES = [kind for kind in LesionKind if kind.suspicious or kind.is_mass or kind.is_cluster]
TECHNIQUE = Technique(28, 80.0, 720, 105.0, 55.0, 1.35, 0.0)
_HEIGHT_MM, _WIDTH_MM = 230.0, 180.0
_A_CAST = 4


@dataclass(frozen=True, slots=True)
class Region:
    """A square of even tissue for the lesion's frame: x, y from the patch's corner are breast space."""

    thickness_mm: float = 55.0

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        """Return the same point, its height in the middle of the breast."""
        return depth, lateral, self.thickness_mm / 2 + superior

    def skin_distance(self, spacing_mm: float) -> Field:
        """Return a place far from the skin."""
        return np.full((round(SIZE * SPACING / spacing_mm),) * 2, 30, np.float32)

    def pectoral_depth(self, spacing_mm: float) -> Field | None:
        """Return that there is no muscle."""
        return None

    def dense_share(self, x: float, y: float) -> float:
        """Return the share of a breast of density B."""
        return 0.15


def regions(count: int) -> list[Rays]:
    """Return squares of healthy breasts, a few from each cast, off muscle and skin."""
    found: list[Rays] = []
    woman = 0
    beam = Beam(round(_HEIGHT_MM / SPACING), round(_WIDTH_MM / SPACING), SPACING)
    while len(found) < count:
        density = (Density.B, Density.C)[woman % 2]
        both = make_woman((31, woman), density, 55.0)
        rng = np.random.default_rng([32, woman])
        for side in (Laterality.RIGHT, Laterality.LEFT):
            view = both.breast(side).compress(ViewPosition.CC, _HEIGHT_MM, _WIDTH_MM, 0)
            rays = view.cast(beam)
            skin = view.skin_distance(SPACING)
            rows, columns = np.nonzero(skin > 14)
            fits = (rows > SIZE // 2) & (rows < beam.rows - SIZE // 2)
            fits &= (columns > SIZE // 2 + 60) & (columns < beam.columns - SIZE // 2)
            places = np.flatnonzero(fits)
            for at in rng.choice(places, min(_A_CAST, len(places)), replace=False) if len(places) else ():
                top, left = rows[at] - SIZE // 2, columns[at] - SIZE // 2
                part = np.s_[top : top + SIZE, left : left + SIZE]
                patch = Beam(SIZE, SIZE, SPACING)
                found.append(Rays(patch, rays.fat[part].copy(), rays.dense[part].copy()))
        woman += 1
    return found[:count]


def exposed(region: Rays, plan: LesionPlan | None, seed: int) -> Field:
    """Return log exposure of a region with the lesion in its middle."""
    rays = Rays(region.beam, region.fat.copy(), region.dense.copy())
    if plan is not None:
        for part in _lesion(plan):
            part.add_to(rays)
    photons = expose(rays, VENDOR_B, TECHNIQUE, np.random.default_rng([33, seed]))
    return np.asarray(-np.log(np.maximum(photons, 1)), np.float32)


def _lesion(plan: LesionPlan) -> tuple[LesionPart, ...]:
    middle = SIZE * SPACING / 2
    return make_lesion(plan, Site(middle, middle, 0.0)).parts(Region())


def signal_of(plan: LesionPlan) -> Field:
    """Return the lesion alone in log exposure, without noise, up to a factor."""
    beam = Beam(SIZE, SIZE, SPACING)
    rays = Rays(beam, np.full(beam.shape, 55, np.float32), np.zeros(beam.shape, np.float32))
    for part in _lesion(plan):
        part.add_to(rays)
    signal = 0.026 * rays.dense
    return np.asarray(signal if rays.calcium is None else signal + 1.5 * rays.calcium, np.float32)


def is_round(kind: LesionKind) -> bool:
    """Tell which kinds round channels fit."""
    return kind.is_mass or kind is LesionKind.ASYMMETRY


def shares_of(kind: LesionKind) -> tuple[float, ...]:
    """Return the shares of the planned contrast at which a kind is measured."""
    return SHARES if is_round(kind) else FINE_SHARES


def measure(kind: LesionKind, healthy: list[Rays], diseased: list[Rays]) -> list[Performance]:
    """Return the observer's performance at each share of the planned contrast."""
    plan = plan_lesion(kind, Conspicuity.MODERATE, np.random.default_rng([34, len(kind)]))
    signal = signal_of(plan)
    if is_round(kind):
        channels = laguerre_gauss(signal.shape, SPACING, 1.2 * plan.size_mm, 5)
    else:
        channels = bands_of(signal, SPACING)
    without = responses(np.stack([exposed(r, None, k) for k, r in enumerate(healthy)]), channels)
    results = []
    for share in shares_of(kind):
        weaker = replace(plan, contrast=plan.contrast * share)
        # The same noise for each share: only contrast differs between the points of a curve.
        with_ = np.stack([exposed(r, weaker, 1000 + k) for k, r in enumerate(diseased)])
        results.append(observe(without, responses(with_, channels), np.random.default_rng(35)))
    return results


def draw(results: dict[LesionKind, list[Performance]], path: Path) -> None:
    """Draw the area under the curve over contrast, a panel a class, as a PNG."""
    across, wide, tall = 4, 300, 240
    down = -(-len(results) // across)
    image = Image.new("RGB", (across * wide, down * tall + 34), "white")
    pen = ImageDraw.Draw(image)
    small, title = ImageFont.load_default(12), ImageFont.load_default(14)
    for n, (kind, points) in enumerate(results.items()):
        left, top = (n % across) * wide + 46, (n // across) * tall + 34
        w, h = wide - 66, tall - 78
        pen.text((left, top - 24), str(kind)[0].upper() + str(kind)[1:], "black", font=title)
        pen.rectangle((left, top, left + w, top + h), outline="#888888")

        def at(
            k: int, auc: float, left: int = left, top: int = top, w: int = w, h: int = h
        ) -> tuple[float, float]:
            return left + 14 + k * (w - 28) / (len(SHARES) - 1), top + h - (auc - 0.4) / 0.6 * h

        for auc in (0.5, 0.75, 1.0):
            y = at(0, auc)[1]
            pen.line((left, y, left + w, y), "#dddddd")
            pen.text((left - 34, y - 7), f"{auc:.2f}", "black", font=small)
        pen.line([at(k, p.auc) for k, p in enumerate(points)], "#1f4e79", 2)
        for k, point in enumerate(points):
            x, y = at(k, point.auc)
            low, high = (max(v, 0.4) for v in point.auc_interval)
            pen.line((x, at(k, low)[1], x, at(k, high)[1]), "#1f4e79", 1)
            pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill="#1f4e79")
            pen.text((x - 12, top + h + 4), f"{shares_of(kind)[k]:.0%}", "black", font=small)
    words = "Area under the ROC curve of a channelised Hotelling observer over the share of planned contrast"
    pen.text((12, down * tall + 12), words + ", with 95 % bootstrap intervals", "black", font=small)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def is_monotone(points: list[Performance]) -> bool:
    """Tell whether d' nowhere falls by more than its interval."""
    return all(b.index >= a.index_interval[0] for a, b in pairwise(points))


def main() -> None:
    """Measure all classes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--regions", type=int, default=120, help="healthy ones, and as many diseased")
    parser.add_argument("--figure", type=Path, default=Path("docs/images/detectability.png"))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    tissue = regions(2 * given.regions)
    healthy, diseased = tissue[::2], tissue[1::2]
    results: dict[LesionKind, list[Performance]] = {}
    for kind in CLASSES:
        results[kind] = points = measure(kind, healthy, diseased)
        cells = (
            f"{share:.0%}: {p.index:.2f} ({p.index_interval[0]:.2f} to {p.index_interval[1]:.2f})"
            for share, p in zip(shares_of(kind), points, strict=True)
        )
        print(
            f"{kind:38s}" + "".join(f"{c:>28s}" for c in cells) + f"  rises: {is_monotone(points)}",
            flush=True,
        )
    draw(results, given.figure)
    print(f"{given.regions} + {given.regions} regions; figure in {given.figure}")


if __name__ == "__main__":
    main()
