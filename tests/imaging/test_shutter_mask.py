"""What shutters let be seen."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.exam import Spacing
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter, Shutters, hides_all
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


POINT = st.tuples(EDGE, EDGE)
BOXES = st.tuples(EDGE, EDGE, EDGE, EDGE).map(
    lambda e: RectangularShutter(min(e[:2]), max(e[:2]), min(e[2:]), max(e[2:]))
)
CIRCLES = st.builds(CircularShutter, EDGE, EDGE, st.integers(1, 12))
POLYGONS = st.lists(POINT, min_size=3, max_size=6).map(lambda corners: PolygonalShutter(tuple(corners)))
ANY = st.builds(Shutters, st.none() | BOXES, st.none() | CIRCLES)
STEPS = st.sampled_from([None, Spacing(0.1, 0.1, "x"), Spacing(0.3, 0.1, "x"), Spacing(0.05, 0.1, "x")])


@given(ANY, STEPS)
@settings(deadline=None)
def test_a_shutter_hides_all_exactly_where_its_mask_lets_no_pixel_be_seen(shutters, spacing):
    assert hides_all(shutters, 20, 22, spacing) != bool(seen_through(shutters, 20, 22, spacing).any())


@given(POLYGONS, st.none() | BOXES)
@settings(deadline=None)
def test_a_polygon_hides_all_where_its_mask_does_but_for_pixels_on_its_edge(polygon, box):
    shutters = Shutters(box, polygon=polygon)
    seen = seen_through(shutters, 20, 22)
    if not seen.any():
        assert hides_all(shutters, 20, 22) or _touches(polygon, box)
    elif cv2.erode(np.pad(seen.astype(np.uint8), 1), np.ones((3, 3), np.uint8)).any():
        assert not hides_all(shutters, 20, 22)


def _touches(polygon, box):
    """True where the edge comes within a pixel of what the rest lets be seen."""
    wider = seen_through(Shutters(polygon=polygon), 60, 60)
    near = cv2.dilate(np.pad(wider.astype(np.uint8), 2), np.ones((3, 3), np.uint8))[2:22, 2:24]
    return bool((near.astype(bool) & seen_through(Shutters(box), 20, 22)).any())


def test_shapes_that_have_nothing_in_common_hide_all():
    box, circle = RectangularShutter(1, 10, 1, 10), CircularShutter(15, 15, 5)
    corner = PolygonalShutter(((1, 12), (1, 20), (8, 20)))
    assert not hides_all(Shutters(box, CircularShutter(15, 15, 9)), 20, 20)
    assert hides_all(Shutters(box, circle), 20, 20)
    assert hides_all(Shutters(box, polygon=corner), 20, 20)
    assert not hides_all(Shutters(box), 20, 20)
    assert hides_all(Shutters(RectangularShutter(21, 30, 1, 20)), 20, 20)
