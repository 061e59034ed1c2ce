"""Patches of simulated exposures with and without a lesion in their middle, for the observer of the strata.

Women have seeds of their own, so that neither training nor the test set shows any of them. Places are
chosen by the simulator's rule, breasts compressed as for a mammogram and exposed by all three makers in
turn. Distortions draw the tissue together; that spiculated masses do so, a little at these contrasts, is left
out. The patch is log exposure at 0.1 mm, less what fat of that thickness would let through: the skin's curve,
which processing evens out before anybody looks, is not the observer's task.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from observer_channels import SIDE, SPACING_MM, Patch
from strata import KINDS, LesionClass, plan_of, size_of

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.pull import Pull
from klarsyn.simulation.anatomy.woman import Breast, make_woman
from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.lesion import make_lesion
from klarsyn.simulation.lesions.plan import LesionPlan
from klarsyn.simulation.lesions.site import ImpossibleLesion, choose_site
from klarsyn.simulation.rays import Beam, Part, Rays
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.materials import effective_spectrum
from klarsyn.simulation.xray.technique import Technique, choose_technique
from klarsyn.simulation.xray.vendors import VENDORS, Vendor

SEED = 6_000_000
_D = Density
_DENSITIES = (_D.B, _D.C, _D.B, _D.C, _D.A, _D.B, _D.C, _D.B, _D.C, _D.D)
_SIDES = (Laterality.RIGHT, Laterality.LEFT)
_VIEWS = (ViewPosition.CC, ViewPosition.MLO)
_SHARES = {_D.A: 0.05, _D.B: 0.12, _D.C: 0.25, _D.D: 0.45}
_LEAST_TISSUE = 0.35
_PLACES, _TRIES, _APART_MM = 2, 10, 25.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One place on one view: the patch without a lesion, and with one at each contrast."""

    lesion_class: LesionClass
    woman: int
    without: Patch
    with_: tuple[Patch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Shot:
    """A healthy view and how it is exposed."""

    breast: Breast
    vendor: Vendor
    technique: Technique
    view: CompressedBreast
    rays: Rays


def samples(woman: int, contrasts: Mapping[LesionClass, Sequence[float]]) -> Iterator[Sample]:
    """Yield both views of two places of each class in both breasts of a woman, where there is room."""
    vendor = VENDORS["ABC"[woman % 3]]
    density = _DENSITIES[(woman // 3) % len(_DENSITIES)]
    both = make_woman((SEED, 1, woman), density)
    for s, side in enumerate(_SIDES):
        breast = both.breast(side)
        rng = np.random.default_rng([SEED, 2, woman, s])
        shots = tuple(_shot(breast, vendor, position, _SHARES[density], rng) for position in _VIEWS)
        for lesion_class, shares in contrasts.items():
            c = list(LesionClass).index(lesion_class)
            rng = np.random.default_rng([SEED, 3, woman, s, c])
            placed = _placed(lesion_class, tuple(shot.view for shot in shots), woman + s, rng)
            for v, shot in enumerate(shots):
                levels = [_diseased(shot, lesion_class, placed, share) for share in shares]
                for k, (_, site) in enumerate(placed):
                    key = (SEED, 4, woman, s, c, v, k)
                    without = _patch(shot, shot.rays, site, (), (*key, 0))
                    # One noise for all contrasts: only the lesion differs between the points of a curve.
                    with_ = tuple(_patch(shot, rays, site, parts[k], (*key, 1)) for rays, parts in levels)
                    yield Sample(lesion_class, woman, without, with_)


def _placed(
    lesion_class: LesionClass, views: tuple[CompressedBreast, ...], number: int, rng: np.random.Generator
) -> list[tuple[LesionPlan, Site]]:
    """Return up to two lesions, far enough apart to leave each other's middle alone."""
    kinds = KINDS[lesion_class]
    placed: list[tuple[LesionPlan, Site]] = []
    for _ in range(_TRIES):
        if len(placed) == _PLACES:
            break
        kind = kinds[(number + len(placed)) % len(kinds)]
        plan = plan_of(kind, size_of(kind, rng), 1.0, rng)
        try:
            site = choose_site(plan, views, rng)
        except ImpossibleLesion:
            continue
        if all(_distance(site, other) >= _APART_MM for _, other in placed):
            placed.append((plan, site))
    return placed


def _distance(a: Site, b: Site) -> float:
    return float(np.linalg.norm([a.depth - b.depth, a.lateral - b.lateral, a.superior - b.superior]))


def _diseased(
    shot: _Shot, lesion_class: LesionClass, placed: Sequence[tuple[LesionPlan, Site]], share: float
) -> tuple[Rays, list[tuple[Part, ...]]]:
    """Return the tissue and each lesion's parts at one contrast."""
    lesions = [make_lesion(replace(plan, contrast=share), site) for plan, site in placed]
    if lesion_class is not LesionClass.DISTORTION:
        return shot.rays, [lesion.parts(shot.view) for lesion in lesions]
    pulls = tuple(pull for lesion in lesions for pull in lesion.pulls)
    view = _compress(shot.breast, shot.vendor, shot.view.position, pulls)
    return view.cast(_beam(shot.vendor)), [lesion.parts(view) for lesion in lesions]


def _shot(
    breast: Breast, vendor: Vendor, position: ViewPosition, share: float, rng: np.random.Generator
) -> _Shot:
    view = _compress(breast, vendor, position)
    technique = choose_technique(vendor, position, view.thickness_mm, share, rng)
    return _Shot(breast, vendor, technique, view, view.cast(_beam(vendor)))


def _size(vendor: Vendor) -> tuple[float, float]:
    detector = vendor.detector
    return detector.rows * detector.spacing_mm, detector.columns * detector.spacing_mm


def _beam(vendor: Vendor) -> Beam:
    """Return the field of that maker with pixels of the patch; blur, dose and noise remain the maker's."""
    height, width = _size(vendor)
    return Beam(round(height / SPACING_MM), round(width / SPACING_MM), SPACING_MM)


def _compress(
    breast: Breast, vendor: Vendor, position: ViewPosition, pulls: tuple[Pull, ...] = ()
) -> CompressedBreast:
    return breast.compress(position, *_size(vendor), 0, pulls)


def _patch(shot: _Shot, rays: Rays, site: Site, parts: tuple[Part, ...], key: tuple[int, ...]) -> Patch:
    """Return (SIDE, SIDE) of one exposure around the place; the same `key` gives the same noise."""
    top, left = _corner(shot, site)
    rows, columns = rays.beam.shape
    edges = max(-top, 0), max(top + SIDE - rows, 0), max(-left, 0), max(left + SIDE - columns, 0)
    fat, dense = (_cut(field, top, left, edges) for field in (rays.fat, rays.dense))
    own = Rays(Beam(SIDE, SIDE, SPACING_MM), fat, dense)
    thickness = own.fat + own.dense
    for part in parts:
        part.moved(-left * SPACING_MM, -top * SPACING_MM).add_to(own)
    photons = expose(own, shot.vendor, shot.technique, np.random.default_rng(key))
    return _evened(photons, thickness, shot)


def _corner(shot: _Shot, site: Site) -> tuple[int, int]:
    x, y, _ = shot.view.place(site.depth, site.lateral, site.superior)
    return round(y / SPACING_MM - SIDE / 2), round(x / SPACING_MM - SIDE / 2)


def _cut(field: Patch, top: int, left: int, edges: tuple[int, int, int, int]) -> Patch:
    """Cut out a patch; beyond the detector's edge it goes on as its mirror image."""
    part = field[max(top, 0) : top + SIDE, max(left, 0) : left + SIDE]
    return np.asarray(cv2.copyMakeBorder(part, *edges, cv2.BORDER_REFLECT), np.float32)


def _evened(photons: Patch, thickness: Patch, shot: _Shot) -> Patch:
    """Return log exposure over that of fat as thick as the breast is there; air and rim are levelled."""
    spectrum = effective_spectrum(shot.vendor.anode, shot.vendor.filter_material, shot.technique.kvp)
    steps = np.linspace(0, float(thickness.max()) + 1, 64)
    fat = -np.log([spectrum.transmission(float(t), 0.0) for t in steps])
    level = -np.log(np.maximum(photons, 1)) - np.interp(thickness, steps, fat).astype(np.float32)
    tissue = thickness > _LEAST_TISSUE * shot.view.thickness_mm
    level[~tissue] = np.median(level[tissue])
    return np.asarray(level, np.float32)
