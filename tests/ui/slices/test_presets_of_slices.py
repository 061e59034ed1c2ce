"""Presets from slice to slice: the chosen name comes back, and what a header does not say holds no other."""

from dataclasses import replace

import pytest
from stack_fixtures import open_stack
from window_helpers import make_loaded

from klarsyn.domain.display import Window
from klarsyn.reading.loaded import LoadedImage
from klarsyn.ui.hanging.shown_now import shown_images
from klarsyn.ui.view.grey_state import AUTO, GreyState
from klarsyn.ui.view.view_state import ViewState

__all__ = ["open_stack"]


def slice_with(*names: str, center: float = 1000.0) -> LoadedImage:
    """A slice whose header offers windows of these names."""
    return make_loaded(
        windows=tuple(Window(center + n, 500.0, explanation=name) for n, name in enumerate(names))
    )


def test_a_preset_that_a_slice_has_not_comes_back_with_the_next_that_has_it() -> None:
    view = GreyState(slice_with("NORMAL", "HARDER"))
    view.choose(1)
    view.turn_to(slice_with("NORMAL"))
    assert view.label == "NORMAL 1000/500"
    view.turn_to(slice_with("SOFTER", "NORMAL"))
    view.turn_to(slice_with("NORMAL", "SOFTER", "HARDER", center=1400.0))
    assert view.label == "HARDER 1402/500"


def test_a_preset_chosen_in_place_of_one_that_is_missing_is_the_chosen_one() -> None:
    view = GreyState(slice_with("NORMAL", "HARDER"))
    view.choose(1)
    view.turn_to(slice_with("NORMAL"))
    view.choose(0)
    view.turn_to(slice_with("NORMAL", "HARDER"))
    assert view.label.startswith("NORMAL")


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_silent_first_slice_takes_no_header_window_from_the_others() -> None:
    silent = slice_with()
    view = GreyState(silent)
    assert view.label.startswith(AUTO)
    view.turn_to(slice_with("NORMAL", "HARDER"))
    assert view.label == "NORMAL 1000/500"
    view.choose(1)
    view.turn_to(silent)
    assert view.label.startswith(AUTO)
    view.turn_to(slice_with("NORMAL", "HARDER", center=1200.0))
    assert view.label == "HARDER 1201/500"


def test_auto_that_was_chosen_and_an_own_window_stay_for_all_slices() -> None:
    view = GreyState(slice_with())
    view.choose(view.names.index(AUTO))
    view.turn_to(slice_with("NORMAL"))
    assert view.label.startswith(AUTO)
    own = GreyState(slice_with())
    own.drag_window(30.0, 10.0)
    window = own.window()
    own.turn_to(slice_with("NORMAL"))
    assert own.window() == window


def test_the_full_range_that_was_chosen_of_a_silent_slice_stays_for_silent_ones() -> None:
    view = GreyState(slice_with())
    view.choose(0)
    view.turn_to(slice_with())
    assert view.label == "full range"


def test_what_stands_in_is_no_choice_for_a_first_look_or_a_linked_view_to_hand_on() -> None:
    look, whole = ViewState(slice_with()), ViewState(slice_with())
    whole.take_over(look)
    linked = GreyState(slice_with())
    linked.drag_window(30.0, 10.0)
    linked.follow(look)
    for view in (whole, linked):
        assert view.label.startswith(AUTO)
        view.turn_to(slice_with("NORMAL"))
        assert view.label.startswith("NORMAL")


def test_a_signed_read_keeps_auto_of_the_silent_slices_alone(open_stack, monkeypatch) -> None:
    workplace = open_stack(5, windows=[(1000 + 300 * n, 900) for n in range(5)])
    grid = workplace.reading.grid
    stack = grid.viewport.stack.stack
    said = stack.grayscale
    monkeypatch.setattr(stack, "grayscale", lambda n: replace(said(n), windows=()) if n == 3 else said(n))
    grid.scrolling.go_to(grid.current, 3)
    workplace.reading.grab()
    assert grid.viewport.corners.grey.startswith(AUTO)
    (kept,) = shown_images(grid).values()
    assert kept.voi == grid.viewport.view.loaded.auto_window
    windows = {frames: voi.center for frames, voi in kept.voi_of_frames}
    assert {windows[n,] for n in (1, 2, 3, 5)} == {1000, 1300, 1600, 2200}
    assert windows[4,] == kept.voi.center
