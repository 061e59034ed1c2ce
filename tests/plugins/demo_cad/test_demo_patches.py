"""What the network sees of a candidate is what lies around it."""

import numpy as np
import pytest

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.patches import SIDE, STEPS, cutter
from klarsyn_demo_cad.working_image import FINE_MM, WorkingImage

CALCIFICATIONS, MASS = LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE
ROWS, COLUMNS = 400, 300


def image(grey: np.ndarray) -> WorkingImage:
    mask = np.ones((grey.shape[0] // 5, grey.shape[1] // 5), np.float32)
    return WorkingImage(grey.astype(np.float32), mask, mask, film=False)


@pytest.mark.parametrize("kind", [CALCIFICATIONS, MASS])
def test_the_candidate_stands_in_the_middle_of_its_patch(kind: LesionType) -> None:
    grey = np.zeros((ROWS, COLUMNS))
    step = STEPS[kind]
    row, column = 201 // step * step, 120 // step * step
    grey[row : row + step, column : column + step] = 1.0
    patch = cutter(kind, image(grey)).at(((column + step / 2) * FINE_MM, (row + step / 2) * FINE_MM))

    assert patch.shape == (SIDE, SIDE)
    place = np.argwhere(patch == patch.max())
    assert np.abs(place - SIDE / 2).max() <= 1
    assert patch.max() == pytest.approx(1.0)


def test_a_pixel_of_a_mass_patch_is_the_mean_of_nine() -> None:
    grey = np.random.default_rng(1).random((ROWS, COLUMNS))
    patch = cutter(MASS, image(grey), 4).at((60 * FINE_MM, 90 * FINE_MM))

    assert patch[2, 2] == pytest.approx(grey[90:93, 60:63].mean(), abs=1e-6)


@pytest.mark.parametrize("kind", [CALCIFICATIONS, MASS])
@pytest.mark.parametrize("centre", [(0.0, 0.0), (29.9, 39.9), (-3.0, 12.0), (15.0, 41.0)])
def test_beyond_the_image_a_patch_sees_its_mirror_image_and_nothing_else(
    kind: LesionType, centre: tuple[float, float]
) -> None:
    grey = np.random.default_rng(2).random((ROWS, COLUMNS)) + 1
    patch = cutter(kind, image(grey)).at(centre)

    assert patch.shape == (SIDE, SIDE)
    assert patch.min() >= 1 - 1e-6


def test_at_the_chest_wall_the_mirror_stands_on_the_edge() -> None:
    grey = np.random.default_rng(3).random((ROWS, COLUMNS))
    patch = cutter(CALCIFICATIONS, image(grey), 8).at((0.0, 20.0))

    assert np.array_equal(patch[:, :4], patch[:, :3:-1])
