"""The line that a pen follows for each kind of graphic, in each way that an image may be turned."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.graphic import Graphic, GraphicType, Units
from klarsyn.domain.graphic_outline import outline_of, to_image
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState

PART = st.floats(0, 1)


def state(rotation: int = 0, flip: bool = False) -> PresentationState:
    return PresentationState("1", "2", "X", (), (), rotation=rotation, horizontal_flip=flip)


AREA = DisplayedArea((11, 21), (110, 220))


def test_pixel_units_are_image_coordinates_already():
    assert to_image((3.5, 4.5), Units.PIXEL, state(90, True), AREA) == (3.5, 4.5)


@pytest.mark.parametrize(
    ("rotation", "flip", "seen_top_left", "seen_top_right"),
    [
        (0, False, (10, 20), (110, 20)),
        (90, False, (10, 220), (10, 20)),
        (180, False, (110, 220), (10, 220)),
        (270, False, (110, 20), (110, 220)),
        (0, True, (110, 20), (10, 20)),
        (90, True, (10, 20), (10, 220)),
    ],
)
def test_display_units_count_from_the_corner_that_is_seen(rotation, flip, seen_top_left, seen_top_right):
    turned = state(rotation, flip)
    assert to_image((0, 0), Units.DISPLAY, turned, AREA) == pytest.approx(seen_top_left)
    assert to_image((1, 0), Units.DISPLAY, turned, AREA) == pytest.approx(seen_top_right)


@given(PART, PART, st.sampled_from([0, 90, 180, 270]), st.booleans())
@settings(deadline=None)
def test_the_middle_of_the_display_is_the_middle_of_its_area_and_no_point_leaves_it(x, y, rotation, flip):
    turned = state(rotation, flip)
    assert to_image((0.5, 0.5), Units.DISPLAY, turned, AREA) == pytest.approx((60, 120))
    column, row = to_image((x, y), Units.DISPLAY, turned, AREA)
    assert 10 - 1e-9 <= column <= 110 + 1e-9
    assert 20 - 1e-9 <= row <= 220 + 1e-9


def test_a_circle_is_closed_and_everywhere_as_far_from_its_centre():
    line = outline_of(Graphic(GraphicType.CIRCLE, ((50.0, 60.0), (53.0, 64.0))), state(), AREA)
    assert line[0] == line[-1]
    assert all(math.dist(point, (50, 60)) == pytest.approx(5) for point in line)


def test_an_ellipse_goes_through_the_ends_of_its_axes():
    ends = ((10.0, 50.0), (90.0, 50.0), (50.0, 30.0), (50.0, 70.0))
    line = outline_of(Graphic(GraphicType.ELLIPSE, ends), state(), AREA)
    assert all(min(math.dist(end, point) for point in line) < 1e-9 for end in ends)


def test_a_smooth_curve_goes_through_all_its_points():
    points = ((0.0, 0.0), (10.0, 20.0), (30.0, 5.0), (40.0, 40.0))
    line = outline_of(Graphic(GraphicType.INTERPOLATED, points), state(), AREA)
    assert all(min(math.dist(point, on) for on in line) < 1e-9 for point in points)
    assert len(line) > len(points)


def test_a_closed_smooth_curve_has_no_corner_where_it_closes():
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0))
    line = outline_of(Graphic(GraphicType.INTERPOLATED, square), state(), AREA)
    first, last = math.dist(line[0], line[1]), math.dist(line[-2], line[-1])
    cosine = sum((b - a) * (d - c) for a, b, c, d in zip(line[0], line[1], line[-2], line[-1], strict=True))
    assert cosine / (first * last) > 0.9
