"""Where a lesion may lie: inside the breast on both views, off the muscle, and not in a dark gap."""

import numpy as np

from klarsyn.simulation.breast import BreastShape
from klarsyn.simulation.lesions import LesionPlan
from klarsyn.simulation.render import BareView, LesionSite

_SKIN_MM = 9.0
_EDGE_MM = 5.0
_MUSCLE_MM = 4.0
_TRIES = 300


def choose_site(
    plan: LesionPlan, shape: BreastShape, views: tuple[BareView, ...], rng: np.random.Generator
) -> LesionSite:
    """Return a site for `plan`, the same point of the breast for all `views`.

    Sites are drawn around the axis of the glandular cone, most of them in the upper outer quadrant. The
    first that every view shows and whose surroundings are not brighter than itself is taken, so that the
    lesion and not the background decides how conspicuous it is; failing that, the best one seen.
    """
    best: tuple[float, LesionSite] | None = None
    for _ in range(_TRIES):
        depth = shape.depth * rng.uniform(0.22, 0.80)
        spread = 0.30 * shape.depth * np.sqrt(depth / shape.depth)
        site = LesionSite(
            float(depth),
            float(0.22 * depth + rng.normal(0, spread)),
            float(0.14 * depth + rng.normal(0, spread)),
        )
        if not all(_shows(view, site, plan.size_mm / 2) for view in views):
            continue
        rise = min(_rise(view, site, plan.size_mm / 2) for view in views)
        if best is None or rise > best[0]:
            best = (rise, site)
        if rise > -0.005:
            break
    if best is None:
        raise ValueError(
            f"No place in this simulated breast shows a lesion of {plan.size_mm:.0f} mm on both views; "
            "this is a fault of the simulator: choose another seed and report this one."
        )
    return best[1]


def _shows(view: BareView, site: LesionSite, radius: float) -> bool:
    x, y = view.geometry.place(site.depth, site.lateral, site.superior)
    reach = radius + _EDGE_MM
    if not (reach < x < view.geometry.width_mm - reach and reach < y < view.geometry.height_mm - reach):
        return False
    at = int(y / view.spacing_mm), int(x / view.spacing_mm)
    if view.healthy.skin_distance[at] < radius + _SKIN_MM:
        return False
    pectoral = view.healthy.pectoral_depth
    return pectoral is None or bool(pectoral[at] < -radius - _MUSCLE_MM)


def _rise(view: BareView, site: LesionSite, radius: float) -> float:
    """Return how much brighter the healthy tissue is at the site than around it."""
    x, y = view.geometry.place(site.depth, site.lateral, site.superior)
    reach = int(2.2 * radius / view.spacing_mm)
    row, column = int(y / view.spacing_mm), int(x / view.spacing_mm)
    top, left = max(0, row - reach), max(0, column - reach)
    part = view.healthy.signal[top : row + reach : 4, left : column + reach : 4]
    r = np.arange(top, top + 4 * part.shape[0], 4)[:, None] - row
    c = np.arange(left, left + 4 * part.shape[1], 4)[None, :] - column
    distance = np.hypot(r, c) * view.spacing_mm
    return float(part[distance < radius].mean() - part[distance > 1.3 * radius].mean())
