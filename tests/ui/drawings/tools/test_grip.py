"""Taking hold of a drawing and moving it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from window_helpers import make_image

from klarsyn.domain.annotation import Annotation, AnnotationKind, ellipse_in_box
from klarsyn.ui.drawings.tools.grip import Grip, grip_at

IMAGE = make_image()
inside = st.tuples(st.floats(0, IMAGE.columns), st.floats(0, IMAGE.rows))


def line(*points, name="a"):
    return Annotation(name, IMAGE.sop_instance_uid, AnnotationKind.LENGTH, points)


def same(point):
    return point


def test_a_press_on_an_end_holds_the_end_and_on_the_line_the_whole():
    drawn = line((10.0, 10.0), (110.0, 10.0))
    assert grip_at([drawn], (12.0, 11.0), same, 5).point == 0
    assert grip_at([drawn], (60.0, 13.0), same, 5).point is None
    assert grip_at([drawn], (60.0, 30.0), same, 5) is None


def test_of_two_drawings_the_upper_one_is_taken():
    below, above = line((0.0, 0.0), (50.0, 50.0)), line((0.0, 0.0), (50.0, 50.0), name="b")
    assert grip_at([below, above], (25.0, 25.0), same, 5).annotation is above


def test_the_inside_of_an_area_is_left_to_the_image_below():
    area = Annotation(
        "a", IMAGE.sop_instance_uid, AnnotationKind.ELLIPSE, ellipse_in_box((10.0, 10.0), (110.0, 110.0))
    )
    assert grip_at([area], (60.0, 60.0), same, 5) is None


@given(start=inside, end=inside, hand=inside, to=st.tuples(st.floats(-900, 900), st.floats(-900, 900)))
def test_a_drawing_that_is_moved_keeps_its_shape_and_stays_on_the_film(start, end, hand, to):
    moved = Grip(line(start, end), hand).moved(to, IMAGE)
    (x0, y0), (x1, y1) = moved.points
    assert (x1 - x0, y1 - y0) == pytest.approx((end[0] - start[0], end[1] - start[1]), abs=1e-6)
    assert all(
        -1e-6 <= x <= IMAGE.columns + 1e-6 and -1e-6 <= y <= IMAGE.rows + 1e-6 for x, y in moved.points
    )


@given(end=st.integers(0, 3), to=inside)
def test_an_ellipse_that_is_stretched_stays_an_ellipse_with_its_other_end_in_place(end, to):
    drawn = Annotation(
        "a", IMAGE.sop_instance_uid, AnnotationKind.ELLIPSE, ellipse_in_box((50.0, 60.0), (150.0, 120.0))
    )
    moved = Grip(drawn, drawn.points[end], end).moved(to, IMAGE)
    # Annotation refuses what is no ellipse; None says that it would have vanished.
    if moved is not None:
        assert moved.points[end ^ 1] == pytest.approx(drawn.points[end ^ 1])
        other = slice(2, 4) if end < 2 else slice(0, 2)
        assert math.dist(*moved.points[other]) == pytest.approx(math.dist(*drawn.points[other]))
