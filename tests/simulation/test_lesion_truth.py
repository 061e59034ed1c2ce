"""The truth of a lesion: its outline on the rays, its centre, its sections."""

import cv2
import numpy as np
import pytest
from lesion_casts import KINDS, Slab, attenuation, cast, inside_and_around, lesion_of

from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.outline import polygon_centre


@pytest.mark.parametrize("grade", Conspicuity)
@pytest.mark.parametrize("kind", KINDS)
def test_a_lesion_adds_attenuation_where_its_truth_lies(kind: LesionKind, grade: Conspicuity) -> None:
    lesion, view = lesion_of(kind, grade), Slab()
    added = attenuation(cast(lesion, view)) - np.float32(0.045 * 40 + 0.08 * 10)
    inside, around = inside_and_around(lesion.truth_on(view).outline, added.shape)
    assert added[inside].mean() > 2.5 * abs(added[around].mean())
    assert added[inside].mean() > 0.0005


@pytest.mark.parametrize("kind", KINDS)
def test_the_outline_contains_the_centre_and_the_heights_do(kind: LesionKind) -> None:
    truth = lesion_of(kind).truth_on(Slab())
    x, y, z = truth.centre
    assert cv2.pointPolygonTest(truth.outline.astype(np.float32), (x, y), False) > 0
    assert truth.heights[0] < z < truth.heights[1]
    assert truth.outline_at(z) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_centre_is_that_of_the_outline_and_of_the_heights(kind: LesionKind) -> None:
    truth = lesion_of(kind).truth_on(Slab())
    x, y, z = truth.centre
    moments = cv2.moments((truth.outline * 1000).astype(np.int32))
    assert (x, y) == pytest.approx(
        (moments["m10"] / moments["m00"] / 1000, moments["m01"] / moments["m00"] / 1000), abs=0.02
    )
    assert z == pytest.approx(sum(truth.heights) / 2)


@pytest.mark.parametrize("kind", KINDS)
def test_sections_shrink_from_the_middle_and_end_at_the_heights(kind: LesionKind) -> None:
    truth = lesion_of(kind).truth_on(Slab())
    low, high = truth.heights

    def area(z: float) -> float:
        outline = truth.outline_at(z)
        return 0.0 if outline is None else float(cv2.contourArea(outline.astype(np.float32)))

    whole = float(cv2.contourArea(truth.outline.astype(np.float32)))
    middle = max(area(z) for z in np.linspace(0.7 * low + 0.3 * high, 0.3 * low + 0.7 * high, 5))
    assert 0.5 * whole < middle <= 1.02 * whole
    assert area(low + 0.3) < 0.7 * middle
    assert area(high - 0.3) < 0.7 * middle
    assert truth.outline_at(low - 0.1) is None
    assert truth.outline_at(high + 0.1) is None


def test_a_mass_is_as_large_as_planned() -> None:
    for kind in (LesionKind.SPICULATED_MASS, LesionKind.ILL_DEFINED_MASS, LesionKind.SMOOTH_MASS):
        lesion = lesion_of(kind)
        area = cv2.contourArea(lesion.truth_on(Slab()).outline.astype(np.float32))
        assert 2 * np.sqrt(area / np.pi) == pytest.approx(lesion.plan.size_mm, rel=0.3)


def test_the_centroid_of_a_polygon_is_that_of_its_area() -> None:
    square = np.array([[2.0, 2], [4, 2], [4, 3], [4, 6], [2, 6]])
    assert polygon_centre(square) == pytest.approx([3, 4])
