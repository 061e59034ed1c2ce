"""One view of a simulated breast with lesions in it, from tissue to what an engine is given; no files."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Spacing, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import EngineView
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.pull import Pull
from klarsyn.simulation.anatomy.woman import Breast
from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import Lesion, make_lesion
from klarsyn.simulation.lesions.plan import _GRADES, LesionPlan
from klarsyn.simulation.lesions.site import ImpossibleLesion, choose_site
from klarsyn.simulation.observer import lesion_index
from klarsyn.simulation.rays import Beam, Rays
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.processing import for_presentation
from klarsyn.simulation.xray.raw import for_processing
from klarsyn.simulation.xray.storage import as_stored, stored_points
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import Vendor

_APART_MM = 24.0
_TRIES = 5
DENSE_SHARE = 0.2
_FAINTEST, _STRONGEST = 0.3, 1.1
"""Contrasts are drawn log-uniformly between these shares of what the simulator calls clear."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A lesion on one view; `outline` is (column, row) of the view's pixels."""

    number: int
    kind: LesionKind
    contrast: float
    size_mm: float
    detectability: float
    outline: npt.NDArray[np.float64]

    @property
    def suspicious(self) -> bool:
        """True where a reader should recall the woman."""
        return self.kind.suspicious

    @property
    def lesion_type(self) -> LesionType:
        """Soft tissue or calcifications."""
        return self.kind.lesion_type


@dataclass(frozen=True, slots=True, eq=False)
class DrawnView:
    """What the engine sees of a view, and what is true of it."""

    view: EngineView
    truths: tuple[Truth, ...]


def compressed_of(
    breast: Breast, vendor: Vendor, pulls: tuple[Pull, ...] = ()
) -> tuple[CompressedBreast, ...]:
    """Lay a breast on a unit for both views."""
    detector = vendor.detector
    size = detector.rows * detector.spacing_mm, detector.columns * detector.spacing_mm
    return tuple(breast.compress(p, *size, 0, pulls) for p in (ViewPosition.CC, ViewPosition.MLO))


def beam_of(vendor: Vendor) -> Beam:
    """Upright rays of a unit."""
    return Beam(vendor.detector.rows, vendor.detector.columns, vendor.detector.spacing_mm)


def shoot(
    view: CompressedBreast, rays: Rays, lesions: dict[int, Lesion], vendor: Vendor, technique: Technique,
    rng: np.random.Generator,
) -> DrawnView:  # fmt: skip
    """Expose and process a view whose `rays` hold the lesions already."""
    beam = rays.beam
    truths = []
    for number, lesion in lesions.items():
        index = lesion_index(lesion.alone_on(view, beam.spacing_mm), rays, vendor, technique)
        points = np.asarray(lesion.truth_on(view).outline, np.float64) / beam.spacing_mm
        outline = stored_points(points, beam.columns, view.laterality, vendor)
        plan = lesion.plan
        truths.append(Truth(number, plan.kind, plan.contrast, plan.size_mm, index, outline))
    raw = for_processing(expose(rays, vendor, technique, rng), vendor, technique)
    pixels = as_stored(seen_by_engines(for_presentation(raw, vendor), vendor), view.laterality, vendor)[0]
    spacing = Spacing(beam.spacing_mm, beam.spacing_mm, "drawn")
    name = f"{view.laterality.value}{view.position.value}"
    seen = EngineView(name, view.laterality, view.position, spacing, pixels, vendor.manufacturer)
    return DrawnView(seen, tuple(truths))


def placed(
    kinds: list[LesionKind],
    compressed: tuple[CompressedBreast, ...],
    rng: np.random.Generator,
    first: int = 0,
) -> dict[int, Lesion]:
    """Plan lesions and put them apart from each other into a breast; those without a place are left out."""
    lesions: dict[int, Lesion] = {}
    for number, kind in enumerate(kinds, start=first):
        plan = _plan(kind, rng)
        site = _site(plan, compressed, [one.site for one in lesions.values()], rng)
        if site is not None:
            lesions[number] = make_lesion(plan, site)
    return lesions


def _site(
    plan: LesionPlan, views: tuple[CompressedBreast, ...], taken: list[Site], rng: np.random.Generator
) -> Site | None:
    """Choose a place apart from the others; None where the breast has none."""
    for _ in range(_TRIES):
        try:
            site = choose_site(plan, views, rng)
        except ImpossibleLesion:
            return None
        if all(_distance(site, other) >= _APART_MM for other in taken):
            return site
    return None


def seen_by_engines(pixels: npt.NDArray[np.uint16], vendor: Vendor) -> npt.NDArray[np.uint16]:
    """Turn a maker's values to dense bright, padding 0, as intake does (intake/engine_pixels.py)."""
    grey = vendor.grey
    seen = ((1 << grey.bits) - 1) - pixels if grey.inverted else pixels
    if grey.padding is not None:
        seen = np.where(pixels == grey.padding, 0, seen)
    return np.ascontiguousarray(seen, np.uint16)


def _distance(a: Site, b: Site) -> float:
    return float(np.hypot(np.hypot(a.depth - b.depth, a.lateral - b.lateral), a.superior - b.superior))


def _plan(kind: LesionKind, rng: np.random.Generator) -> LesionPlan:
    grades = _GRADES[kind]
    size = float(rng.uniform(grades[-1][0], grades[0][1]))
    share = float(np.exp(rng.uniform(np.log(_FAINTEST), np.log(_STRONGEST))))
    contrast = min(share * grades[0][2], 1.0)
    return LesionPlan(kind, Conspicuity.MODERATE, size, contrast, int(rng.integers(2**62)))
