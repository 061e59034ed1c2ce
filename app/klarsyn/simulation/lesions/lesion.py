"""A lesion at its place: what it does to the tissue, its parts on each view, and the truth about it."""

from dataclasses import dataclass, field, replace

import numpy as np

from klarsyn.simulation.anatomy.pull import Pull
from klarsyn.simulation.lesions.benign import scattered_grains, vessel_path, wall_grains
from klarsyn.simulation.lesions.body import Body, make_body
from klarsyn.simulation.lesions.clusters import make_cluster
from klarsyn.simulation.lesions.frame import Floats, Frame, Site, View, frame_on, place_points
from klarsyn.simulation.lesions.grains import Grain, Grains
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.lesions.outline import LesionOutline, group_outline
from klarsyn.simulation.lesions.plan import LesionPlan
from klarsyn.simulation.lesions.shape import MARGINS, make_bumps
from klarsyn.simulation.lesions.spicules import converging, spicules
from klarsyn.simulation.lesions.strands import Strands
from klarsyn.simulation.rays import Beam, Rays

TUMOUR = 1.05
"""How dense a tumour is, fibroglandular tissue being 1 (Johns and Yaffe, Phys Med Biol 32:675, 1987)."""
LesionPart = Body | Strands | Grains
"""Each a Part of rays.py."""
_RIM_MM = 0.7
_INSIDE_MM = 2.5
_FACE_MM = 3.0
_BULGE = 1.15


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A lesion on one view."""

    view: View
    parts: tuple[LesionPart, ...]
    truth: LesionOutline


@dataclass(frozen=True, slots=True, eq=False)
class Lesion:
    """A planned lesion at its site."""

    plan: LesionPlan
    site: Site
    _last: list[_Drawn] = field(default_factory=list, repr=False)

    @property
    def pulls(self) -> tuple[Pull, ...]:
        """How it draws the tissue around it towards itself; to be given to Breast.compress."""
        plan, site = self.plan, self.site
        if plan.kind is LesionKind.DISTORTION:
            radius, strength = 0.8 * plan.size_mm, 0.62 * plan.contrast
        elif plan.kind is LesionKind.SPICULATED_MASS:
            radius, strength = 1.4 * plan.size_mm, 0.28 * plan.contrast
        else:
            return ()
        return (Pull(site.depth, site.lateral, site.superior, radius, min(strength, 0.8)),)

    def parts(self, view: View) -> tuple[LesionPart, ...]:
        """Return what `view` has to cast in addition to the healthy tissue."""
        return self._on(view).parts

    def truth_on(self, view: View) -> LesionOutline:
        """Return where `view` shows the lesion."""
        return self._on(view).truth

    def alone_on(self, view: View, spacing_mm: float, rim_mm: float = 5.0) -> tuple[int, int, Rays]:
        """Return (top, left, rays): the lesion in nothing but fat, on a small upright patch around it.

        (top, left) is where the patch lies on a view with pixels of `spacing_mm`. Fat that the lesion took
        is missing in it, so that `rays.dense` and `rays.calcium` are what the lesion adds.
        """
        seen = self._on(view)
        low = np.floor((seen.truth.outline.min(axis=0) - rim_mm) / spacing_mm).astype(int)
        high = np.ceil((seen.truth.outline.max(axis=0) + rim_mm) / spacing_mm).astype(int)
        beam = Beam(int(high[1] - low[1]), int(high[0] - low[0]), spacing_mm)
        fat = np.full(beam.shape, view.thickness_mm, np.float32)
        rays = Rays(beam, fat, np.zeros(beam.shape, np.float32))
        for part in seen.parts:
            part.moved(float(-low[0] * spacing_mm), float(-low[1] * spacing_mm)).add_to(rays)
        return int(low[1]), int(low[0]), rays

    def _on(self, view: View) -> _Drawn:
        # Only the last is kept: a view holds much memory, and is done before the next one begins.
        if not self._last or self._last[0].view is not view:
            self._last[:] = [_draw(self.plan, self.site, view)]
        return self._last[0]


def make_lesion(plan: LesionPlan, site: Site) -> Lesion:
    """Return the lesion; the same plan and site give the same lesion."""
    return Lesion(plan, site)


def _draw(plan: LesionPlan, site: Site, view: View) -> _Drawn:
    frame = frame_on(view, site)
    if plan.kind in MARGINS:
        return _solid(plan, view, frame)
    if plan.kind is LesionKind.DISTORTION:
        strands, reach = converging(plan, frame)
        return _Drawn(view, (strands,), group_outline(reach, 0.0))
    if plan.kind is LesionKind.VASCULAR_CALCIFICATIONS:
        path = place_points(view, _at(site, vessel_path(plan)))
        return _calcified(view, wall_grains(plan, path))
    if plan.kind is LesionKind.SCATTERED_CALCIFICATIONS:
        return _calcified(view, _scattered(plan, site, view, frame))
    grains = make_cluster(plan)
    return _calcified(view, tuple(g.on_view(frame.to_view(g.centre), frame.turn) for g in grains))


def _at(site: Site, offsets: Floats) -> Floats:
    return np.array([site.depth, site.lateral, site.superior]) + offsets


def _solid(plan: LesionPlan, view: View, frame: Frame) -> _Drawn:
    rng = np.random.default_rng([plan.seed, 5])
    margin = MARGINS[plan.kind]
    # Between the plates there is no more room than the breast is thick.
    room = (view.thickness_mm - 2 * _FACE_MM) / (_BULGE * plan.size_mm)
    margin = replace(margin, flat=min(margin.flat, room))
    bumps = make_bumps(margin, rng)
    # Where tissue is dense already, there is less fat for it to replace.
    there = min(view.dense_share(float(frame.centre[0]), float(frame.centre[1])), 0.7)
    share = plan.contrast * (TUMOUR - there)
    body: Body = make_body(plan.size_mm, margin, bumps, frame, share, rng)
    parts: tuple[LesionPart, ...] = (body,)
    if plan.kind is LesionKind.SPICULATED_MASS:
        parts = (body, spicules(plan, bumps, frame))
    return _Drawn(view, parts, body.truth())


def _scattered(plan: LesionPlan, site: Site, view: View, frame: Frame) -> tuple[Grain, ...]:
    groups = scattered_grains(plan)
    places = place_points(view, _at(site, np.array([place for place, _ in groups])))
    own = [Frame(place, frame.turn) for place in places]
    return tuple(
        g.on_view(here.to_view(g.centre), frame.turn)
        for here, (_, grains) in zip(own, groups, strict=True)
        for g in grains
    )


def _calcified(view: View, grains: tuple[Grain, ...]) -> _Drawn:
    """Keep the grains that lie in the breast: what follows the tissue may come too close to the skin."""
    skin = view.skin_distance(1.0)
    inside = []
    for grain in grains:
        row, column = int(grain.centre[1]), int(grain.centre[0])
        if 0 <= row < skin.shape[0] and 0 <= column < skin.shape[1] and skin[row, column] > _INSIDE_MM:
            inside.append(grain)
    truth = group_outline(np.array([g.centre for g in inside]), _RIM_MM)
    return _Drawn(view, (Grains(tuple(inside)),), truth)
