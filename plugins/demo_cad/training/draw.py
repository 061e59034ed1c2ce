"""Draws simulated exams for training in memory: many lesions a breast, and no files.

Makers A and B only; the third is kept for the test. Half of the exams come from units that differ a little
from both in processing, sharpness and dose, so that the network does not learn one maker's look.
"""

from dataclasses import dataclass, replace

import numpy as np
from scene import DENSE_SHARE, DrawnView, beam_of, compressed_of, placed, shoot

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import Breast, WomanAnatomy, make_woman
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.xray.technique import choose_technique
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_B, Vendor

SEEDS_END = 1_000_000
"""Training draws from seeds below this; the frozen test set from seeds far above."""

VALIDATION_EVERY = 5
_K = LesionKind
_SUSPICIOUS = (
    _K.SPICULATED_MASS, _K.ILL_DEFINED_MASS, _K.DISTORTION, _K.ASYMMETRY, _K.PLEOMORPHIC_CLUSTER,
    _K.LINEAR_CLUSTER,
)  # fmt: skip
_BENIGN = (_K.SMOOTH_MASS, _K.ROUND_CLUSTER, _K.VASCULAR_CALCIFICATIONS, _K.SCATTERED_CALCIFICATIONS)
_DENSITIES = (Density.A, *(Density.B,) * 4, *(Density.C,) * 4, Density.D)


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """One exam. `validation` ones have at most one suspicious lesion, as in screening."""

    number: int
    vendor: str
    density: str
    validation: bool
    views: tuple[DrawnView, ...]


def is_validation(number: int) -> bool:
    """Every fifth exam is kept from the network's eyes."""
    return number % VALIDATION_EVERY == VALIDATION_EVERY - 1


def teaches(number: int) -> bool:
    """True for what the network learns from; the others, validation and a ninth of the rest, choose its
    epoch."""
    return not is_validation(number) and number % 10 != 3


def draw(number: int) -> Drawing:
    """Draw exam `number`, 0 to `SEEDS_END` - 1; the same number gives the same pixels."""
    if not 0 <= number < SEEDS_END:
        raise ValueError(f"Training exams have numbers below {SEEDS_END}, not {number}.")
    rng = np.random.default_rng([number, 31])
    vendor, woman = who(number, rng)
    kinds = _kinds(is_validation(number), rng)
    views: list[DrawnView] = []
    first = 0
    for side, laterality in enumerate((Laterality.RIGHT, Laterality.LEFT)):
        views += _breast(woman.breast(laterality), kinds[side], vendor, rng, first)
        first += len(kinds[side])
    return Drawing(number, vendor.key, woman.density.value, is_validation(number), tuple(views))


def who(number: int, rng: np.random.Generator) -> tuple[Vendor, WomanAnatomy]:
    """Return the unit and the woman of an exam."""
    vendor = _unit(number, rng)
    density = _DENSITIES[int(rng.integers(len(_DENSITIES)))]
    return vendor, make_woman((number, 32), density)


def _unit(number: int, rng: np.random.Generator) -> Vendor:
    vendor = (VENDOR_A, VENDOR_B)[number % 2]
    if rng.random() < 0.5:
        return vendor
    detector = replace(
        vendor.detector,
        blur_mm=vendor.detector.blur_mm * float(rng.uniform(0.8, 1.3)),
        photons_per_mm2_mgy=vendor.detector.photons_per_mm2_mgy * float(rng.uniform(0.7, 1.3)),
    )
    return replace(vendor, detector=detector, processing_strength=float(rng.uniform(0.2, 1.0)))


def _kinds(validation: bool, rng: np.random.Generator) -> tuple[list[LesionKind], list[LesionKind]]:
    """Lesions of each breast."""
    sides: tuple[list[LesionKind], list[LesionKind]] = ([], [])
    if validation:
        if rng.random() < 0.5:
            sides[int(rng.integers(2))].append(_one_of(_SUSPICIOUS, rng))
        if rng.random() < 0.35:
            sides[int(rng.integers(2))].append(_one_of(_BENIGN, rng))
    elif rng.random() < 0.85:
        for side in sides:
            for _ in range(int(rng.integers(2, 5))):
                side.append(_one_of(_SUSPICIOUS if rng.random() < 0.72 else _BENIGN, rng))
    return sides


def _one_of(kinds: tuple[LesionKind, ...], rng: np.random.Generator) -> LesionKind:
    return kinds[int(rng.integers(len(kinds)))]


def _breast(
    breast: Breast, kinds: list[LesionKind], vendor: Vendor, rng: np.random.Generator, first: int
) -> list[DrawnView]:
    compressed = compressed_of(breast, vendor)
    lesions = placed(kinds, compressed, rng, first)
    pulls = tuple(pull for lesion in lesions.values() for pull in lesion.pulls)
    if pulls:
        compressed = compressed_of(breast, vendor, pulls)
    views = []
    for view in compressed:
        technique = choose_technique(vendor, view.position, view.thickness_mm, DENSE_SHARE, rng)
        rays = view.cast(beam_of(vendor), tuple(part for one in lesions.values() for part in one.parts(view)))
        views.append(shoot(view, rays, lesions, vendor, technique, rng))
    return views
