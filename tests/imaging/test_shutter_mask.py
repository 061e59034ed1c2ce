"""What shutters let be seen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.exam import Spacing
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter, Shutters
from klarsyn.imaging.shutter_mask import seen_through

EDGE = st.integers(-5, 30)


def test_a_rectangle_lets_its_edges_be_seen_and_counts_from_one():
    seen = seen_through(Shutters(RectangularShutter(left=2, right=4, upper=3, lower=3)), 5, 6)
    assert np.argwhere(seen).tolist() == [[2, 1], [2, 2], [2, 3]]


@given(EDGE, EDGE, EDGE, EDGE)
@settings(deadline=None)
def test_a_rectangle_beyond_the_image_shows_the_part_that_there_is(left, width, upper, height):
    box = RectangularShutter(left, left + abs(width), upper, upper + abs(height))
    seen = seen_through(Shutters(box), 20, 22)
    rows, columns = np.mgrid[1:21, 1:23]
    wanted = (rows >= box.upper) & (rows <= box.lower) & (columns >= box.left) & (columns <= box.right)
    assert np.array_equal(seen, wanted)


def test_a_circle_is_round_on_the_screen_where_pixels_are_not_square():
    circle = Shutters(circle=CircularShutter(row=51, column=51, radius=20))
    seen = seen_through(circle, 101, 101, Spacing(0.2, 0.1, "PixelSpacing"))
    assert seen[50].sum() == 41
    assert seen[:, 50].sum() == 21


def test_a_polygon_is_closed_and_filled():
    triangle = Shutters(polygon=PolygonalShutter(((1, 1), (1, 10), (10, 1))))
    seen = seen_through(triangle, 12, 12)
    rows, columns = np.mgrid[1:13, 1:13]
    assert np.array_equal(seen, rows + columns <= 11)


def test_several_shapes_leave_the_least_that_remains():
    both = Shutters(RectangularShutter(1, 6, 1, 12), CircularShutter(6, 6, 4))
    one, other = Shutters(rectangle=both.rectangle), Shutters(circle=both.circle)
    assert np.array_equal(seen_through(both, 12, 12), seen_through(one, 12, 12) & seen_through(other, 12, 12))
