"""What reaches the screen is the file's own grey, at its own place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from window_helpers import make_image, make_loaded

from klarsyn.domain.display import DisplayState, Window
from klarsyn.imaging.frames import shrink_to
from klarsyn.imaging.geometry import Flip, ViewTransform
from klarsyn.imaging.grayscale import apply_lut, build_lut
from klarsyn.ui.view.picture import Picture

FLIPS = st.builds(Flip, st.booleans(), st.booleans())


def _flipped(pixels: np.ndarray, flip: Flip) -> np.ndarray:
    pixels = pixels[:, ::-1] if flip.horizontal else pixels
    return pixels[::-1] if flip.vertical else pixels


@given(FLIPS, st.integers(-150, 250), st.integers(-250, 250))
@settings(max_examples=60, deadline=None)
def test_at_one_to_one_each_pixel_of_the_screen_is_one_of_the_image(flip: Flip, x: int, y: int) -> None:
    loaded = make_loaded(flip=flip)
    transform = ViewTransform(200, 300, flip, 1.0, 1.0, (float(x), float(y)))
    drawn = Picture(loaded).draw(DisplayState(), transform, (160, 140))
    whole = _flipped(apply_lut(loaded.pyramid.levels[0], build_lut(loaded.grayscale, DisplayState())), flip)
    screen = np.zeros((140, 160), dtype=np.uint8)
    if drawn is not None:
        rows, columns = drawn.grey.shape
        screen[drawn.y : drawn.y + rows, drawn.x : drawn.x + columns] = drawn.grey
    expected = np.zeros_like(screen)
    for row in range(max(0, y), min(140, y + 300)):
        lo, hi = max(0, x), min(160, x + 200)
        if lo < hi:
            expected[row, lo:hi] = whole[row - y, lo - x : hi - x]
    assert np.array_equal(screen, expected)


@given(FLIPS)
@settings(max_examples=4, deadline=None)
def test_a_shrunk_image_is_the_shared_shrinking_and_the_shared_table(flip: Flip) -> None:
    loaded = make_loaded(flip=flip)
    drawn = Picture(loaded).draw(DisplayState(), ViewTransform(200, 300, flip, 0.4, 0.4), (200, 300))
    expected = apply_lut(
        shrink_to(loaded.pyramid.level_for(0.4), (120, 80)), build_lut(loaded.grayscale, DisplayState())
    )
    assert np.array_equal(drawn.grey, _flipped(expected, flip))


@given(FLIPS, st.floats(4.0, 16.0), st.integers(0, 199), st.integers(0, 299))
@settings(max_examples=60, deadline=None)
def test_magnified_pixels_are_squares_in_their_places(
    flip: Flip, scale: float, column: int, row: int
) -> None:
    loaded = make_loaded(flip=flip)
    transform = ViewTransform(200, 300, flip, scale, scale)
    at = transform.to_viewport(column + 0.5, row + 0.5)
    transform = transform.moved(60 - at[0], 60 - at[1])
    drawn = Picture(loaded).draw(DisplayState(), transform, (120, 120))
    grey = build_lut(loaded.grayscale, DisplayState())[loaded.pyramid.levels[0][row, column]]
    assert drawn.grey[60 - drawn.y, 60 - drawn.x] == grey


@pytest.mark.invariant(4)
def test_grey_values_are_honest_the_same_state_gives_the_same_picture_whatever_came_before() -> None:
    loaded = make_loaded()
    transform = ViewTransform(200, 300, Flip(), 0.5, 0.5)
    used, fresh = Picture(loaded), Picture(loaded)
    for state in (DisplayState(inverted=True), DisplayState(window=Window(500, 200)), DisplayState()):
        last = used.draw(state, transform, (200, 200)).grey.copy()
    assert np.array_equal(last, fresh.draw(DisplayState(), transform, (200, 200)).grey)


def test_frames_of_one_size_are_drawn_into_the_same_buffer() -> None:
    picture, transform = Picture(make_loaded()), ViewTransform(200, 300, Flip(), 0.5, 0.5)
    first = picture.draw(DisplayState(), transform, (200, 200)).grey
    second = picture.draw(DisplayState(inverted=True), transform, (200, 200)).grey
    assert np.shares_memory(first, second)


def test_an_image_that_was_moved_out_of_sight_draws_nothing() -> None:
    picture = Picture(make_loaded(make_image()))
    for scale in (0.5, 2.0):
        gone = ViewTransform(200, 300, Flip(), scale, scale, (1000.0, 0.0))
        assert picture.draw(DisplayState(), gone, (100, 100)) is None
