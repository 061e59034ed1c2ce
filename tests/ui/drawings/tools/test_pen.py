"""The pen: from presses and moves to a drawing."""

import pytest

from klarsyn.domain.annotation import AnnotationKind
from klarsyn.ui.drawings.tools.pen import Pen


def drag(pen, start, end):
    pen.press(start)
    pen.move(end)
    return pen.release(end, dragged=True)


def click(pen, at):
    pen.press(at)
    return pen.release(at, dragged=False)


@pytest.mark.parametrize("kind", [AnnotationKind.LENGTH, AnnotationKind.ARROW])
def test_two_points_are_drawn_in_one_drag(kind):
    shape = drag(Pen(kind), (10.0, 20.0), (40.0, 60.0))
    assert (shape.kind, shape.points) == (kind, ((10.0, 20.0), (40.0, 60.0)))


def test_a_length_is_drawn_with_two_clicks_as_well():
    pen = Pen(AnnotationKind.LENGTH)
    assert click(pen, (10.0, 20.0)) is None
    assert click(pen, (40.0, 60.0)).points == ((10.0, 20.0), (40.0, 60.0))


def test_an_ellipse_fills_the_box_that_was_dragged():
    shape = drag(Pen(AnnotationKind.ELLIPSE), (10.0, 20.0), (50.0, 40.0))
    assert shape.points == ((10.0, 30.0), (50.0, 30.0), (30.0, 20.0), (30.0, 40.0))


def test_an_angle_is_one_dragged_leg_and_a_click():
    pen = Pen(AnnotationKind.ANGLE)
    assert drag(pen, (0.0, 0.0), (10.0, 0.0)) is None
    assert click(pen, (10.0, 9.0)).points == ((0.0, 0.0), (10.0, 0.0), (10.0, 9.0))


def test_a_polygon_is_closed_by_hand_and_not_before_its_third_corner():
    pen = Pen(AnnotationKind.POLYGON)
    for corner in ((0.0, 0.0), (10.0, 0.0)):
        assert click(pen, corner) is None
    assert pen.finish() is None
    click(pen, (10.0, 10.0))
    assert pen.closes_at((1.0, 1.0), reach=2.0)
    assert pen.finish().points == ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))


def test_an_arrow_that_is_only_clicked_is_a_text():
    assert click(Pen(AnnotationKind.ARROW), (5.0, 6.0)).kind is AnnotationKind.TEXT


@pytest.mark.parametrize("kind", [AnnotationKind.LENGTH, AnnotationKind.ELLIPSE])
def test_what_is_smaller_than_a_pixel_is_no_drawing(kind):
    assert drag(Pen(kind), (5.0, 6.0), (5.4, 6.4)) is None


def test_the_next_point_is_seen_before_it_is_set():
    pen = Pen(AnnotationKind.LENGTH)
    pen.press((0.0, 0.0))
    pen.move((7.0, 8.0))
    assert pen.preview.points == ((0.0, 0.0), (7.0, 8.0))
