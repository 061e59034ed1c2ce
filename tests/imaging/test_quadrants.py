"""The quadrant walk leaves nothing unseen, and both breasts are walked alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.imaging.coverage import BLOCK, Coverage
from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.quadrants import OVERLAP, quadrant_walk
from klarsyn.imaging.transform import ViewTransform

FFDM = (2560, 3328)
VIEWPORT = (1200, 1600)
FLIPS = st.builds(Flip, st.booleans(), st.booleans())


def hung(size: tuple[int, int] = FFDM, flip: Flip = Flip(), aspect: float = 1.0) -> ViewTransform:  # noqa: B008
    return ViewTransform(*size, flip, 0.4, 0.4 * aspect, (3.0, 5.0))


def places(walk) -> list[tuple[int, int]]:
    return [(stop.row, stop.column) for stop in walk.stops]


def test_a_left_breast_is_walked_from_the_chest_wall_to_the_nipple_and_back() -> None:
    walk = quadrant_walk(hung(), (0, 0, 2200, 2900), VIEWPORT, "left")
    assert places(walk) == [(0, 0), (0, 1), (1, 1), (1, 0)]


def test_a_right_breast_is_walked_as_the_mirror_image_of_a_left_one() -> None:
    walk = quadrant_walk(hung(), (360, 0, 2560, 2900), VIEWPORT, "right")
    assert places(walk) == [(0, 1), (0, 0), (1, 0), (1, 1)]


@given(
    depth=st.integers(40, 2500),
    top=st.integers(0, 1600),
    height=st.integers(40, 1700),
    viewport=st.tuples(st.integers(64, 1800), st.integers(64, 1800)),
)
def test_mirrored_breasts_have_mirrored_stops(depth, top, height, viewport) -> None:
    columns = FFDM[0]
    left = quadrant_walk(hung(), (0, top, depth, top + height), viewport, "left")
    right = quadrant_walk(hung(), (columns - depth, top, columns, top + height), viewport, "right")
    for a, b in zip(left.stops, right.stops, strict=True):
        assert a.transform.offset[1] == b.transform.offset[1]
        # The image's right edge is as far from the viewport's right as the left one is from its left.
        x = b.transform.offset[0] + columns
        assert viewport[0] - x == a.transform.offset[0]


@settings(deadline=None)
@given(
    size=st.tuples(st.integers(20, 900), st.integers(20, 900)),
    flip=FLIPS,
    viewport=st.tuples(st.integers(64, 700), st.integers(64, 700)),
    chest_wall=st.sampled_from(["left", "right", None]),
    aspect=st.sampled_from([1.0, 1.0, 0.5, 1.37, 1.9]),
    overlap=st.integers(0, 200),
    seed=st.integers(0, 2**31),
)
def test_walking_all_stops_leaves_no_pixel_of_the_breast_unseen(
    size, flip, viewport, chest_wall, aspect, overlap, seed
) -> None:
    columns, rows = size
    rng = np.random.default_rng(seed)
    mask = np.zeros((50, 50), dtype=bool)
    row, column = rng.integers(0, 50, 2), rng.integers(0, 50, 2)
    mask[row.min() : row.max() + 1, column.min() : column.max() + 1] = True
    coverage = Coverage(columns, rows, mask)
    walk = quadrant_walk(hung(size, flip, aspect), coverage.breast_box, viewport, chest_wall, overlap)
    for stop in walk.stops:
        coverage.look(stop.transform, viewport)
    assert coverage.all_seen


@settings(deadline=None)
@given(
    viewport=st.tuples(st.integers(64, 500), st.integers(64, 500)),
    chest_wall=st.sampled_from(["left", "right"]),
    density=st.floats(0.001, 0.2),
    seed=st.integers(0, 2**31),
)
def test_stops_that_add_nothing_are_left_out_and_still_all_of_the_breast_is_seen(
    viewport, chest_wall, density, seed
) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((40, 40)) < density
    mask[rng.integers(40), rng.integers(40)] = True
    coverage = Coverage(900, 1100, mask, margin=0)
    walk = quadrant_walk(hung((900, 1100)), coverage.breast_box, viewport, chest_wall)
    through = walk.through(coverage, viewport)
    assert set(through.stops) <= set(walk.stops)
    shown = [coverage.breast_blocks(stop.transform, viewport) for stop in through.stops]
    for number, blocks in enumerate(shown):
        others = np.zeros_like(blocks)
        for other in shown[:number] + shown[number + 1 :]:
            others |= other
        assert (blocks & ~others).any(), "each stop that is left shows breast that no other one shows"
    for stop in through.stops:
        coverage.look(stop.transform, viewport)
    assert coverage.all_seen


def test_a_corner_whose_breast_a_neighbours_edge_shows_whole_is_not_walked() -> None:
    # Two stops across and two down; the breast reaches the last one only where its neighbours overlap it.
    mask = np.zeros((3328 // BLOCK, 2560 // BLOCK), dtype=bool)
    mask[: 2900 // BLOCK, : 1000 // BLOCK] = mask[: 1400 // BLOCK, : 2200 // BLOCK] = True
    coverage = Coverage(*FFDM, mask)
    walk = quadrant_walk(hung(), coverage.breast_box, VIEWPORT, "left")
    assert places(walk) == [(0, 0), (0, 1), (1, 1), (1, 0)]
    corner = coverage.breast_blocks(walk.stops[2].transform, VIEWPORT)
    assert corner.any(), "it does show breast"
    assert places(walk.through(coverage, VIEWPORT)) == [(0, 0), (0, 1), (1, 0)]


def test_the_corner_beyond_the_nipple_is_not_walked() -> None:
    mask = np.zeros((26, 20), dtype=bool)
    mask[:13, :17] = mask[:, :5] = True
    coverage = Coverage(*FFDM, mask)
    walk = quadrant_walk(hung(), coverage.breast_box, VIEWPORT, "left").through(coverage, VIEWPORT)
    assert (2, 1) not in places(walk)
    assert places(walk)[-1] == (2, 0)


@given(
    box=st.tuples(
        st.integers(0, 1000), st.integers(0, 1000), st.integers(1001, 2560), st.integers(1001, 3328)
    ),
    viewport=st.tuples(st.integers(300, 1500), st.integers(300, 1500)),
    flip=FLIPS,
)
def test_neighbours_overlap_and_every_stop_has_one_image_pixel_a_device_pixel(box, viewport, flip) -> None:
    walk = quadrant_walk(hung(flip=flip), box, viewport, "left")
    by_place = {(s.row, s.column): s.transform for s in walk.stops}
    for (row, column), transform in by_place.items():
        assert transform.column_scale == transform.row_scale == 1.0
        assert transform.flip == flip
        # Where the breast is larger than the viewport, no stop reaches a block beyond it.
        seen = transform.visible_region(viewport)
        for axis, length in enumerate(viewport):
            if box[axis + 2] - box[axis] > length:
                assert box[axis] - BLOCK < seen[axis] < seen[axis + 2] < box[axis + 2] + BLOCK
        assert all(float(o).is_integer() for o in transform.offset), "pixels lie on the screen's pixels"
        for axis, (beside, length) in enumerate(
            [((row, column + 1), viewport[0]), ((row + 1, column), viewport[1])]
        ):
            if beside in by_place:
                step = transform.offset[axis] - by_place[beside].offset[axis]
                assert 0 < step <= length - OVERLAP


def test_a_breast_that_fits_is_one_stop_with_its_chest_wall_at_the_viewports_edge() -> None:
    (right,) = quadrant_walk(hung(), (2000, 992, 2560, 1600), VIEWPORT, "right").stops
    assert right.transform.to_viewport(2560, 0)[0] == VIEWPORT[0]
    assert right.transform.to_viewport(0, 1296)[1] == VIEWPORT[1] / 2
    (left,) = quadrant_walk(hung(), (0, 992, 560, 1600), VIEWPORT, "left").stops
    assert left.transform.to_viewport(0, 0)[0] == 0


def test_one_key_walks_forward_and_one_back_and_both_stay_at_the_ends() -> None:
    walk = quadrant_walk(hung(), (0, 0, 2200, 2900), VIEWPORT, "left")
    assert [walk.forward(0), walk.forward(3), walk.back(3), walk.back(0)] == [1, 3, 2, 0]


def test_four_keys_walk_by_place_on_the_screen() -> None:
    walk = quadrant_walk(hung(), (0, 0, 2200, 2900), VIEWPORT, "left")
    assert places(walk)[walk.beside(0, across=0, down=1)] == (1, 0)
    assert places(walk)[walk.beside(0, across=1, down=0)] == (0, 1)
    assert walk.beside(0, across=-1, down=0) == 0


def test_a_viewport_that_is_smaller_than_two_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        quadrant_walk(hung(), (0, 0, 100, 100), (2 * BLOCK - 1, 500), "left")


def test_a_breast_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to walk over"):
        quadrant_walk(hung(), (100, 100, 100, 300), VIEWPORT, "left")
