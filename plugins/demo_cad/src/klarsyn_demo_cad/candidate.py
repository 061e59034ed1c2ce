"""A suspicious place on one view, before it becomes a region of the result."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """`evidence` is 1 for about the strongest place on one normal view in ten; `outline_mm` is (n, 2) of
    (column, row) in mm from the corner of the crop."""

    lesion_type: LesionType
    evidence: float
    centre_mm: tuple[float, float]
    radius_mm: float
    outline_mm: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proposing:
    """How many places the filters propose: specks from `least_speck`, in units of the noise around, and of
    those `most_specks`; so many clusters; so many places of soft tissue a scale, `apart_mm` apart."""

    least_speck: float
    most_specks: int
    most_clusters: int
    masses_a_scale: int
    apart_mm: float


ALONE = Proposing(2.6, 400, 1000, 6, 6.0)
"""Where the filters' own evidence decides."""

FOR_NETWORK = Proposing(1.6, 600, 10, 12, 5.0)
"""Where the network decides: it throws most away, and finds nothing that is not proposed."""


def strongest(candidates: list[Candidate], most: int) -> list[Candidate]:
    """Return the best candidates in falling order, none with its centre inside a better one."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: -c.evidence):
        if len(kept) == most:
            break
        apart = (
            np.hypot(*np.subtract(one.centre_mm, k.centre_mm)) > max(one.radius_mm, k.radius_mm) for k in kept
        )
        if all(apart):
            kept.append(one)
    return kept
