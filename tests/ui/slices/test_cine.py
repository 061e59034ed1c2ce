"""A cine goes by the clock: it leaves frames out rather than to be late; a run through leaves none out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from stack_fixtures import open_stack
from window_helpers import press

from klarsyn.ui.slices.cine import FASTEST, SLOWEST, Cine, RunThrough, faster

__all__ = ["open_stack"]
K = Qt.Key


class Clock:
    """Seconds that pass when the test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _watched(workplace, clock):
    grid = workplace.reading.grid
    cine = grid.scrolling.cine
    cine.clock = clock
    # The test ticks; a timer of its own would tick as well.
    cine._timer.setInterval(1_000_000)
    return grid, cine


def test_slices_go_up_and_down_between_the_ends_which_are_shown_once() -> None:
    cine = Cine(2, 5, 2, 0.0, 10)
    assert [cine.slice_at(n / 10) for n in range(9)] == [2, 3, 4, 5, 4, 3, 2, 3, 4]


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 80), st.integers(SLOWEST, FASTEST), st.data())
def test_a_late_frame_is_left_out_and_the_next_is_that_of_its_moment(low, more, start, fps, data) -> None:
    cine = Cine(low, low + more, start, 5.0, fps)
    frame = data.draw(st.integers(0, 500))
    # Whatever was painted before: a moment within a frame has that frame's slice.
    shown = {cine.slice_at(5.0 + (frame + part) / fps) for part in (0.0, 0.3, 0.9)}
    assert len(shown) == 1
    assert low <= shown.pop() <= low + more
    assert abs(cine.slice_at(5.0 + (frame + 1) / fps) - cine.slice_at(5.0 + frame / fps)) == 1


def test_speeds_stay_between_five_and_sixty() -> None:
    assert (faster(60, 1), faster(5, -3), faster(20, 1)) == (60, 5, 25)


def test_a_run_through_shows_each_slice_however_late() -> None:
    run = RunThrough(4, 0, 20, 0.05)
    shown, now = [0], 0.0
    while not run.is_over(now):
        now += 0.7
        if run.step(now):
            shown.append(run.at)
    assert shown == [0, 1, 2, 3, 4]


def test_a_key_starts_and_stops_the_cine_and_so_does_a_key_for_slices(open_stack, clock) -> None:
    workplace = open_stack(9)
    grid, cine = _watched(workplace, clock)
    press(workplace.reading, K.Key_V)
    clock.now += 3.5 / cine.fps
    cine.tick()
    assert grid.viewport.stack.index == 7
    press(workplace.reading, K.Key_Comma)
    assert not cine.is_running
    assert grid.viewport.stack.index == 6
    press(workplace.reading, K.Key_V)
    press(workplace.reading, K.Key_V)
    assert not cine.is_running


def test_ends_that_are_set_hold_the_cine(open_stack, clock) -> None:
    workplace = open_stack(9)
    grid, cine = _watched(workplace, clock)
    grid.viewport.stack.ends = (3, 5)
    press(workplace.reading, K.Key_V)
    seen = set()
    for _ in range(12):
        clock.now += 1 / cine.fps
        cine.tick()
        seen.add(grid.viewport.stack.index)
    assert seen == {3, 4, 5}


def _run(workplace, clock, cine) -> None:
    for _ in range(200):
        if not cine.is_run_through:
            return
        workplace.reading.grab()
        clock.now += 1 / cine.fps
        cine.tick()
    raise AssertionError("The run does not end.")


def test_looking_on_runs_through_a_volume_once_then_goes_on_as_before(open_stack, clock) -> None:
    workplace = open_stack(9, codec="JPEG-LS", spoiled=[3])
    grid, cine = _watched(workplace, clock)
    stack = grid.viewport.stack
    press(workplace.reading, K.Key_9, keypad=True)
    assert cine.is_run_through
    # The same key stops it, and goes on with it.
    workplace.reading.grab()
    press(workplace.reading, K.Key_9, keypad=True)
    assert not cine.is_running
    press(workplace.reading, K.Key_9, keypad=True)
    _run(workplace, clock, cine)
    assert stack.all_seen
    assert stack.seen_of == (8, 8)
    position = grid.hung.sequence.position
    press(workplace.reading, K.Key_9, keypad=True)
    assert not cine.is_running
    assert grid.hung.sequence.position != position


def test_another_exam_or_step_ends_the_cine(open_stack, clock) -> None:
    workplace = open_stack(9)
    grid, cine = _watched(workplace, clock)
    press(workplace.reading, K.Key_V)
    workplace.flow.leave()
    grid.clear()
    assert not cine.is_running
