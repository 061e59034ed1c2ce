"""Lesions with exact truth: what can be drawn, how conspicuous, and what a drawing consists of.

A lesion is planned once in breast space and drawn on each view that shows it (masses.py,
calcifications.py), as a patch that is added to the healthy signal.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType

Field = npt.NDArray[np.float32]
Polygon = npt.NDArray[np.float64]


class LesionKind(StrEnum):
    """What the simulator can draw."""

    SPICULATED_MASS = "spiculated mass"
    ROUND_MASS = "round mass"
    PLEOMORPHIC_CLUSTER = "pleomorphic calcifications"
    FINE_CLUSTER = "fine calcifications"

    @property
    def lesion_type(self) -> LesionType:
        """The family that screening CAD marks it as."""
        masses = (LesionKind.SPICULATED_MASS, LesionKind.ROUND_MASS)
        return LesionType.SOFT_TISSUE if self in masses else LesionType.CALCIFICATIONS

    @property
    def suspicious(self) -> bool:
        """True where a reader should recall; a smooth round mass is benign."""
        return self is not LesionKind.ROUND_MASS


class Conspicuity(StrEnum):
    """How easily it is seen; graded by contrast and size."""

    CLEAR = "clear"
    MODERATE = "moderate"
    SUBTLE = "subtle"


@dataclass(frozen=True, slots=True)
class LesionPlan:
    """A lesion before it has a place. `contrast` is in the signal's unit (fat to dense is about 0.5)."""

    kind: LesionKind
    conspicuity: Conspicuity
    size_mm: float
    contrast: float
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class LesionPatch:
    """A lesion as drawn on one view.

    `signal` is square, its middle is the lesion's centre; `outline` is in mm from there: the core of a
    mass without its spicules, the hull of a cluster with a rim of 0.7 mm.
    """

    signal: Field
    outline: Polygon


_CONTRAST = {Conspicuity.CLEAR: 1.0, Conspicuity.MODERATE: 0.72, Conspicuity.SUBTLE: 0.5}


def plan_lesion(kind: LesionKind, conspicuity: Conspicuity, rng: np.random.Generator) -> LesionPlan:
    """Choose size and contrast for a kind and its conspicuity."""
    factor = _CONTRAST[conspicuity]
    if kind is LesionKind.SPICULATED_MASS:
        size, contrast = rng.uniform(9, 13) * (0.55 + 0.45 * factor), 0.21 * factor
    elif kind is LesionKind.ROUND_MASS:
        size, contrast = rng.uniform(9, 16), 0.17 * factor
    else:
        size, contrast = rng.uniform(9, 13), 0.60 * factor
    return LesionPlan(kind, conspicuity, float(size), float(contrast), int(rng.integers(2**62)))
