"""The classes of suspicious lesions that the test set holds in equal shares, and how visible they are in it.

A smooth mass, round, scattered and vascular calcifications are benign: they stand in the test set as what an
engine should leave alone, and have no stratum.
"""

from enum import StrEnum

import numpy as np

from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.plan import LesionPlan


class LesionClass(StrEnum):
    """What a reader calls it."""

    MASS = "mass"
    CLUSTER = "calcification cluster"
    DISTORTION = "architectural distortion"
    ASYMMETRY = "asymmetry"


KINDS: dict[LesionClass, tuple[LesionKind, ...]] = {
    LesionClass.MASS: (LesionKind.SPICULATED_MASS, LesionKind.ILL_DEFINED_MASS),
    LesionClass.CLUSTER: (LesionKind.PLEOMORPHIC_CLUSTER, LesionKind.LINEAR_CLUSTER),
    LesionClass.DISTORTION: (LesionKind.DISTORTION,),
    LesionClass.ASYMMETRY: (LesionKind.ASYMMETRY,),
}

AREAS = (0.75, 0.85, 0.95)
"""Areas under the curve of the observer who knows the place; one stratum each."""

SIZES_MM: dict[LesionKind, tuple[float, float]] = {
    LesionKind.SPICULATED_MASS: (6.0, 20.0),
    LesionKind.ILL_DEFINED_MASS: (7.0, 22.0),
    LesionKind.PLEOMORPHIC_CLUSTER: (5.0, 18.0),
    LesionKind.LINEAR_CLUSTER: (8.0, 24.0),
    LesionKind.DISTORTION: (14.0, 32.0),
    LesionKind.ASYMMETRY: (16.0, 34.0),
}
"""Smallest and largest; from clear to subtle as the lists of practice have them (lesions/plan.py)."""


def class_of(kind: LesionKind) -> LesionClass:
    """Return the class of a suspicious kind."""
    return next(one for one, kinds in KINDS.items() if kind in kinds)


def size_of(kind: LesionKind, rng: np.random.Generator) -> float:
    """Draw a size."""
    return round(float(rng.uniform(*SIZES_MM[kind])), 1)


def plan_of(kind: LesionKind, size_mm: float, contrast: float, rng: np.random.Generator) -> LesionPlan:
    """Return a lesion of that size and contrast; conspicuity only decides how many specks there are."""
    return LesionPlan(kind, Conspicuity.MODERATE, size_mm, contrast, int(rng.integers(2**62)))
