"""How makers store: which side the chest wall is on, grey scales, windows and VOI LUTs."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.xray.grey import (
    air_value,
    digitise,
    stored_value,
    voi_lut,
    window_in_stored,
)
from klarsyn.simulation.xray.storage import (
    as_stored,
    is_mirrored,
    patient_orientation,
    stored_points,
)
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_B, VENDOR_C, VENDORS, GreyScale, Mirroring

R, L = Laterality.RIGHT, Laterality.LEFT
CC, MLO = ViewPosition.CC, ViewPosition.MLO
GREYS = st.sampled_from([v.grey for v in VENDORS.values()])


@pytest.mark.parametrize(
    ("mirroring", "laterality", "flipped", "mirrored", "cc", "mlo"),
    [
        (Mirroring.NONE, L, False, False, ("A", "R"), ("A", "FR")),
        (Mirroring.NONE, R, True, False, ("P", "L"), ("P", "FL")),
        (Mirroring.RIGHT, L, False, False, ("A", "R"), ("A", "FR")),
        (Mirroring.RIGHT, R, False, True, ("A", "L"), ("A", "FL")),
        (Mirroring.LEFT, L, True, True, ("P", "R"), ("P", "FR")),
        (Mirroring.LEFT, R, True, False, ("P", "L"), ("P", "FL")),
    ],
)
def test_each_way_of_storing_says_where_rows_and_columns_lead(
    mirroring: Mirroring,
    laterality: Laterality,
    flipped: bool,
    mirrored: bool,
    cc: tuple[str, str],
    mlo: tuple[str, str],
) -> None:
    vendor = dataclasses.replace(VENDOR_A, mirroring=mirroring)
    pixels = np.arange(6, dtype=np.uint16).reshape(2, 3)
    stored, was_flipped = as_stored(pixels, laterality, vendor)
    assert was_flipped == flipped
    np.testing.assert_array_equal(stored, pixels[:, ::-1] if flipped else pixels)
    assert is_mirrored(laterality, vendor) == mirrored
    assert patient_orientation(laterality, CC, vendor) == cc
    assert patient_orientation(laterality, MLO, vendor) == mlo


def test_slices_are_turned_like_flat_images() -> None:
    stack = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)
    stored, _ = as_stored(stack, R, VENDOR_A)
    np.testing.assert_array_equal(stored, stack[:, :, ::-1])


@given(
    row=st.integers(0, 19),
    column=st.integers(0, 29),
    laterality=st.sampled_from([R, L]),
    vendor=st.sampled_from(list(VENDORS.values())),
)
def test_a_point_stays_on_its_pixel(row: int, column: int, laterality: Laterality, vendor: object) -> None:
    pixels = np.zeros((20, 30), np.uint16)
    pixels[row, column] = 7
    stored, _ = as_stored(pixels, laterality, vendor)  # type: ignore[arg-type]
    point = stored_points(np.array([column + 0.5, row + 0.5]), 30, laterality, vendor)  # type: ignore[arg-type]
    assert stored[int(point[1]), int(point[0])] == 7


def test_both_breasts_in_one_image_are_refused() -> None:
    with pytest.raises(ValueError, match="one breast"):
        as_stored(np.zeros((2, 2), np.uint16), Laterality.BOTH, VENDOR_A)


def test_a_view_that_is_not_drawn_has_no_orientation() -> None:
    with pytest.raises(ValueError, match="CC and MLO"):
        patient_orientation(L, ViewPosition.XCCL, VENDOR_A)


@given(grey=GREYS, density=st.floats(-5, 5, width=32))
def test_no_tissue_has_the_value_of_air_or_padding(grey: GreyScale, density: float) -> None:
    stored = digitise(np.full((1, 2), density, np.float32), np.array([[True, False]]), grey)
    assert stored[0, 1] == air_value(grey)
    assert stored[0, 0] not in {air_value(grey), grey.padding}
    assert 0 < stored[0, 0] < 2**grey.bits - 1


@given(grey=GREYS, density=st.floats(0, 1, width=32))
def test_stored_values_are_what_windows_are_given_in(grey: GreyScale, density: float) -> None:
    stored = digitise(np.full((1, 1), density, np.float32), np.array([[True]]), grey)[0, 0]
    assert abs(float(stored) - stored_value(grey, density)) < 1
    assert window_in_stored(grey, density, 0.5)[0] == pytest.approx(float(stored), abs=1)


def test_padding_is_at_the_black_end_of_each_maker() -> None:
    assert air_value(VENDOR_A.grey) == 0
    assert air_value(VENDOR_B.grey) == 16383
    assert air_value(VENDOR_C.grey) == 0


@pytest.mark.parametrize("inverted", [False, True])
def test_voi_luts_map_every_stored_value_and_brighten_with_density(inverted: bool) -> None:
    grey = dataclasses.replace(VENDOR_C.grey, inverted=inverted)
    first, bits, table = voi_lut(("STANDARD", 1.0), grey)
    assert (first, bits, table.size, table.dtype) == (0, 12, 4096, np.uint16)
    assert (table.min(), table.max()) == (0, 4095)
    assert (np.diff(table.astype(int)) >= 0).all()


def test_a_lighter_curve_is_lighter_and_a_darker_one_darker() -> None:
    middle = round(stored_value(VENDOR_C.grey, 0.45))
    tables = {name: voi_lut((name, gamma), VENDOR_C.grey)[2] for name, gamma in VENDOR_C.grey.curves}
    assert tables["LIGHTER"][middle] > tables["STANDARD"][middle] > tables["DARKER"][middle]
