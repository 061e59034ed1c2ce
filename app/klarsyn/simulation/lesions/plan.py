"""A lesion before it has a place: its kind, size and contrast today and in earlier years."""

from dataclasses import dataclass, replace

import numpy as np

from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind


@dataclass(frozen=True, slots=True)
class LesionPlan:
    """What to draw.

    `size_mm` is the mean diameter of a mass or an asymmetry without what surrounds it, the reach of a
    distortion's strands, the extent of a group of calcifications. `contrast` is a share from 0 to 1: how much
    of the fat in the lesion's place is replaced, how full of apatite a calcification is, how much
    a distortion draws the tissue together. `present` is the share of its specks that a cluster has yet.
    """

    kind: LesionKind
    conspicuity: Conspicuity
    size_mm: float
    contrast: float
    seed: int
    present: float = 1.0


_K, _C = LesionKind, Conspicuity

# (smallest, largest, contrast) from clear to subtle. Screening finds masses of 5 to 25 mm.
_GRADES: dict[LesionKind, tuple[tuple[float, float, float], ...]] = {
    _K.SPICULATED_MASS: ((12, 20, 0.9), (9, 14, 0.74), (6, 9, 0.6)),
    _K.ILL_DEFINED_MASS: ((13, 22, 0.9), (10, 15, 0.74), (7, 10, 0.6)),
    _K.SMOOTH_MASS: ((12, 25, 0.8), (9, 16, 0.6), (5, 10, 0.45)),
    _K.PLEOMORPHIC_CLUSTER: ((9, 18, 0.70), (7, 14, 0.58), (5, 10, 0.45)),
    _K.LINEAR_CLUSTER: ((14, 26, 0.75), (10, 18, 0.62), (8, 13, 0.48)),
    _K.ROUND_CLUSTER: ((7, 13, 0.65), (6, 11, 0.53), (5, 9, 0.42)),
    _K.VASCULAR_CALCIFICATIONS: ((38, 55, 0.5), (28, 42, 0.38), (20, 32, 0.27)),
    _K.SCATTERED_CALCIFICATIONS: ((30, 45, 0.6), (25, 40, 0.5), (20, 35, 0.4)),
    _K.DISTORTION: ((24, 34, 0.9), (18, 28, 0.7), (14, 22, 0.5)),
    _K.ASYMMETRY: ((26, 38, 0.42), (20, 30, 0.33), (16, 24, 0.26)),
}
_ORDER = (_C.CLEAR, _C.MODERATE, _C.SUBTLE)

_GROWTH = {1: (0.55, 0.8), 2: (0.35, 0.6)}
_ABSENT_TWO_YEARS_BEFORE = 0.4
_SMALLEST_SEEN = {_K.DISTORTION: 9.0, _K.ASYMMETRY: 9.0}


def plan_lesion(kind: LesionKind, conspicuity: Conspicuity, rng: np.random.Generator) -> LesionPlan:
    """Choose size and contrast for a kind and its conspicuity."""
    smallest, largest, contrast = _GRADES[kind][_ORDER.index(conspicuity)]
    size = float(rng.uniform(smallest, largest))
    return LesionPlan(kind, conspicuity, size, float(contrast * rng.uniform(0.92, 1.08)), _seed(rng))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**62))


def earlier(plan: LesionPlan, years: int, rng: np.random.Generator) -> LesionPlan | None:
    """Return what was there `years` before, or None where nothing was to be seen.

    Benign lesions stay as they are. A cancer was smaller, a cluster had fewer of the same specks; two
    years before, four in ten were not there.

    Raises
    ------
    ValueError
        If `years` is not a whole number from 0 up.
    """
    if years < 0:
        raise ValueError(f"A lesion can be looked for 0 or more years earlier, not {years}.")
    if years == 0 or not plan.kind.suspicious:
        return plan
    low, high = _GROWTH[min(years, 2)]
    share = float(rng.uniform(low, high))
    absent = float(rng.random()) < _ABSENT_TWO_YEARS_BEFORE
    if years >= 2 and absent:
        return None
    if plan.kind.is_cluster:
        return replace(plan, present=plan.present * share)
    size = plan.size_mm * share
    if size < _SMALLEST_SEEN.get(plan.kind, 3.0):
        return None
    contrast = plan.contrast * (0.5 + 0.5 * share)
    return replace(plan, size_mm=size, contrast=contrast)
