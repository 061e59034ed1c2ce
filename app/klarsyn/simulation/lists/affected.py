"""A breast with what is wrong in it, at one visit, in both views."""

from dataclasses import dataclass, replace

import numpy as np

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.woman import Breast
from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.lesion import Lesion, make_lesion
from klarsyn.simulation.lesions.plan import LesionPlan, earlier, plan_lesion
from klarsyn.simulation.lesions.site import choose_site
from klarsyn.simulation.lists.plan import ExamPlan, PlannedLesion
from klarsyn.simulation.xray.vendors import Vendor

_APART_MM = 25.0
_TRIES = 12


@dataclass(frozen=True, slots=True, eq=False)
class AffectedBreast:
    """The compressed views of one breast and the lesions in it."""

    laterality: Laterality
    views: tuple[CompressedBreast, ...]
    lesions: tuple[Lesion, ...]

    def view(self, position: ViewPosition) -> CompressedBreast:
        """Return the breast as compressed for `position`."""
        return next(view for view in self.views if view.position is position)


def affect(breast: Breast, plan: ExamPlan, years_before: int, vendor: Vendor, seed: int) -> AffectedBreast:
    """Put the planned lesions of this side into `breast` as they were `years_before` the current exam.

    Sites are chosen in the current exam's healthy tissue, so that a lesion lies at the same place of the
    breast in every year. Distortions pull at the tissue, which is therefore compressed once more with them.

    Raises
    ------
    klarsyn.simulation.lesions.site.ImpossibleLesion
        If a lesion finds no place.
    """
    height = vendor.detector.rows * vendor.detector.spacing_mm
    width = vendor.detector.columns * vendor.detector.spacing_mm
    positions = (ViewPosition.CC, ViewPosition.MLO)
    planned = [(k, p) for k, p in enumerate(plan.lesions) if p.laterality is breast.laterality]
    lesions: list[Lesion] = []
    if planned:
        bare = tuple(breast.compress(p, height, width, 0) for p in positions)
        taken: list[Site] = []
        for k, wish in planned:
            rng = np.random.default_rng([seed, 4, plan.number, k])
            lesion_plan = _as_wished(wish, plan_lesion(wish.kind, wish.conspicuity, rng))
            site = choose_site(lesion_plan, bare, rng)
            for _ in range(_TRIES):
                if all(_distance(site, other) >= _APART_MM for other in taken):
                    break
                site = choose_site(lesion_plan, bare, rng)
            taken.append(site)
            then = lesion_plan
            if years_before:
                past = earlier(lesion_plan, years_before, np.random.default_rng([seed, 5, plan.number, k]))
                if past is None:
                    continue
                then = past
            lesions.append(make_lesion(then, site))
    pulls = tuple(pull for lesion in lesions for pull in lesion.pulls)
    views = tuple(breast.compress(p, height, width, years_before, pulls) for p in positions)
    return AffectedBreast(breast.laterality, views, tuple(lesions))


def _as_wished(wish: PlannedLesion, drawn: LesionPlan) -> LesionPlan:
    size = drawn.size_mm if wish.size_mm is None else wish.size_mm
    contrast = drawn.contrast if wish.contrast is None else wish.contrast
    return replace(drawn, size_mm=size, contrast=contrast)


def _distance(a: Site, b: Site) -> float:
    return float(np.hypot(np.hypot(a.depth - b.depth, a.lateral - b.lateral), a.superior - b.superior))
