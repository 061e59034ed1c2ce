"""What has been seen pixel by pixel: never claimed too early, always reached in the end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.imaging.coverage import BLOCK, Coverage
from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.transform import ViewTransform

SIZE = (200, 160)


def looking(left: float, top: float, scale: float = 1.0, size: tuple[int, int] = (500, 400)) -> ViewTransform:
    """The image with its point (left, top), as shown, at the viewport's corner."""
    return ViewTransform(*size, Flip(), scale, scale, (-left * scale, -top * scale))


def mask_of(rows: int, columns: int, *pixels: tuple[int, int]) -> np.ndarray:
    mask = np.zeros((rows, columns), dtype=bool)
    for row, column in pixels:
        mask[row, column] = True
    return mask


def test_an_image_that_fits_the_viewport_is_seen_in_one_look() -> None:
    coverage = Coverage(150, 130)
    assert coverage.look(looking(0, 0, size=(150, 130)), SIZE)
    assert (coverage.all_seen, coverage.share, coverage.unseen_box) == (True, 1.0, None)


def test_a_smaller_picture_than_one_to_one_shows_no_pixel() -> None:
    coverage = Coverage(150, 130)
    assert not coverage.look(looking(0, 0, 0.999, (150, 130)), SIZE)
    assert coverage.share == 0


def test_pixels_that_are_not_square_are_seen_when_both_their_sides_are() -> None:
    coverage = Coverage(100, 100)
    assert not coverage.look(ViewTransform(100, 100, Flip(), 1.0, 0.5), SIZE)
    assert coverage.look(ViewTransform(100, 100, Flip(), 1.0, 1.0), SIZE)


def test_a_block_at_the_edge_of_the_viewport_counts_only_when_all_of_it_is_there() -> None:
    coverage = Coverage(BLOCK * 4, BLOCK)
    coverage.look(ViewTransform(BLOCK * 4, BLOCK, Flip(), 1, 1), (2 * BLOCK - 1, BLOCK))
    assert coverage.unseen.tolist() == [[False, True, True, True]]
    coverage.look(ViewTransform(BLOCK * 4, BLOCK, Flip(), 1, 1, (-BLOCK, 0)), (3 * BLOCK, BLOCK))
    assert coverage.all_seen


@pytest.mark.parametrize("shift", [-0.5, 0.5])
def test_a_pixel_that_stands_half_in_the_viewport_is_not_seen(shift: float) -> None:
    coverage = Coverage(2 * BLOCK, BLOCK)
    coverage.look(ViewTransform(2 * BLOCK, BLOCK, Flip(), 1, 1, (shift, 0)), (2 * BLOCK, BLOCK))
    assert coverage.unseen.tolist() == [[shift < 0, shift > 0]]


def test_looking_again_is_nothing_new() -> None:
    coverage = Coverage(500, 400)
    assert coverage.look(looking(16, 32), SIZE)
    assert not coverage.look(looking(16, 32), SIZE)
    assert coverage.unseen_box == (0, 0, 500, 400)


def test_only_the_breast_counts_with_a_margin_round_it() -> None:
    coverage = Coverage(500, 400, mask_of(25, 32, (5, 6)))
    # Row 5 of 25 is pixels 80 to 96, column 6 of 32 is 93.75 to 109.4; one block more on each side.
    assert coverage.breast_box == (64, 64, 128, 112)
    coverage.look(looking(64, 64), (64, 48))
    assert coverage.all_seen


def test_without_a_breast_in_the_pixels_the_whole_image_counts() -> None:
    assert Coverage(500, 400, np.zeros((20, 20), dtype=bool)).breast_box == (0, 0, 500, 400)


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="0 by 10"):
        Coverage(0, 10)


VIEWS = st.lists(
    st.tuples(
        st.floats(-250, 600), st.floats(-200, 500), st.floats(0.8, 3), st.booleans(), st.booleans(),
        st.tuples(st.integers(1, 420), st.integers(1, 420)),
    ),
    max_size=12,
)  # fmt: skip


@settings(deadline=None)
@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    views=VIEWS,
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    seed=st.integers(0, 2**31),
)
def test_all_is_never_called_seen_while_a_pixel_of_the_breast_is_not(size, views, shape, seed) -> None:
    columns, rows = size
    rng = np.random.default_rng(seed)
    mask = rng.random(shape) < 0.1
    mask[rng.integers(shape[0]), rng.integers(shape[1])] = True
    coverage = Coverage(columns, rows, mask, margin=0)
    # Every pixel for itself, by its two corners on the screen.
    seen = np.zeros((rows, columns), dtype=bool)
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    for left, top, scale, across, down, viewport in views:
        transform = ViewTransform(columns, rows, Flip(across, down), scale, scale, (-left, -top))
        coverage.look(transform, viewport)
        corners = [
            transform.points_to_viewport(np.stack([column.ravel() + d, row.ravel() + d], axis=1))
            for d in (0, 1)
        ]
        low, high = np.minimum(*corners), np.maximum(*corners)
        whole = (low >= -1e-4).all(axis=1) & (high <= np.array(viewport) + 1e-4).all(axis=1)
        seen |= whole.reshape(rows, columns) & (scale >= 1 - 1e-6)
    # A pixel is breast when any true pixel of the mask, which lies over the whole image, touches it.
    at_row, at_column = np.nonzero(mask)
    breast = np.zeros((rows, columns), dtype=bool)
    for r, c in zip(at_row, at_column, strict=True):
        down = (np.arange(rows) * shape[0] < (r + 1) * rows) & ((np.arange(rows) + 1) * shape[0] > r * rows)
        along = (np.arange(columns) * shape[1] < (c + 1) * columns) & (
            (np.arange(columns) + 1) * shape[1] > c * columns
        )
        breast |= np.outer(down, along)
    assert not coverage.all_seen or seen[breast].all()
    if not seen[breast].any():
        assert coverage.share < 1
    column0, row0, column1, row1 = coverage.breast_box
    outside = breast.copy()
    outside[row0:row1, column0:column1] = False
    assert not outside.any()


@given(views=VIEWS)
def test_what_has_been_seen_stays_seen(views) -> None:
    coverage, shares = Coverage(300, 300), [0.0]
    for left, top, scale, across, down, viewport in views:
        new = coverage.look(
            ViewTransform(300, 300, Flip(across, down), scale, scale, (-left, -top)), viewport
        )
        shares.append(coverage.share)
        assert new == (shares[-1] > shares[-2])
    assert coverage.all_seen == (coverage.share == 1)


@given(
    columns=st.integers(1, 700),
    rows=st.integers(1, 700),
    left=st.integers(-50, 700),
    top=st.integers(-50, 700),
)
def test_what_was_seen_is_the_same_after_packing(columns: int, rows: int, left: int, top: int) -> None:
    before = Coverage(columns, rows)
    before.look(looking(left, top, size=(columns, rows)), SIZE)
    after = Coverage(columns, rows)
    assert after.add(before.packed()) == (before.share > 0)
    assert np.array_equal(after.unseen, before.unseen)


def test_what_was_seen_before_is_added_to_what_is_seen_now() -> None:
    before, now = Coverage(400, 160), Coverage(400, 160)
    before.look(looking(0, 0, size=(400, 160)), SIZE)
    now.look(looking(192, 0, size=(400, 160)), (208, 160))
    now.add(before.packed())
    assert now.all_seen


@pytest.mark.parametrize("damage", ["", "25x32:", "25x32:AAAA", "nonsense", "25x32:ÅÄÖ", "1x1:eJwrAAAAgQCB"])
def test_a_damaged_or_foreign_text_adds_nothing(damage: str) -> None:
    coverage = Coverage(500, 400)
    assert not coverage.add(damage)
    assert coverage.share == 0


def test_what_was_seen_of_an_image_of_another_size_does_not_count() -> None:
    other = Coverage(160, 160)
    other.look(looking(0, 0, size=(160, 160)), SIZE)
    coverage = Coverage(160, 320)
    assert not coverage.add(other.packed())
    assert coverage.share == 0
