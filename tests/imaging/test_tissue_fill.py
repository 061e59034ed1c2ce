"""Taking a region out of a mammogram, as if the tissue around it went on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.imaging.tissue_fill import outline_mask, without_region

ROWS, COLUMNS = 300, 260
SQUARE = ((100.0, 120.0), (140.0, 120.0), (140.0, 160.0), (100.0, 160.0))


def tissue(seed: int = 1) -> np.ndarray:
    """A slope of grey with grain on it."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    grain = np.random.default_rng(seed).normal(0, 25, (ROWS, COLUMNS))
    return np.rint(1000 + 2.0 * rows + columns + grain).astype(np.uint16)


def test_an_outline_holds_the_pixels_between_its_corners_and_grows_by_as_much_as_asked() -> None:
    mask = outline_mask((ROWS, COLUMNS), SQUARE)
    assert mask[120:160, 100:140].all()
    assert mask.sum() <= 41 * 41
    grown = outline_mask((ROWS, COLUMNS), SQUARE, 5)
    assert grown[140, 95:145].all()
    assert not grown[140, :90].any()


def test_a_bright_lesion_becomes_what_is_around_it_in_level_and_in_grain() -> None:
    plain = tissue()
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    lesion = plain + np.where(np.hypot(rows - 140, columns - 120) < 15, 900, 0).astype(np.uint16)
    mask = outline_mask(plain.shape, SQUARE)
    filled = without_region(lesion, mask)
    assert abs(float(filled[mask].mean()) - float(plain[mask].mean())) < 15
    assert 0.6 < float(filled[mask].std()) / float(plain[mask].std()) < 1.4
    assert filled[mask].max() < plain[mask].max() + 60


def test_a_lesion_beside_the_region_is_not_carried_into_it() -> None:
    beside = tissue()
    beside[125:155, 142:160] = 4000
    mask = outline_mask(beside.shape, SQUARE)
    assert without_region(beside, mask)[mask].max() < 2200


def test_specks_beside_the_region_are_not_carried_into_it() -> None:
    specks = tissue()
    specks[::12, ::12] = 4000
    specks[120:160, 100:140] = tissue()[120:160, 100:140]
    mask = outline_mask(specks.shape, SQUARE)
    assert without_region(specks, mask)[mask].max() < 2200


def test_nothing_outside_of_the_region_and_nothing_outside_of_the_breast_changes() -> None:
    pixels = tissue()
    pixels[:, 120:] = 0
    mask = outline_mask(pixels.shape, SQUARE)
    filled = without_region(pixels, mask)
    assert (filled[~mask] == pixels[~mask]).all()
    assert (filled[:, 120:] == 0).all()
    assert (filled[mask & (pixels > 0)] > 0).all()


def test_a_breast_that_is_told_ends_at_its_skin_although_air_is_not_black() -> None:
    pixels = tissue()
    pixels[:, 120:] = 60
    breast = np.zeros(pixels.shape, bool)
    breast[:, :120] = True
    mask = outline_mask(pixels.shape, SQUARE)
    filled = without_region(pixels, mask, breast)
    assert (filled[:, 120:] == 60).all()
    assert filled[mask & breast].min() > 1000


def test_a_region_that_is_all_there_is_becomes_nothing() -> None:
    pixels = np.zeros((80, 80), np.uint16)
    pixels[30:50, 30:50] = 1500
    everything = np.ones(pixels.shape, bool)
    assert (without_region(pixels, everything) == 0).all()


@given(
    top=st.integers(-5, ROWS),
    left=st.integers(-5, COLUMNS),
    height=st.integers(1, 150),
    width=st.integers(1, 150),
)
def test_any_region_at_any_edge_is_filled_within_the_grey_of_the_image_and_the_same_each_time(
    top: int, left: int, height: int, width: int
) -> None:
    pixels = tissue()
    mask = np.zeros(pixels.shape, bool)
    mask[max(0, top) : top + height, max(0, left) : left + width] = True
    filled = without_region(pixels, mask)
    assert (without_region(pixels, mask) == filled).all()
    assert filled.min() > 800
    assert filled.max() < 2200
