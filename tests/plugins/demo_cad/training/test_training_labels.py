"""A candidate's label says in which lesion it lies."""

import numpy as np
import pytest
from labels import BESIDE, NEAR_MM, NOTHING, label
from scene import Truth

from klarsyn.domain.finding import LesionType
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn_demo_cad.working_image import Region

K = LesionKind
MASS, CALCIFICATIONS = LesionType.SOFT_TISSUE, LesionType.CALCIFICATIONS
SPACING, CORNER_PIXELS = 0.07, (40, 100)  # first column and row of the crop


@pytest.fixture(scope="module")
def region() -> Region:
    mask = np.ones((2, 2), np.float32)
    left, top = CORNER_PIXELS
    box = (top, top + 900, left, left + 700)
    return Region(box, mask, mask, (0.0, 1.0), (SPACING, SPACING), (1200, 900), film=False, chest_left=True)


def square(number: int, kind: LesionKind, centre_mm: tuple[float, float], half_mm: float = 5.0) -> Truth:
    """A lesion whose outline is a square, given in mm of the crop."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half_mm + centre_mm
    return Truth(number, kind, 0.5, 2 * half_mm, 9.0, corners / SPACING + CORNER_PIXELS)


def test_inside_an_outline_is_that_lesion_and_far_from_all_is_nothing(region: Region) -> None:
    truths = [square(7, K.SPICULATED_MASS, (20, 20)), square(3, K.ASYMMETRY, (40, 40))]

    assert label((21.0, 19.0), MASS, truths, region) == 0
    assert label((40.0, 44.5), MASS, truths, region) == 1
    assert label((20.0, 45.0), MASS, truths, region) == NOTHING
    assert label((20.0, 20.0), MASS, [], region) == NOTHING


@pytest.mark.parametrize(
    ("outside_mm", "expected"), [(0.5, BESIDE), (NEAR_MM - 0.3, BESIDE), (NEAR_MM + 0.3, NOTHING)]
)
def test_just_beside_an_outline_is_neither_hit_nor_healthy(
    region: Region, outside_mm: float, expected: int
) -> None:
    truths = [square(0, K.DISTORTION, (20, 20))]

    assert label((25.0 + outside_mm, 20.0), MASS, truths, region) == expected


def test_where_lesions_lie_over_each_other_the_suspicious_one_of_the_own_kind_counts(region: Region) -> None:
    truths = [
        square(0, K.SMOOTH_MASS, (20, 20), 9),
        square(1, K.PLEOMORPHIC_CLUSTER, (20, 20), 4),
        square(2, K.ILL_DEFINED_MASS, (20, 20), 6),
    ]

    assert label((20.0, 20.0), MASS, truths, region) == 2
    assert label((20.0, 20.0), CALCIFICATIONS, truths, region) == 1
    assert label((28.0, 20.0), MASS, truths, region) == 0
