"""Zoom, pan, presets: what the reader's hands do."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from window_helpers import make_image, make_loaded

from klarsyn.domain.display import Window
from klarsyn.ui.view_state import ViewState

SIZE = (400, 500)


@given(st.floats(0.3, 5.0), st.floats(0, 400), st.floats(0, 500), st.floats(-80, 80), st.floats(-80, 80))
@settings(max_examples=80, deadline=None)
def test_the_image_point_under_the_mouse_stays_there_while_zooming(factor, x, y, dx, dy) -> None:
    view = ViewState(make_loaded())
    view.pan_by(dx, dy, SIZE, None)
    assume(view.transform(SIZE, None).pixel_at(x, y) is not None)
    before = view.transform(SIZE, None).to_image(x, y)
    view.zoom_by(factor, (x, y), SIZE, None)
    assert view.transform(SIZE, None).to_image(x, y) == pytest.approx(before, abs=1e-6)


@given(st.integers(0, 199), st.integers(0, 299))
@settings(max_examples=30, deadline=None)
def test_a_looked_at_point_stands_in_the_middle(column: int, row: int) -> None:
    view = ViewState(make_loaded())
    view.look_at(column, row, SIZE, None)
    assert view.transform(SIZE, None).to_viewport(column, row) == pytest.approx((200, 250))


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
