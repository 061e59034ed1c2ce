"""Lengths, areas and angles in mm, what they rest on, and their doubt."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from klarsyn.domain.annotation import Annotation, AnnotationKind, ellipse_in_box
from klarsyn.domain.exam import Image, Notice, Spacing, ViewModifier
from klarsyn.domain.measuring import crosses_itself, measure, spacing_words

SOURCE = "ImagerPixelSpacing / EstimatedRadiographicMagnificationFactor"
STEPS = st.floats(0.02, 0.5)
ENDS = st.floats(0, 3000)


def image(row_mm: float | None = 0.1, column_mm: float = 0.1, source: str = SOURCE, **more) -> Image:
    spacing = None if row_mm is None else Spacing(row_mm, column_mm, source)
    return Image("1.2", "1", "2", rows=3000, columns=3000, spacing=spacing, **more)


def drawn(kind: str, *points: tuple[float, float], text: str = "") -> Annotation:
    return Annotation("a", "1.2", AnnotationKind(kind), points, text)


def test_a_length_is_measured_in_mm():
    assert measure(drawn("length", (10, 10), (310, 410)), image()).value == pytest.approx(50.0)


def test_a_bent_line_is_as_long_as_its_parts():
    assert measure(drawn("length", (0, 0), (100, 0), (100, 50)), image()).value == pytest.approx(15.0)


@given(ENDS, ENDS, ENDS, ENDS, STEPS, STEPS)
@settings(deadline=None)
def test_a_length_is_that_of_real_space_where_pixels_are_not_square(x0, y0, x1, y1, row_mm, column_mm):
    found = measure(drawn("length", (x0, y0), (x1, y1)), image(row_mm, column_mm))
    assert found.value == pytest.approx(math.hypot((x1 - x0) * column_mm, (y1 - y0) * row_mm), abs=1e-9)
    assert found.low <= found.value <= found.high


@given(STEPS, STEPS, st.floats(20, 1500), st.floats(20, 1500))
@settings(deadline=None)
def test_the_area_of_an_ellipse_is_pi_a_b_in_real_space(row_mm, column_mm, width, height):
    ellipse = drawn("ellipse", *ellipse_in_box((10, 10), (10 + width, 10 + height)))
    found = measure(ellipse, image(row_mm, column_mm))
    assert found.unit == "mm²"
    assert found.value == pytest.approx(math.pi / 4 * width * column_mm * height * row_mm)


@given(STEPS, STEPS, st.floats(0, math.pi))
@settings(deadline=None)
def test_a_turned_ellipse_has_the_area_of_its_many_sided_outline(row_mm, column_mm, turn):
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    middle = np.array([700.0, 900.0])
    ends = [middle - 300 * along, middle + 300 * along, middle - 120 * across, middle + 120 * across]
    ellipse = drawn("ellipse", *(tuple(map(float, end)) for end in ends))
    around = measure(drawn("polygon", *ellipse.outline(720)), image(row_mm, column_mm))
    assert measure(ellipse, image(row_mm, column_mm)).value == pytest.approx(around.value, rel=1e-4)


@given(STEPS, STEPS, st.tuples(ENDS, ENDS), st.tuples(ENDS, ENDS), st.tuples(ENDS, ENDS))
@settings(deadline=None)
def test_the_area_of_a_triangle_agrees_with_heron_in_real_space(row_mm, column_mm, one, two, three):
    real = [np.array([p[0] * column_mm, p[1] * row_mm]) for p in (one, two, three)]
    a, b, c = (float(np.linalg.norm(real[n] - real[n - 1])) for n in range(3))
    half = (a + b + c) / 2
    heron = math.sqrt(max(half * (half - a) * (half - b) * (half - c), 0.0))
    assume(heron > 1)
    found = measure(drawn("polygon", one, two, three), image(row_mm, column_mm))
    assert found.value == pytest.approx(heron, rel=1e-4)
    assert found.low <= found.value <= found.high


def test_an_area_is_the_same_whichever_way_round_it_is_drawn():
    corners = ((0, 0), (100, 0), (100, 50), (0, 50))
    assert measure(drawn("polygon", *corners), image()).value == pytest.approx(50.0)
    assert measure(drawn("polygon", *corners[::-1]), image()).value == pytest.approx(50.0)


def test_an_outline_that_crosses_itself_has_no_area():
    found = measure(drawn("polygon", (0, 0), (100, 50), (100, 0), (0, 50)), image())
    assert found.value is None
    assert str(found) == "no area"
    assert "crosses itself" in found.basis


@given(st.lists(st.tuples(st.floats(0.2, 1), st.floats(0, 0.8)), min_size=3, max_size=30))
@settings(deadline=None)
def test_an_outline_around_a_middle_never_crosses_itself(corners):
    turns = [2 * math.pi * (n + part) / len(corners) for n, (_, part) in enumerate(corners)]
    star = [
        (100 * reach * math.cos(t), 100 * reach * math.sin(t))
        for (reach, _), t in zip(corners, turns, strict=True)
    ]
    gaps = np.diff([*turns, turns[0] + 2 * math.pi])
    assume(gaps.max() < math.pi)
    assert not crosses_itself(star)


def test_an_angle_is_that_of_real_space():
    # 45 degrees in pixels; rows twice as far apart make it steeper.
    found = measure(drawn("angle", (100, 0), (0, 0), (100, 100)), image(0.2, 0.1))
    assert found.value == pytest.approx(math.degrees(math.atan2(2, 1)))


@given(st.floats(0, 180))
@settings(deadline=None)
def test_an_angle_is_what_was_drawn_from_0_to_180_degrees(degrees):
    turn = math.radians(degrees)
    end = (1000 + 400 * math.cos(turn), 1000 + 400 * math.sin(turn))
    found = measure(drawn("angle", (1400, 1000), (1000, 1000), end), image())
    assert found.value == pytest.approx(degrees, abs=1e-6)
    assert 0 <= found.low <= found.value <= found.high <= 180


def test_an_angle_with_a_leg_shorter_than_a_pixel_is_not_told():
    assert measure(drawn("angle", (100, 0), (0, 0), (0.5, 0.5)), image()).value is None


def test_without_spacing_a_length_is_in_pixels_and_says_why():
    found = measure(drawn("length", (0, 0), (30, 40)), image(None))
    assert (found.value, found.unit) == (50.0, "px")
    assert "not known" in found.basis
    assert "mm" not in str(found)


def test_without_spacing_an_angle_says_that_it_takes_pixels_for_square():
    assert "square" in measure(drawn("angle", (100, 0), (0, 0), (0, 100)), image(None)).basis


def test_what_a_size_rests_on_is_one_sentence_apart_from_the_value():
    assert SOURCE in spacing_words(image())
    assert spacing_words(image(None)) == ""


@pytest.mark.parametrize("kind", ["length", "angle", "polygon"])
@pytest.mark.parametrize(
    "view",
    [
        image(),
        image(None),
        image(notices=(Notice("magnification-missing", ""),)),
        image(notices=(Notice("magnification-missing", ""),), modifiers=(ViewModifier.MAGNIFIED,)),
        image(0.1, 0.1, "PixelSpacing (Pixel Measures)"),
    ],
)
def test_beside_a_drawing_stands_one_short_line_without_keywords(kind, view):
    corners = ((0, 0), (100, 50), (100, 0), (0, 50))
    basis = measure(drawn(kind, *corners[: {"length": 2, "angle": 3}.get(kind, 4)]), view).basis
    assert 0 < len(basis) <= 50
    assert "Spacing" not in basis
    assert "Factor" not in basis


def test_an_area_at_the_detector_is_said_to_be_off_by_twice_as_much():
    bare = image(notices=(Notice("magnification-missing", ""),))
    found = measure(drawn("polygon", (0, 0), (500, 0), (500, 500), (0, 500)), bare)
    assert "4–19 %" in found.basis


def test_at_the_detector_the_real_size_is_said_to_be_smaller():
    bare = image(notices=(Notice("magnification-missing", ""),))
    found = measure(drawn("length", (0, 0), (1000, 0)), bare)
    assert found.high < found.value
    assert "smaller" in found.basis
    # A value outside its own range would look like an error: the range leads.
    assert str(found) == "89–99 mm (100.0 at the detector)"


@given(st.floats(2, 2500))
def test_the_range_that_leads_holds_the_real_one_and_not_the_value_at_the_detector(pixels):
    found = measure(
        drawn("length", (0, 0), (pixels, 0)), image(notices=(Notice("magnification-missing", ""),))
    )
    if found.value > found.high:
        range_, _, rest = str(found).partition(" mm ")
        low, high = map(float, range_.split("–"))
        assert rest == f"({found.value:.1f} at the detector)"
        assert low <= found.low + 0.05
        assert found.high - 0.05 <= high <= found.value + 0.05


def test_a_magnified_view_without_its_factor_is_not_measured_in_mm():
    view = image(notices=(Notice("magnification-missing", ""),), modifiers=(ViewModifier.MAGNIFIED,))
    found = measure(drawn("length", (0, 0), (1000, 0)), view)
    assert found.unit == "px"
    assert "magnified" in found.basis


def test_in_a_slice_only_the_hand_is_in_doubt():
    found = measure(drawn("length", (0, 0), (1000, 0)), image(0.1, 0.1, "PixelSpacing (Pixel Measures)"))
    assert found.high - found.value == pytest.approx(0.1, rel=0.01)


def test_the_doubt_of_an_area_grows_with_the_square_of_the_scale():
    corners = ((0, 0), (1000, 0), (1000, 1000), (0, 1000))
    found = measure(drawn("polygon", *corners), image())
    hand = 400 * 0.05  # the outline half a pixel further out
    assert found.high == pytest.approx((10000 + hand) * 1.04**2)


def test_a_label_gives_value_unit_and_range():
    assert str(measure(drawn("length", (0, 0), (123, 0)), image())) == "12.3 mm (11.7 to 12.9)"


@pytest.mark.parametrize("kind", ["arrow", "text"])
def test_arrows_and_texts_measure_nothing(kind):
    points = ((0, 0), (5, 5))[: 2 if kind == "arrow" else 1]
    assert measure(drawn(kind, *points, text="look"), image()) is None


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_is_never_measured_on_another():
    other = Image("9.9", "1", "2", rows=10, columns=10, spacing=Spacing(0.1, 0.1, SOURCE))
    with pytest.raises(ValueError, match="another image"):
        measure(drawn("length", (0, 0), (5, 5)), other)


@given(st.tuples(ENDS, ENDS), st.tuples(ENDS, ENDS), STEPS, STEPS)
@settings(deadline=None)
def test_no_hand_that_errs_by_half_a_pixel_makes_a_straight_length_leave_its_range(
    first, last, row_mm, column_mm
):
    view = image(row_mm, column_mm, "PixelSpacing (Pixel Measures)")
    assume(math.dist(first, last) > 50)
    found = measure(drawn("length", first, last), view)
    for across in (-0.5, 0.5):
        for down in (-0.5, 0.5):
            erred = drawn("length", first, (last[0] + across, last[1] + down))
            # To first order; the rest is below a hundredth of a pixel at this length.
            assert found.low - 0.01 <= measure(erred, view).value <= found.high + 0.01
