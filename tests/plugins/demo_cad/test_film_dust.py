"""Dust on scanned film is no calcification, and nothing is marked outside the skin."""

import cv2
import numpy as np
import phantoms
import pytest

from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import EngineExam
from klarsyn_demo_cad.breast import breast_masks
from klarsyn_demo_cad.engine import DemoCad
from klarsyn_demo_cad.working_image import flat_region

_BREAST_MM = (120.0, 65.0)  # row of its middle on the film, radius
_INSIDE = (40.0, 120.0)
_SKIN = tuple(np.array([65.0, 0.0]) @ [[np.cos(0.6), np.sin(0.6)], [0, 0]] + [0.0, 120.0])


@pytest.fixture(scope="module")
def engine() -> DemoCad:
    """Marks also what is weak: nothing may be found, not merely nothing reported."""
    return DemoCad(least_reported=0.1)


@pytest.fixture(scope="module")
def scan() -> np.ndarray:
    return phantoms.film(phantoms.half_disc())


def regions(engine: DemoCad, image: np.ndarray, spacing: float | None = None):
    view = phantoms.view(image, spacing=spacing)
    return engine.analyse(EngineExam("token", (view,)), lambda _: None).regions


def clusters_near(found, column_mm: float, row_mm: float) -> int:
    centres = [
        np.mean(r.outline, 0) * phantoms.SPACING for r in found if r.lesion_type is LesionType.CALCIFICATIONS
    ]
    return sum(bool(np.hypot(*(c - (column_mm, row_mm))) < 8) for c in centres)


def test_specks_inside_the_breast_are_marked_on_film(engine, scan):
    found = regions(engine, phantoms.with_specks_at(scan, *_INSIDE))

    assert clusters_near(found, *_INSIDE) == 1


@pytest.mark.parametrize(
    "place",
    [(5.0, 205.0), (30.0, 195.0), (5.0, 35.0), _SKIN],
    ids=["leaked light below the breast", "air below the breast", "leaked light above it", "skin line"],
)
def test_the_same_specks_outside_the_breast_or_on_its_skin_are_not_marked(engine, scan, place):
    found = regions(engine, phantoms.with_specks_at(scan, *place))

    assert clusters_near(found, *place) == 0


def test_specks_as_sharp_as_the_scanner_are_dust_on_film_wherever_they_lie(engine, scan):
    found = regions(engine, phantoms.with_specks_at(scan, *_INSIDE, dust=True))

    assert clusters_near(found, *_INSIDE) == 0


def test_a_detector_that_states_its_spacing_has_no_dust_and_keeps_its_sharp_specks(engine, scan):
    found = regions(engine, phantoms.with_specks_at(scan, *_INSIDE, dust=True), spacing=phantoms.SPACING)

    assert clusters_near(found, *_INSIDE) == 1


def test_light_leaked_along_the_chest_wall_is_no_breast(scan):
    small = cv2.resize(scan, (90, 240), interpolation=cv2.INTER_AREA)
    breast = breast_masks(small, oblique=False).breast

    assert breast[60:180, 4].all()
    assert not breast[:45].any()
    assert not breast[195:].any()


def test_the_mask_of_a_mirrored_image_is_the_mirrored_mask(scan):
    small = cv2.resize(scan, (90, 240), interpolation=cv2.INTER_AREA)
    one, other = breast_masks(small, False).breast, breast_masks(small[:, ::-1].copy(), False).breast

    assert np.array_equal(one, other[:, ::-1])


def test_the_search_stays_where_tissue_is_brighter_than_air(scan):
    small = cv2.resize(scan, (90, 240), interpolation=cv2.INTER_AREA)
    small[100:120, 20:40] = phantoms.AIR  # air enclosed by breast belongs to the filled outline

    masks = breast_masks(small, oblique=False)
    assert masks.breast[110, 30]
    assert not masks.inner[104:116, 24:36].any()
    assert masks.inner[140, 30]


def test_an_outline_never_crosses_the_skin(engine, scan):
    view = phantoms.view(scan, spacing=None)
    region = flat_region(view)
    image, corner_mm = region.image(view.pixels), np.array(region.corner_mm)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    centre = np.array([55.0, _BREAST_MM[0] - corner_mm[1]])
    wide = centre + 20 * np.stack([np.cos(angles), np.sin(angles)], 1)

    kept = image.within_breast(wide, centre) + corner_mm
    depth = _BREAST_MM[1] - np.hypot(kept[:, 0], kept[:, 1] - _BREAST_MM[0])

    assert depth.min() > -1.5  # a pixel of the mask
    assert np.allclose(kept[12], wide[12] + corner_mm)  # what lies inside is left alone
