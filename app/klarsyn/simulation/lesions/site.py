"""Where a lesion may lie: inside the breast on every view, off the muscle, and not in a dark gap."""

import numpy as np

from klarsyn.simulation.lesions.frame import Site, View
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.lesions.plan import LesionPlan
from klarsyn.simulation.rays import Field

_GRID_MM = 1.0
_SKIN_MM = 6.0
_MUSCLE_MM = 4.0
_FACE_MM = 3.0
_FLATTEST = 1.3
"""Nothing is wider than this many times the thickness of the compressed breast."""
_TRIES = 600
_ENOUGH = 40
"""Places that are looked at before the best of them is taken."""
_RING = np.linspace(0, 2 * np.pi, 8, endpoint=False)


class ImpossibleLesion(ValueError):
    """A lesion for which a breast has no place; the text is one sentence for the user."""


def choose_site(plan: LesionPlan, views: tuple[View, ...], rng: np.random.Generator) -> Site:
    """Return a site for `plan`, the same point of the breast for all `views`.

    Half of the cancers lie in the upper outer quadrant; so do the sites that are tried. The first that every
    view shows in or beside glandular tissue, and where the surroundings are not denser than the place itself,
    is taken, so that the lesion decides how conspicuous it is; else the best of those seen.

    Raises
    ------
    ImpossibleLesion
        When the breast has no place for it.
    """
    if not views:
        raise ImpossibleLesion(
            "A lesion needs at least one view of the breast to lie in, and none was given."
        )
    reach = _reach(plan)
    if 2 * reach > _FLATTEST * min(view.thickness_mm for view in views):
        raise ImpossibleLesion(_no_place(plan))
    grounds = [_Ground(view, reach) for view in views]
    depth = max(ground.depth for ground in grounds)
    best: tuple[float, Site] | None = None
    shown = 0
    for _ in range(_TRIES):
        behind = depth * rng.uniform(0.25, 0.85)
        spread = 0.30 * np.sqrt(behind * depth)
        site = Site(
            float(behind),
            float(0.22 * behind + rng.normal(0, spread)),
            float(0.12 * behind + rng.normal(0, 0.8 * spread)),
        )
        places = [view.place(site.depth, site.lateral, site.superior) for view in views]
        if not all(ground.shows(*place) for ground, place in zip(grounds, places, strict=True)):
            continue
        merit = min(_merit(view, x, y, reach) for view, (x, y, _) in zip(views, places, strict=True))
        if best is None or merit > best[0]:
            best = (merit, site)
        shown += 1
        if merit >= 0 or shown >= _ENOUGH:
            break
    if best is None:
        raise ImpossibleLesion(_no_place(plan))
    return best[1]


def _reach(plan: LesionPlan) -> float:
    """Return how far around the site the tissue must be free."""
    if plan.kind is LesionKind.DISTORTION:
        return 0.3 * plan.size_mm
    # Vessels and scattered calcifications follow the tissue; what would leave it is not drawn.
    if plan.kind in (LesionKind.VASCULAR_CALCIFICATIONS, LesionKind.SCATTERED_CALCIFICATIONS):
        return 0.28 * plan.size_mm
    return 0.5 * plan.size_mm


class _Ground:
    """Where a view shows tissue that can hold a lesion reaching `reach` mm around its centre."""

    def __init__(self, view: View, reach: float) -> None:
        self._skin: Field = view.skin_distance(_GRID_MM)
        self._pectoral: Field | None = view.pectoral_depth(_GRID_MM)
        self._reach = reach
        self._thickness = view.thickness_mm
        inside = np.flatnonzero((self._skin > 0).any(axis=0))
        self.depth = float(inside[-1] * _GRID_MM) if len(inside) else 0.0

    def shows(self, x: float, y: float, z: float) -> bool:
        """Tell whether a lesion at (x, y, z) is whole on the image, in the breast and off the muscle."""
        rows, columns = self._skin.shape
        reach = self._reach
        if not (reach < x < columns * _GRID_MM - reach and reach < y < rows * _GRID_MM - reach):
            return False
        # Plates flatten what is large; it still keeps off the skin that they press on.
        vertical = min(0.85 * reach, self._thickness / 2 - _FACE_MM) + _FACE_MM
        margin = min(vertical, 0.42 * self._thickness)
        if not margin <= z <= self._thickness - margin:
            return False
        at = int(y / _GRID_MM), int(x / _GRID_MM)
        if self._skin[at] < reach + _SKIN_MM:
            return False
        return self._pectoral is None or bool(self._pectoral[at] < -reach - _MUSCLE_MM)


def _merit(view: View, x: float, y: float, reach: float) -> float:
    """Return 0 or more where tissue is there but does not hide the lesion; below 0 says how far from it.

    Shares are of the breast's thickness: a tenth denser around than at the place is a dark gap.
    """
    own = view.dense_share(x, y)
    radius = 2.0 * reach + 2
    around = [view.dense_share(float(x + radius * np.cos(a)), float(y + radius * np.sin(a))) for a in _RING]
    gap = own - float(np.mean(around)) + 0.05
    tissue = max(own, *around) - 0.04
    room = 0.75 - own
    return min(gap, tissue, room)


def _no_place(plan: LesionPlan) -> str:
    return (
        f"No place in this simulated breast can hold {_article(plan.kind)} of {plan.size_mm:.0f} mm that "
        "every view shows: choose a smaller lesion, a thicker breast or another seed."
    )


def _article(kind: LesionKind) -> str:
    """Return the kind with its article, where it takes one."""
    if kind.value.endswith("calcifications"):
        return kind.value
    return f"an {kind}" if kind.value[0] in "aeiou" else f"a {kind}"
