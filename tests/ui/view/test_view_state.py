"""Zoom, pan, presets: what the reader's hands do."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from window_helpers import make_image, make_loaded

from klarsyn.domain.display import Window
from klarsyn.domain.exam import Laterality, Spacing
from klarsyn.ui.view.true_size import is_true_size
from klarsyn.ui.view.view_state import ViewState

SIZE = (400, 500)


@given(st.floats(0.3, 5.0), st.floats(0, 400), st.floats(0, 500), st.floats(-80, 80), st.floats(-80, 80))
@settings(max_examples=80, deadline=None)
def test_the_image_point_under_the_mouse_stays_there_while_zooming(factor, x, y, dx, dy) -> None:
    view = ViewState(make_loaded(make_image(laterality=None)))
    view.pan_by(dx, dy, SIZE, None)
    assume(view.transform(SIZE, None).pixel_at(x, y) is not None)
    before = view.transform(SIZE, None).to_image(x, y)
    view.zoom_by(factor, (x, y), SIZE, None)
    assert view.transform(SIZE, None).to_image(x, y) == pytest.approx(before, abs=1e-6)


@given(st.integers(0, 199), st.integers(0, 299))
@settings(max_examples=30, deadline=None)
def test_a_looked_at_point_stands_in_the_middle(column: int, row: int) -> None:
    view = ViewState(make_loaded(make_image(laterality=None)))
    view.look_at(column, row, SIZE, None)
    assert view.transform(SIZE, None).to_viewport(column, row) == pytest.approx((200, 250))


@given(
    st.sampled_from([Laterality.RIGHT, Laterality.LEFT]),
    st.lists(
        st.tuples(st.floats(-900, 900), st.floats(-900, 900), st.floats(0.3, 3.0), st.integers(0, 199)),
        min_size=1,
        max_size=5,
    ),
    st.floats(0.02, 0.5),
)
@settings(max_examples=60, deadline=None)
def test_nothing_takes_the_chest_wall_away_from_its_side_of_the_place(side, moves, pixel_mm) -> None:
    view = ViewState(make_loaded(make_image(laterality=side, spacing=Spacing(0.1, 0.1, "test"))))

    def at_wall() -> bool:
        x, _, width, _ = view.transform(SIZE, None).shown_rect
        return x + width >= SIZE[0] - 1e-6 if side is Laterality.RIGHT else x <= 1e-6

    for dx, dy, factor, column in moves:
        view.pan_by(dx, dy, SIZE, None)
        assert at_wall(), "panned"
        view.zoom_by(factor, (150.0, 200.0), SIZE, None)
        assert at_wall(), "zoomed"
        view.look_at(column, 150, SIZE, None)
        assert at_wall(), "centred on a mark"
        view.true_size(pixel_mm, (200.0, 250.0), SIZE, None)
        assert at_wall(), "as large as the breast was"


@given(
    st.lists(
        st.tuples(st.floats(-900, 900), st.floats(-900, 900), st.floats(0.3, 6.0)), min_size=1, max_size=6
    )
)
@settings(max_examples=60, deadline=None)
def test_no_drag_and_no_zoom_over_air_drives_the_image_out_of_sight(moves) -> None:
    view = ViewState(make_loaded())
    for dx, dy, factor in moves:
        view.pan_by(dx, dy, SIZE, None)
        view.zoom_by(factor, (5.0, 5.0), SIZE, None)
    x, y, width, height = view.transform(SIZE, None).shown_rect
    assert min(x + width, SIZE[0]) - max(x, 0) > 0
    assert min(y + height, SIZE[1]) - max(y, 0) > 0


def test_a_key_looks_at_the_breast_while_the_whole_image_is_shown() -> None:
    loaded = replace(make_loaded(), breast_centre=(20.0, 150.0))
    view = ViewState(loaded)
    about = view.centre(SIZE, None)
    assert about == pytest.approx(view.transform(SIZE, None).to_viewport(20.0, 150.0))
    view.zoom_by(2.0, about, SIZE, None)
    assert view.centre(SIZE, None) == (200, 250)


@pytest.mark.parametrize("wall", ["left", "right"])
def test_a_key_pressed_many_times_zooms_into_the_breast_and_never_into_air(wall: str) -> None:
    # A small breast at the chest wall of a large, mostly empty image, in a place that is wider still.
    size, breast = (900, 600), np.zeros((300, 200), bool)
    breast[100:200, slice(0, 60) if wall == "left" else slice(140, 200)] = True
    loaded = make_loaded(make_image(rows=1200, columns=800))
    at = (120.0, 600.0) if wall == "left" else (680.0, 600.0)
    view = ViewState(replace(loaded, breast=breast, breast_centre=at))
    left, top, right, bottom = view.coverage.breast_box
    for _ in range(12):
        view.zoom_by(1.25, view.centre(size, None), size, None)
        column, row = view.transform(size, None).to_image(*view.centre(size, None))
        assert left <= column <= right
        assert top <= row <= bottom
    assert view.centre(size, None) == (450, 300)


@given(
    st.floats(-300, 300), st.floats(-300, 300), st.floats(0.6, 8.0), st.sampled_from([1.25, 1.5, 2.0, 3.0])
)
@settings(max_examples=60, deadline=None)
def test_on_a_screen_of_another_scale_the_same_part_of_the_image_stands_in_the_place(dx, dy, factor, ratio):
    view = ViewState(make_loaded(make_image(spacing=Spacing(0.1, 0.08, "test"))))
    view.zoom_by(factor, (130.0, 220.0), SIZE, 0.1)
    view.pan_by(dx, dy, SIZE, 0.1)
    here = view.transform(SIZE, 0.1)
    larger = (round(SIZE[0] * ratio), round(SIZE[1] * ratio))
    there = view.transform(larger, 0.1 / ratio)
    for x, y in ((0, 0), SIZE):
        assert there.to_image(x * ratio, y * ratio) == pytest.approx(here.to_image(x, y), abs=1e-6)


def test_presets_are_gone_through_backwards_and_from_an_own_window_to_the_one_it_came_from() -> None:
    windows = tuple(Window(2000, 100 * n, explanation=f"W{n}") for n in (1, 2, 3))
    view = ViewState(make_loaded(windows=windows))
    seen = []
    for _ in range(5):
        view.previous_preset()
        seen.append(view.label.split()[0])
    assert seen == ["auto", "W3", "W2", "W1", "auto"]
    view.choose(1)
    view.drag_window(50, 0)
    assert view.label.startswith("own window")
    view.previous_preset()
    assert view.label == "W2 2000/200"
    view.next_preset()
    view.previous_preset()
    assert view.label == "W2 2000/200"


def test_one_to_one_gives_each_pixel_one_of_the_screen_and_back() -> None:
    view = ViewState(make_loaded())
    whole = view.transform(SIZE, None)
    view.one_to_one((10.0, 20.0), SIZE, None)
    assert view.transform(SIZE, None).scale == pytest.approx(1.0)
    view.one_to_one((10.0, 20.0), SIZE, None)
    assert view.transform(SIZE, None) == whole


def test_a_file_without_a_window_starts_visibly_with_auto() -> None:
    assert ViewState(make_loaded()).label.startswith("auto ")


def test_presets_go_round_through_all_that_the_file_offers_and_auto() -> None:
    windows = (Window(1, 2, explanation="NORMAL"), Window(3, 4, explanation="HARDER"))
    view = ViewState(make_loaded(windows=windows))
    seen = []
    for _ in range(4):
        seen.append(view.label.split()[0])
        view.next_preset()
    assert seen == ["NORMAL", "HARDER", "auto", "NORMAL"]


def test_a_window_of_ones_own_is_called_so() -> None:
    view = ViewState(make_loaded())
    view.drag_window(10, 5)
    assert view.label.startswith("own window ")


@pytest.mark.parametrize("monochrome1", [False, True])
def test_dragging_up_makes_the_picture_brighter_also_when_it_is_inverted(monochrome1: bool) -> None:
    from klarsyn.imaging.grayscale import build_lut

    loaded = make_loaded(monochrome1=monochrome1)
    for inverted in (False, True):
        view = ViewState(loaded)
        view.display.inverted = inverted
        before = build_lut(loaded.grayscale, view.display)[2000]
        view.drag_window(0, -60)
        assert build_lut(loaded.grayscale, view.display)[2000] > before


def test_windows_are_linked_only_between_files_that_offer_the_same_presets() -> None:
    one, other = (Window(1, 2, explanation=e) for e in ("NORMAL", "PLAIN"))
    a, b = ViewState(make_loaded(windows=(one,))), ViewState(make_loaded(windows=(other,)))
    a.choose(1)
    b.follow(a)
    assert b.chosen == 0


def test_a_spot_view_is_not_shown_at_the_common_size() -> None:
    from klarsyn.domain.exam import Spacing, ViewModifier

    spacing = Spacing(0.1, 0.1, "ImagerPixelSpacing")
    full = ViewState(make_loaded(make_image(spacing=spacing)))
    spot = ViewState(make_loaded(make_image(spacing=spacing, modifiers=(ViewModifier.SPOT,))))
    assert full.transform(SIZE, 0.2).scale == pytest.approx(0.5)
    assert spot.transform(SIZE, 0.2).scale == pytest.approx(500 / 300)


@pytest.mark.parametrize("pixel_mm", [0.165, 0.27])
@pytest.mark.parametrize("spacing", [0.05, 0.1])
def test_at_true_size_a_bar_of_50_mm_is_50_mm_of_screen(pixel_mm: float, spacing: float) -> None:
    image = make_image(rows=1200, columns=800, spacing=Spacing(spacing, spacing, "ImagerPixelSpacing"))
    view = ViewState(make_loaded(image))
    assert view.true_size(pixel_mm, (200, 250), SIZE, None)
    transform = view.transform(SIZE, None)
    (x0, _), (x1, _) = transform.to_viewport(10.0, 20.0), transform.to_viewport(10.0 + 50 / spacing, 20.0)
    assert abs(x1 - x0) * pixel_mm == pytest.approx(50.0)


@pytest.mark.parametrize("spacing", [(0.1, 0.05), (0.05, 0.1)])
def test_at_true_size_pixels_that_are_not_square_are_as_large_both_ways(spacing: tuple[float, float]) -> None:
    image = make_image(rows=1200, columns=800, spacing=Spacing(*spacing, "ImagerPixelSpacing"))
    view = ViewState(make_loaded(image))
    assert view.true_size(0.2, (200, 250), SIZE, None)
    transform = view.transform(SIZE, None)
    x0, y0 = transform.to_viewport(10.0, 20.0)
    x1, y1 = transform.to_viewport(10.0 + 30 / spacing[1], 20.0 + 30 / spacing[0])
    assert (abs(x1 - x0) * 0.2, abs(y1 - y0) * 0.2) == pytest.approx((30.0, 30.0))
    assert is_true_size(view, transform, 0.2)
