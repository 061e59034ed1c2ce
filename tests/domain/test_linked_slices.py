"""Slices scrolled together: by mm above the support, with a prior by the share of the thickness."""

from dataclasses import replace

import pytest
from hanging_exams import an_image
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.linked_slices import linked_slice, positions_are_known, why_not_linked
from klarsyn.domain.stack import Stack
from klarsyn.domain.volume import Volume
from klarsyn.domain.volumes import volume_of_image


def volume(
    slices: int, view: str = "R CC", *, step: float = 1.0, thick: float | None = 1.0, lowest: float = 0.0
) -> Volume:
    """Slices at `lowest` mm and every `step` mm above; stored from the top down."""
    positions = tuple(lowest + step * n for n in reversed(range(slices)))
    image = an_image(f"1.{view}", view, frames=slices, stack=Stack(positions, thickness_mm=thick))
    return volume_of_image(image)


def unplaced(slices: int) -> Volume:
    return volume_of_image(an_image("1.5", "R CC", frames=slices, stack=Stack(thickness_mm=1.0)))


def test_left_follows_right_at_the_same_mm_above_the_support() -> None:
    assert linked_slice(volume(60), 29, volume(50, "L CC"), same_exam=True) == 29


def test_above_a_thinner_breast_its_uppermost_slice_stays() -> None:
    assert linked_slice(volume(60), 57, volume(50, "L CC"), same_exam=True) == 49


def test_where_the_planes_begin_in_the_room_does_not_matter() -> None:
    assert linked_slice(volume(60, lowest=-80), 20, volume(60, "L CC", lowest=31), same_exam=True) == 20


@pytest.mark.parametrize(("slab", "thin"), [(0, 2), (3, 11), (9, 29)])
def test_a_slab_goes_with_the_slice_in_its_middle(slab: int, thin: int) -> None:
    # Slabs of 6 mm every 3 mm: the first shows 0 to 6 mm, its middle is between slices 3 and 4.
    slabs = volume(10, step=3.0, thick=6.0, lowest=2.5)
    assert linked_slice(slabs, slab, volume(33), same_exam=True) == thin
    assert linked_slice(volume(33), thin, slabs, same_exam=True) == slab


def test_a_prior_of_another_thickness_follows_by_its_share_of_the_thickness() -> None:
    now, then = volume(60), volume(50)
    assert linked_slice(now, 29, then, same_exam=False) == 24
    assert linked_slice(now, 59, then, same_exam=False) == 49
    assert linked_slice(now, 0, then, same_exam=False) == 0
    assert linked_slice(then, 37, now, same_exam=False) == 44


def test_without_positions_the_share_of_the_number_of_slices_counts() -> None:
    assert not positions_are_known(unplaced(61))
    assert linked_slice(unplaced(61), 30, volume(31), same_exam=True) == 15
    assert linked_slice(volume(31), 15, unplaced(61), same_exam=False) == 30
    assert linked_slice(unplaced(1), 0, volume(31), same_exam=True) == 0


@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.sampled_from([None, 1.0, 6.0]),
    st.booleans(),
    st.data(),
)
def test_scrolling_up_never_takes_the_other_down_and_never_beyond_its_ends(
    ours: int, theirs: int, step: float, thick: float | None, same: bool, data: st.DataObject
) -> None:
    one, other = volume(ours), volume(theirs, "L CC", step=step, thick=thick)
    index = data.draw(st.integers(0, ours - 1))
    there = [linked_slice(one, n, other, same_exam=same) for n in range(index + 1)]
    assert there == sorted(there)
    assert set(there) <= set(range(theirs))


@given(st.integers(1, 90), st.booleans(), st.data())
def test_a_volume_of_the_same_slices_shows_the_same_slice(
    count: int, same: bool, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, count - 1))
    assert linked_slice(volume(count), index, volume(count, "L CC"), same_exam=same) == index


@pytest.mark.parametrize("other", ["L CC", "R CC"])
def test_views_of_one_kind_are_linked(other: str) -> None:
    assert why_not_linked(volume(9).image, volume(9, other).image) == ""


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("R MLO", "CC and MLO are cut in different directions"),
        ("R CC S", "R CC and R CC S were compressed in different ways"),
        ("? CC", "side or view of ? CC is not coded"),
        ("", "side or view of view unknown is not coded"),
    ],
)
def test_other_views_are_not_linked_and_it_is_said_why(other: str, why: str) -> None:
    assert why_not_linked(volume(9).image, volume(9, other).image) == why


def test_a_mammogram_is_not_linked() -> None:
    assert why_not_linked(volume(9).image, an_image("1.7", "R CC")) == "an image without slices"


def test_a_piece_is_not_linked_with_the_whole() -> None:
    piece = replace(volume(9).image, partial_view=True)
    assert "different ways" in why_not_linked(volume(9).image, piece)
