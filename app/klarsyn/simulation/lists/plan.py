"""What the seed decides of each exam of a list before anything is drawn."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists.request import ListRequest

_K, _C, _D = LesionKind, Conspicuity, Density

# Of ten screened women, about so many have each density.
_DENSITIES = (_D.A, _D.B, _D.B, _D.B, _D.B, _D.C, _D.C, _D.C, _D.C, _D.D)
# Invasive cancers show as masses in about two of three, as calcifications in one of four.
_CANCERS = (
    _K.SPICULATED_MASS, _K.PLEOMORPHIC_CLUSTER, _K.ILL_DEFINED_MASS, _K.SPICULATED_MASS, _K.LINEAR_CLUSTER,
    _K.DISTORTION, _K.SPICULATED_MASS, _K.ASYMMETRY, _K.ILL_DEFINED_MASS, _K.PLEOMORPHIC_CLUSTER,
)  # fmt: skip
_BENIGN = (
    _K.SMOOTH_MASS, _K.VASCULAR_CALCIFICATIONS, _K.SCATTERED_CALCIFICATIONS, _K.ROUND_CLUSTER,
)  # fmt: skip
_GRADES = (_C.CLEAR, _C.MODERATE, _C.SUBTLE, _C.MODERATE)
_SHARE_BENIGN = 0.35
_SIDES = (Laterality.RIGHT, Laterality.LEFT)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlannedLesion:
    """A lesion before it is drawn.

    `size_mm` and `contrast` (lesions/plan.py) are set where a study needs them so; else they are drawn.
    """

    kind: LesionKind
    conspicuity: Conspicuity
    laterality: Laterality
    size_mm: float | None = None
    contrast: float | None = None


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """One woman and her exam. `prior_years` says how long ago she was here before, if she was."""

    number: int
    vendor: str
    density: Density
    dbt: bool
    prior_years: int | None
    lesions: tuple[PlannedLesion, ...]
    combo: bool = False
    """With tomosynthesis: FFDM of the same compressions in the place of synthetic 2D."""

    @property
    def cancer(self) -> bool:
        """True when a reader should recall her."""
        return any(lesion.kind.suspicious for lesion in self.lesions)


def plan_list(request: ListRequest) -> tuple[ExamPlan, ...]:
    """Return the plan of every exam of the list; the same request gives the same plans.

    Cancers, tomosynthesis and priors are spread over the list independently of each other. Kinds of lesions
    walk through their table, so that a short list shows many; sides and grades are drawn.
    """
    n = request.exams
    rng = np.random.default_rng([request.seed, 101])
    if request.prevalence is None:
        sick = _chosen(rng, n, request.cancers)
    else:
        sick = np.asarray(rng.random(n) < request.prevalence)
    rank = rng.permutation(n)
    dbt, combo = rank < request.dbt, (request.dbt - request.combo <= rank) & (rank < request.dbt)
    prior = _chosen(rng, n, request.priors)
    vendors = _walk(rng, request.vendors, n)
    densities = _walk(rng, _DENSITIES, n)
    cancers, benign, grades = (
        iter(_walk(rng, _CANCERS, n)),
        iter(_walk(rng, _BENIGN, n)),
        _walk(rng, _GRADES, n),
    )
    plans = []
    for i in range(n):
        lesions: list[PlannedLesion] = []
        if sick[i]:
            lesions.append(PlannedLesion(next(cancers), grades[i], _SIDES[int(rng.integers(2))]))
        if rng.random() < _SHARE_BENIGN:
            side = _SIDES[int(rng.integers(2))]
            lesions.append(PlannedLesion(next(benign), _C.MODERATE, side))
        years = int(rng.integers(1, 3))
        before = years if prior[i] else None
        plans.append(
            ExamPlan(i, vendors[i], densities[i], bool(dbt[i]), before, tuple(lesions), bool(combo[i]))
        )
    return tuple(plans)


def _chosen(rng: np.random.Generator, n: int, count: int) -> np.ndarray:
    """Return `n` truth values, `count` of them true."""
    return np.asarray(rng.permutation(n) < count)


def _walk(rng: np.random.Generator, table: tuple[T, ...], n: int) -> list[T]:
    """Return `n` entries: whole shuffled rounds of `table`, so that its shares hold."""
    out: list[T] = []
    while len(out) < n:
        out += [table[k] for k in rng.permutation(len(table))]
    return out[:n]
