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
