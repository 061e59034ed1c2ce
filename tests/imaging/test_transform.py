"""A mark stays on its pixel, whichever way round the image hangs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klarsyn.imaging.geometry import Flip, ViewTransform

flips = st.builds(Flip, st.booleans(), st.booleans())
scales = st.floats(0.02, 20)
transforms = st.builds(
    ViewTransform,
    columns=st.integers(1, 5000),
    rows=st.integers(1, 5000),
    flip=flips,
    column_scale=scales,
    row_scale=scales,
    offset=st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000)),
)
fractions = st.floats(0, 1)
ALL_FLIPS = [Flip(h, v) for h in (False, True) for v in (False, True)]


@given(transform=transforms, u=fractions, v=fractions)
def test_a_point_comes_back_from_the_viewport(transform, u, v):
    column, row = u * transform.columns, v * transform.rows
    back = transform.to_image(*transform.to_viewport(column, row))
    assert back == pytest.approx((column, row), abs=1e-6 * max(transform.columns, transform.rows) + 1e-6)


@given(transform=transforms, u=fractions, v=fractions)
def test_the_centre_of_a_pixel_is_found_under_its_place_on_the_screen(transform, u, v):
    column = min(int(u * transform.columns), transform.columns - 1)
    row = min(int(v * transform.rows), transform.rows - 1)
    assert transform.pixel_at(*transform.to_viewport(column + 0.5, row + 0.5)) == (column, row)


@pytest.mark.invariant(3)
@pytest.mark.parametrize("flip", ALL_FLIPS)
@given(data=st.data())
def test_a_mark_stands_on_its_own_image_pixel_under_all_four_flips(flip, data):
    # Given an image with one bright pixel, shown mirrored and enlarged by whole numbers
    rows, columns = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    image = np.zeros((rows, columns))
    image[row, column] = 1
    zoom_x, zoom_y = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    shown = image[:: -1 if flip.vertical else 1, :: -1 if flip.horizontal else 1]
    shown = shown.repeat(zoom_y, axis=0).repeat(zoom_x, axis=1)
    transform = ViewTransform(columns, rows, flip, zoom_x, zoom_y)
    # when a mark's point is placed on that pixel
    x, y = transform.to_viewport(column + 0.5, row + 0.5)
    # then it lies on the bright spot of the screen
    assert shown[int(y), int(x)] == 1


@given(transform=transforms, factor=st.floats(0.1, 10), x=st.floats(-500, 2000), y=st.floats(-500, 2000))
def test_zooming_keeps_what_is_under_the_pointer(transform, factor, x, y):
    assume(0.01 < transform.column_scale * factor < 100)
    before = transform.to_image(x, y)
    after = transform.zoomed(factor, about=(x, y)).to_image(x, y)
    assert after == pytest.approx(before, rel=1e-6, abs=1e-3)


@given(transform=transforms, dx=st.floats(-900, 900), dy=st.floats(-900, 900), u=fractions, v=fractions)
def test_panning_moves_every_point_alike(transform, dx, dy, u, v):
    point = u * transform.columns, v * transform.rows
    x, y = transform.to_viewport(*point)
    assert transform.moved(dx, dy).to_viewport(*point) == pytest.approx((x + dx, y + dy), abs=1e-6)


@given(transform=transforms, points=st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 5000)), max_size=5))
def test_outlines_are_placed_like_their_points(transform, points):
    placed = transform.points_to_viewport(points)
    assert placed.shape == (len(points), 2)
    for point, (x, y) in zip(points, placed, strict=True):
        assert (x, y) == pytest.approx(transform.to_viewport(*point))


@given(transform=transforms)
def test_the_shown_rectangle_holds_all_corners(transform):
    x, y, width, height = transform.shown_rect
    corners = [transform.to_viewport(c, r) for c in (0, transform.columns) for r in (0, transform.rows)]
    assert min(c[0] for c in corners) == pytest.approx(x)
    assert max(c[0] for c in corners) == pytest.approx(x + width)
    assert min(c[1] for c in corners) == pytest.approx(y)
    assert max(c[1] for c in corners) == pytest.approx(y + height)


@given(transform=transforms, x=st.integers(0, 599), y=st.integers(0, 799))
def test_every_pixel_on_the_screen_lies_in_the_visible_region(transform, x, y):
    pixel = transform.pixel_at(x + 0.5, y + 0.5)
    column0, row0, column1, row1 = transform.visible_region((600, 800))
    assert 0 <= column0 <= column1 <= transform.columns
    assert 0 <= row0 <= row1 <= transform.rows
    if pixel is not None:
        assert column0 <= pixel[0] < column1
        assert row0 <= pixel[1] < row1


def test_an_image_outside_the_viewport_has_no_visible_region():
    transform = ViewTransform(10, 10, Flip(), 1, 1, (100, 100))
    assert transform.visible_region((50, 50)) == (0, 0, 0, 0)


def test_outside_the_image_there_is_no_pixel():
    transform = ViewTransform(10, 20, Flip(True, False), 2, 2, (5, 5))
    assert transform.pixel_at(4.9, 10) is None
    assert transform.pixel_at(25.1, 10) is None
    assert transform.pixel_at(5.1, 5.1) == (9, 0)


def test_a_scale_without_a_way_back_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        ViewTransform(10, 10, Flip(), 0, 1)
