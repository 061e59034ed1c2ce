"""Slices by filtered back-projection: what lies at a height is sharp there, and smeared elsewhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomo_phantom import Blob, PhantomView, quiet_projections

from klarsyn.simulation.tomosynthesis.filtering import FilterShape
from klarsyn.simulation.tomosynthesis.projections import Projections, tilt_angles
from klarsyn.simulation.tomosynthesis.reconstruction import reconstruct, slice_heights

UNITS = {"15 over 15": (15, 15.0, 0.1), "25 over 50": (25, 50.0, 0.14), "15 over 25": (15, 25.0, 0.13)}


def detail(slice_: np.ndarray) -> np.ndarray:
    """Return the slice without the fat, which is the same in each row."""
    return slice_ - np.median(slice_, axis=0)


@settings(max_examples=12, deadline=None)
@given(
    unit=st.sampled_from(sorted(UNITS)),
    x=st.floats(6, 16), y=st.floats(12, 18), z=st.floats(2, 38),
)  # fmt: skip
def test_a_bead_is_brightest_in_the_slice_of_its_height_and_stands_there_where_it_is(unit, x, y, z):
    count, sweep, spacing = UNITS[unit]
    view = PhantomView(blobs=(Blob(x, y, z),))
    slices = reconstruct(
        quiet_projections(view, count=count, sweep_deg=sweep, spacing_mm=spacing), slice_heights(40)
    )
    images = [detail(s) for s in slices]

    best = int(np.argmax([image.max() for image in images]))
    row, column = np.unravel_index(np.argmax(images[best]), images[best].shape)
    near = np.maximum(images[best][row - 3 : row + 4, column - 3 : column + 4], 0)
    offset = np.arange(-3, 4)
    centre_row = row + (near.sum(axis=1) * offset).sum() / near.sum()
    centre_column = column + (near.sum(axis=0) * offset).sum() / near.sum()

    assert abs(slices.heights_mm[best] - z) <= 1.0
    assert abs(centre_row + 0.5 - y / spacing) < 0.5
    assert abs(centre_column + 0.5 - x / spacing) < 0.5


@pytest.mark.parametrize("unit", UNITS)
def test_out_of_its_plane_a_bead_shows_as_one_faint_copy_for_each_projection(unit):
    count, sweep, spacing = UNITS[unit]
    view = PhantomView(thickness_mm=45, blobs=(Blob(10, 22, 4.5),))
    slices = reconstruct(
        quiet_projections(view, count=count, sweep_deg=sweep, spacing_mm=spacing, rows=440),
        slice_heights(45),
    )
    line = detail(slices[34])[:, int(10 / spacing)]  # 30 mm above the bead.

    peaks = np.flatnonzero(
        (line[1:-1] > line[:-2]) & (line[1:-1] >= line[2:]) & (line[1:-1] > 0.3 * line.max())
    )
    # A slice at 34.5 mm sees what the tube cast from 4.5 mm at y + 4.5 tan - 34.5 tan.
    expected = sorted((22 - 30 * np.tan(np.deg2rad(a))) / spacing - 0.5 for a in tilt_angles(count, sweep))
    assert len(peaks) == count
    assert np.abs(peaks + 1 - expected).max() <= 1.0
    assert line.max() < 0.25 * detail(slices[4]).max()


def contrast(projections: Projections, height_mm: float, at: tuple[int, int]) -> float:
    slice_ = reconstruct(projections, slice_heights(40)).slice_at(height_mm)
    return float(slice_[at] - np.median(slice_[:, at[1] + 25]))


def test_a_rod_across_the_travel_of_the_tube_fades_away_from_its_height():
    view = PhantomView(blobs=(Blob(8, 20, 10.5, spread=(2.0, 0.15)),))
    projections = quiet_projections(view)
    row, column = int(20 / 0.13), int(8 / 0.13)

    # Off its height the rod is spread over 15 copies at other rows, of which the upright one stays.
    in_plane = contrast(projections, 10.5, (row, column))
    assert contrast(projections, 25.5, (row, column)) < 0.35 * in_plane


def test_a_rod_along_the_travel_of_the_tube_is_seen_at_all_heights():
    view = PhantomView(blobs=(Blob(8, 20, 10.5, spread=(0.15, np.inf)),))
    projections = quiet_projections(view)
    at = (int(20 / 0.13), int(8 / 0.13))

    assert contrast(projections, 25.5, at) == pytest.approx(contrast(projections, 10.5, at), rel=0.01)


def test_large_shapes_keep_their_share_and_borders_do_not_ring():
    shape = FilterShape(floor=0.3)
    slice_ = reconstruct(quiet_projections(PhantomView()), (20.0,), shape=shape)[0]

    inside = slice_[:, 5:150]  # Fat up to the upper and the lower edge.
    assert inside == pytest.approx(np.full(inside.shape, 0.3 * 0.05 * 40), rel=0.02)


def test_threads_do_not_change_a_slice():
    projections = quiet_projections(PhantomView(blobs=(Blob(9, 20, 20),), is_round=True))

    one = [s.tobytes() for s in reconstruct(projections, (10.5, 20.5), threads=1)]
    two = [s.tobytes() for s in reconstruct(projections, (10.5, 20.5), threads=2)]
    assert one == two


@pytest.mark.parametrize(("thickness", "count"), [(30.0, 30), (50.2, 51), (0.4, 1)])
def test_slices_reach_from_the_support_to_the_paddle(thickness, count):
    heights = slice_heights(thickness)

    assert len(heights) == count
    assert heights[0] == 0.5
    assert np.allclose(np.diff(heights), 1.0)


def test_a_breast_without_thickness_cannot_be_cut():
    with pytest.raises(ValueError, match="cannot be cut into slices"):
        slice_heights(0)


def test_projections_of_nothing_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="No breast is seen"):
        reconstruct(quiet_projections(PhantomView(depth_mm=0)), (10.5,))


@given(
    floor=st.floats(0.05, 1), plateau=st.floats(0.1, 3), slice_mm=st.floats(0.5, 4), angle=st.floats(-30, 30)
)
def test_the_filter_starts_at_its_floor_passes_nothing_at_nyquist_and_never_amplifies(
    floor, plateau, slice_mm, angle
):
    frequency = np.linspace(0, 5, 200, dtype=np.float32)
    gain = FilterShape(floor, plateau, slice_mm).gain(frequency, 5.0, angle)

    assert gain[0] == pytest.approx(floor, rel=1e-5)
    assert gain[-1] == pytest.approx(0, abs=1e-6)
    assert gain.min() >= -1e-6
    assert gain.max() <= 1 + 1e-6


def test_the_slice_thickness_filter_spares_the_upright_projection_and_calms_the_tilted():
    frequency = np.linspace(0, 3, 100, dtype=np.float32)
    shape = FilterShape(slice_mm=2.0)

    assert (shape.gain(frequency, 5.0, 25.0)[10:] < shape.gain(frequency, 5.0, 0.0)[10:]).all()
