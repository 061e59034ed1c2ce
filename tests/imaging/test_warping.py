"""What is resized stands where the whole image stands, whichever level it comes from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.imaging.levels import build_levels
from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.transform import ViewTransform
from klarsyn.imaging.warping import shrunk_grey, warp_grey

HIGH_BYTE = (np.arange(65536) >> 8).astype(np.uint8)
SIZE = (300, 260)


def room(shape):
    return np.empty(shape, np.uint8)


@given(
    scale=st.floats(0.1, 3.0),
    x=st.integers(-400, 250),
    y=st.integers(-400, 200),
    horizontal=st.booleans(),
    vertical=st.booleans(),
    level=st.integers(0, 2),
)
def test_a_bright_square_is_where_the_transform_says_on_every_level(scale, x, y, horizontal, vertical, level):
    pixels = np.zeros((1024, 768), np.uint16)
    pixels[512:640, 256:384] = 65535
    transform = ViewTransform(768, 1024, Flip(horizontal, vertical), scale, scale, (x, y))
    levels = build_levels(pixels)
    if scale < 1.0:
        drawn = shrunk_grey(levels[level], HIGH_BYTE, transform, SIZE, room=room)
    else:
        drawn = warp_grey(levels[0], HIGH_BYTE, transform, SIZE, sharp=False, room=room)
    shown = np.zeros(SIZE[::-1], np.uint8)
    if drawn is not None:
        grey, left, top = drawn
        shown[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    for column, row in [(320, 576), (264, 520), (376, 632), (200, 576), (320, 700)]:
        at = np.floor(transform.to_viewport(column, row)).astype(int)
        near = 4 / scale + 2
        inside = 256 + near < column < 384 - near and 512 + near < row < 640 - near
        outside = column < 256 - near or column > 384 + near or row < 512 - near or row > 640 + near
        if 0 <= at[0] < SIZE[0] and 0 <= at[1] < SIZE[1] and (inside or outside):
            assert (shown[at[1], at[0]] > 127) == inside


@given(
    scale=st.floats(0.3, 0.99),
    x=st.floats(-400, 250),
    y=st.floats(-400, 200),
    horizontal=st.booleans(),
    vertical=st.booleans(),
)
def test_a_part_in_sight_is_the_same_part_of_the_whole_within_half_a_pixel(scale, x, y, horizontal, vertical):
    # A slope of one grey in two pixels: half a pixel off is a quarter of a grey, and rounding another.
    rows, columns = np.mgrid[0:300, 0:200]
    pixels = ((rows + columns) * 128).astype(np.uint16)
    transform = ViewTransform(200, 300, Flip(horizontal, vertical), scale, scale, (x, y))
    part = shrunk_grey(pixels, HIGH_BYTE, transform, SIZE, room=room)
    at_home = ViewTransform(200, 300, transform.flip, scale, scale)
    whole, _, _ = shrunk_grey(pixels, HIGH_BYTE, at_home, (200, 300), room=room)
    assert whole.shape == (round(300 * scale), round(200 * scale))
    if part is None:
        return
    grey, left, top = part
    left, top = left - round(x), top - round(y)
    there = whole[top : top + grey.shape[0], left : left + grey.shape[1]].astype(int)
    assert np.abs(grey - there).max() <= 2


def test_an_image_outside_of_the_viewport_is_not_drawn():
    transform = ViewTransform(100, 100, Flip(False, False), 1.0, 1.0, (500, 0))
    assert (
        warp_grey(np.zeros((100, 100), np.uint16), HIGH_BYTE, transform, SIZE, sharp=True, room=room) is None
    )
    smaller = ViewTransform(100, 100, Flip(False, False), 0.5, 0.5, (500, 0))
    assert shrunk_grey(np.zeros((100, 100), np.uint16), HIGH_BYTE, smaller, SIZE, room=room) is None


@pytest.mark.invariant(4)
def test_grey_values_are_honest_sharp_warping_shows_only_greys_of_the_table():
    pixels = np.random.default_rng(1).integers(0, 65536, (60, 50), dtype=np.uint16)
    transform = ViewTransform(50, 60, Flip(True, False), 4.0, 4.0, (3, 2))
    grey, left, top = warp_grey(pixels, HIGH_BYTE, transform, SIZE, sharp=True, room=room)
    assert (left, top) == (3, 2)
    # All 50 columns are in sight, mirrored; at its edges the viewport cuts nothing off but whole rows.
    assert np.array_equal(
        grey[2::4, 2::4][:60], (pixels >> 8).astype(np.uint8)[:, ::-1][: grey[2::4].shape[0]]
    )
