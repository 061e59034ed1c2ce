"""Where frames lie in the woman."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_images import facts

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.writing.frame_geometry import frame_geometry
from klarsyn.simulation.xray.vendors import VENDORS, Vendor

sides = st.sampled_from([Laterality.LEFT, Laterality.RIGHT])
vendors = st.sampled_from(list(VENDORS.values()))


@given(vendors, sides, st.floats(0, 90), st.integers(1, 5000))
def test_axes_of_a_stack_are_at_right_angles(
    vendor: Vendor, side: Laterality, angle: float, columns: int
) -> None:
    g = frame_geometry(facts(vendor, laterality=side, angle_deg=angle), columns)
    axes = np.array([g.along_row, g.down_column, g.to_tube])
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)


@given(sides, st.floats(0, 90), st.floats(0, 80), st.integers(10, 3000), st.integers(0, 9), st.integers(0, 9))
def test_a_point_of_the_breast_has_one_place_however_a_maker_stores_it(
    side: Laterality, angle: float, height: float, columns: int, row: int, column: int
) -> None:
    places = []
    for vendor in VENDORS.values():
        image = facts(vendor, laterality=side, angle_deg=angle, spacing_mm=0.1)
        g = frame_geometry(image, columns)
        stored = column if image.orientation[0] == "A" else columns - 1 - column
        origin = np.array([float(v) for v in g.position(height)])
        places.append(origin + 0.1 * (stored * g.along_row + row * g.down_column))
    assert places[0] == pytest.approx(places[1], abs=1e-5)
    assert places[0] == pytest.approx(places[2], abs=1e-5)
