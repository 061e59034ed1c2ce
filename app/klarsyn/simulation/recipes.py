"""What the seed decides of an exam before anything is drawn."""

from dataclasses import dataclass

import numpy as np

from klarsyn.simulation.glandular import Density
from klarsyn.simulation.lesions import Conspicuity, LesionKind

_K, _C, _D = LesionKind, Conspicuity, Density

# Blocks of eight exams: half of them healthy, the others of graded conspicuity.
_BLOCKS: tuple[tuple[tuple[LesionKind, Conspicuity], ...], ...] = (
    (
        (_K.SPICULATED_MASS, _C.CLEAR),
        (_K.SPICULATED_MASS, _C.SUBTLE),
        (_K.PLEOMORPHIC_CLUSTER, _C.MODERATE),
        (_K.ROUND_MASS, _C.CLEAR),
    ),
    (
        (_K.SPICULATED_MASS, _C.MODERATE),
        (_K.PLEOMORPHIC_CLUSTER, _C.CLEAR),
        (_K.FINE_CLUSTER, _C.SUBTLE),
        (_K.ROUND_MASS, _C.MODERATE),
    ),
)
# About the share of each density among screened women.
_DENSITIES = (_D.A, _D.B, _D.B, _D.B, _D.C, _D.C, _D.C, _D.D)
_VENDORS = "ABABABAB"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Maker of the unit, density of both breasts, and the lesion of one of them, if any."""

    vendor: str
    density: Density
    lesion: tuple[LesionKind, Conspicuity] | None


def recipe_for(seed: int, number: int) -> Recipe:
    """Return the recipe of exam `number` (from 0); it does not depend on how many are asked for."""
    block, place = divmod(number, 8)
    rng = np.random.default_rng([seed, 101, block])
    lesions: list[tuple[LesionKind, Conspicuity] | None] = [*_BLOCKS[block % 2], None, None, None, None]
    lesion, density, vendor = (int(rng.permutation(8)[place]) for _ in range(3))
    return Recipe(_VENDORS[vendor], _DENSITIES[density], lesions[lesion])
