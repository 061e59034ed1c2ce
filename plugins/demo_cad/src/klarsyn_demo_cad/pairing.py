"""Which place of a tomosynthesis is the same lesion as a place of the 2D image of that view.

Only where both images lie over each other, as a synthetic image does and an exposure of one compression:
same side and view, same extent in mm, chest wall at the same edge. What is not surely at one place stays two
findings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from klarsyn.engine.contract import EngineView
from klarsyn_demo_cad.candidate import Candidate
from klarsyn_demo_cad.working_image import Region

_EXTENT_MM = 2.0
_APART_MM = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A candidate on a view, as it will be marked."""

    view: EngineView
    region: Region
    candidate: Candidate

    @property
    def centre_mm(self) -> tuple[float, float]:
        """(column, row) from the corner of the view."""
        column, row = np.add(self.candidate.centre_mm, self.region.corner_mm)
        return float(column), float(row)


def pairs(flat: Sequence[Place], deep: Sequence[Place]) -> dict[int, int]:
    """Return which of `deep` is which of `flat`, by their numbers: nearest pairs first, each once."""
    near = []
    for d, one in enumerate(deep):
        for f, other in enumerate(flat):
            apart = float(np.hypot(*np.subtract(one.centre_mm, other.centre_mm)))
            if _comparable(one, other) and apart <= _APART_MM:
                near.append((apart, d, f))
    found: dict[int, int] = {}
    for _, d, f in sorted(near):
        if d not in found and f not in found.values():
            found[d] = f
    return found


def _comparable(one: Place, other: Place) -> bool:
    a, b = one.view, other.view
    same_view = (a.laterality, a.view_position) == (b.laterality, b.view_position)
    same_kind = one.candidate.lesion_type is other.candidate.lesion_type
    known = None not in (a.laterality, a.view_position, a.spacing, b.spacing)
    return (
        same_view
        and same_kind
        and known
        and one.region.chest_left == other.region.chest_left
        and bool(np.abs(np.subtract(_extent_mm(one.region), _extent_mm(other.region))).max() <= _EXTENT_MM)
    )


def _extent_mm(region: Region) -> Any:
    return np.multiply(region.shape, region.spacing_mm)
