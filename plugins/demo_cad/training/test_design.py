"""The plan of the frozen test set before its contrasts are known: who has what, from which maker.

Seeds of the test set begin at 5 000 000; training uses those below 1 000 000 and factory calibration those
from 2 000 000. Maker C is left out of training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from strata import AREAS, KINDS, size_of

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import LesionKind

SEED = 5_000_000
EXAMS, DBT_EXAMS = 200, 12
HELD_OUT = "C"
VENDORS = ("A", "B", "C")
LESIONS_A_CELL = 4
"""Of each maker, class and stratum: 4 x 3 x 4 x 3 = 144 lesions in 100 exams."""
SHARE_BENIGN = 0.3

_D, _K = Density, LesionKind
_DENSITIES = (_D.A, _D.B, _D.B, _D.B, _D.B, _D.C, _D.C, _D.C, _D.C, _D.D)
_BENIGN = (
    _K.SMOOTH_MASS, _K.VASCULAR_CALCIFICATIONS, _K.SCATTERED_CALCIFICATIONS, _K.ROUND_CLUSTER,
)  # fmt: skip
_SIDES = (Laterality.RIGHT, Laterality.LEFT)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DesignedLesion:
    """A lesion; `stratum` is the observer's area under the curve, None for a benign one."""

    kind: LesionKind
    side: Laterality
    stratum: float | None
    size_mm: float | None


@dataclass(frozen=True, slots=True)
class DesignedExam:
    """One exam; `number` and SEED decide the woman."""

    number: int
    vendor: str
    density: Density
    dbt: bool
    lesions: tuple[DesignedLesion, ...]

    @property
    def affected(self) -> bool:
        """True when a reader should recall the woman."""
        return any(lesion.stratum is not None for lesion in self.lesions)


def design() -> tuple[DesignedExam, ...]:
    """Return the plan of all exams, FFDM first, then tomosynthesis; always the same."""
    rng = np.random.default_rng([SEED, 1])
    vendors = [VENDORS[n % 3] for n in range(EXAMS)]
    densities = _walk(_DENSITIES, EXAMS + DBT_EXAMS, rng)
    benign = iter(_walk(_BENIGN, EXAMS + DBT_EXAMS, rng))
    lesions: dict[int, list[DesignedLesion]] = {n: [] for n in range(EXAMS + DBT_EXAMS)}
    for vendor in VENDORS:
        own = [n for n in range(EXAMS) if vendors[n] == vendor]
        half = len(own) // 2 + (vendor == VENDORS[0])  # 34 + 33 + 33
        affected = [own[k] for k in np.sort(rng.permutation(len(own))[:half])]
        _spread(_cells(rng), affected, lesions, rng)
    # Tomosynthesis: each class at the two clearer strata, half of the exams without.
    cells = [(kinds[0], area) for kinds in KINDS.values() for area in AREAS[1:]]
    chosen = [cells[k] for k in rng.permutation(len(cells))[: DBT_EXAMS // 2]]
    for n, cell in zip(range(EXAMS, EXAMS + DBT_EXAMS, 2), chosen, strict=True):
        _spread([cell], [n], lesions, rng)
    exams = []
    for n, own_lesions in lesions.items():
        if rng.random() < SHARE_BENIGN:
            free = [side for side in _SIDES if all(one.side is not side for one in own_lesions)]
            if free:
                side = free[int(rng.integers(len(free)))]
                own_lesions.append(DesignedLesion(next(benign), side, None, None))
            else:
                # Benign lesions must be as common here, or an engine that marks them is worse than blind.
                own_lesions.append(_beside(n))
        dbt = n >= EXAMS
        vendor = VENDORS[n % 3]
        exams.append(DesignedExam(n, vendor, densities[n], dbt, tuple(own_lesions)))
    return tuple(exams)


def _beside(number: int) -> DesignedLesion:
    """Return a benign lesion for a woman with a suspicious one in each breast."""
    rng = np.random.default_rng([SEED, 2, number])
    return DesignedLesion(_BENIGN[int(rng.integers(len(_BENIGN)))], _SIDES[int(rng.integers(2))], None, None)


def _cells(rng: np.random.Generator) -> list[tuple[LesionKind, float]]:
    """Return each maker's lesions in a random order; kinds of a class take turns."""
    cells = [
        (kinds[k % len(kinds)], area)
        for kinds in KINDS.values()
        for area in AREAS
        for k in range(LESIONS_A_CELL)
    ]
    return [cells[k] for k in rng.permutation(len(cells))]


def _spread(
    cells: Sequence[tuple[LesionKind, float]],
    affected: Sequence[int],
    lesions: dict[int, list[DesignedLesion]],
    rng: np.random.Generator,
) -> None:
    """Give each affected exam one lesion, and as many of them as needed one in the other breast."""
    order = [affected[k] for k in rng.permutation(len(affected))]
    first = {n: _SIDES[int(rng.integers(2))] for n in order}
    for k, (kind, area) in enumerate(cells):
        n = order[k % len(order)]
        side = first[n] if k < len(order) else _SIDES[1 - _SIDES.index(first[n])]
        lesions[n].append(DesignedLesion(kind, side, area, size_of(kind, rng)))


def _walk(table: tuple[T, ...], n: int, rng: np.random.Generator) -> list[T]:
    out: list[T] = []
    while len(out) < n:
        out += [table[k] for k in rng.permutation(len(table))]
    return out[:n]
