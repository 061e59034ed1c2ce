"""Keys for slices find the volume of the step, and looking on runs through it where it is largest."""

import itertools

import pytest
from marked_volumes import COUNT, decoded, hang, open_marked
from PySide6.QtCore import Qt
from window_helpers import press

from klarsyn.ui.actions.command import Command

__all__ = ["open_marked"]
K = Qt.Key
FLAT, SLICES = 0, 1


@pytest.fixture
def beside(open_marked):
    """The synthetic image beside the tomosynthesis that it was computed from; keys are at the 2D image."""
    workplace = open_marked("dbt-synthetic", result=False)
    workplace.reading.grid.pick(FLAT)
    return workplace


def _look_on(workplace, qtbot) -> None:
    press(workplace.reading, K.Key_9, keypad=True)
    qtbot.waitUntil(lambda: not workplace.reading.grid.scrolling.cine.is_run_through, timeout=20_000)
    decoded(workplace, qtbot)


def test_looking_on_leaves_tomosynthesis_behind_2d_images_to_the_step_where_it_is_larger(
    open_marked, qtbot
) -> None:
    workplace = open_marked("screening", result=False)
    grid = workplace.reading.grid
    cine, ticks = grid.scrolling.cine, itertools.count()
    cine.clock = lambda: next(ticks) / cine.fps
    press(workplace.reading, K.Key_9, keypad=True)
    assert grid.hung.sequence.position == 1
    grid.looks.step(-1)
    run = {}
    for _ in range(30):
        before = {uid for uid, v in grid.views.items() if v.stack is not None and v.stack.run_through}
        where = len(grid.viewports), grid.hung.step.step.title.en
        _look_on(workplace, qtbot)
        after = {uid for uid, v in grid.views.items() if v.stack is not None and v.stack.run_through}
        run.update(dict.fromkeys(after - before, where))
        if len(run) == 4:
            break
    assert len(run) == 4
    assert {places for places, _ in run.values()} == {2}
    assert len({title for _, title in run.values()}) == 4


def test_looking_on_turns_to_tomosynthesis_that_hangs_in_no_step_of_its_own(open_marked, qtbot) -> None:
    workplace = open_marked("four-up", result=False)
    grid = workplace.reading.grid
    press(workplace.reading, K.Key_9, keypad=True)
    assert grid.hung.sequence.position == 0
    assert grid.shown(grid.current).is_tomosynthesis


def test_a_step_opens_at_the_middle_of_a_volume_that_was_run_through_to_its_end(beside, qtbot) -> None:
    grid = beside.reading.grid
    stack = grid.viewports[SLICES].stack
    for run_through, left_at, found_at in (
        (True, COUNT - 1, COUNT // 2),
        (True, 3, 3),
        (False, COUNT - 1, COUNT - 1),
    ):
        stack.run_through = run_through
        stack.go_to(left_at)
        grid.looks.step(1)
        grid.looks.step(-1)
        assert grid.viewports[SLICES].stack is stack
        assert stack.index == found_at


def test_keys_at_the_2d_image_turn_the_slices_beside_it(beside) -> None:
    page = beside.reading
    stack = page.grid.viewports[SLICES].stack
    middle = stack.index
    press(page, K.Key_Period)
    assert stack.index == middle + 1
    press(page, K.Key_End)
    assert stack.index == COUNT - 1
    assert page.grid.current == FLAT


def test_keys_at_the_2d_image_start_the_cine_set_its_ends_and_thicken_the_slab_beside_it(beside) -> None:
    page = beside.reading
    stack, cine = page.grid.viewports[SLICES].stack, page.grid.scrolling.cine
    press(page, K.Key_V)
    assert cine.is_running
    cine.tick()
    assert cine.is_running
    press(page, K.Key_V)
    assert not cine.is_running
    stack.go_to(2)
    page.commands.do(Command.CINE_FROM)
    assert stack.ends == (2, COUNT - 1)
    press(page, K.Key_Z)
    assert stack.shown.is_slab
    assert page.grid.current == FLAT


def test_of_two_volumes_keys_turn_that_of_the_current_side_and_view_and_of_others_none(
    open_marked, qtbot
) -> None:
    workplace = open_marked("four-up", result=False)
    page, grid = workplace.reading, workplace.reading.grid
    for place in (0, 1):
        grid.in_place.toggle(place)
    decoded(workplace, qtbot)
    stacks = [grid.viewports[place].stack for place in (0, 1)]
    before = [stack.index for stack in stacks]
    grid.pick(2)
    press(page, K.Key_Period)
    assert [stack.index for stack in stacks] == before
    hang(workplace, "dbt-synthetic", qtbot)
    grid.pick(FLAT)
    press(page, K.Key_Period)
    assert [stack.index for stack in stacks] == [before[0] + 1, before[1]]
