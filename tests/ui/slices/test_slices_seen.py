"""Signing tells which slices were never on the screen; it asks for nothing."""

import pytest
from PySide6.QtCore import Qt
from stack_fixtures import open_stack
from window_helpers import press, settle

from klarsyn.imaging.stack import SliceState
from klarsyn.reading.step import Step

__all__ = ["open_stack"]
K = Qt.Key


def _go_through(workplace, last: int) -> None:
    press(workplace.reading, K.Key_Home)
    workplace.reading.grab()
    for _ in range(last):
        press(workplace.reading, K.Key_Period)
        workplace.reading.grab()


def _sign(qtbot, workplace) -> None:
    press(workplace.reading, K.Key_1)
    press(workplace.reading, K.Key_Return)
    qtbot.waitUntil(lambda: workplace.flow.session.step is Step.SIGNED and not workplace.flow.busy)


def test_signing_with_slices_unseen_is_flagged_and_not_hindered(open_stack, qtbot) -> None:
    workplace = open_stack(12)
    _go_through(workplace, 3)
    _sign(qtbot, workplace)
    # The one in the middle was there first.
    assert workplace.reading.bar.told.text() == "Unseen: L CC 7 of 12 slices"
    assert workplace.reading.bar.told.warns
    assert workplace.flow.session.seen_in_part


def test_after_all_slices_nothing_is_said_of_them(open_stack, qtbot) -> None:
    workplace = open_stack(6)
    _go_through(workplace, 5)
    _sign(qtbot, workplace)
    assert "slices" not in workplace.reading.bar.told.text()


def test_in_a_slab_no_slice_is_seen_by_itself(open_stack, qtbot) -> None:
    workplace = open_stack(12)
    stack = workplace.reading.grid.viewport.stack
    before = stack.seen_of
    press(workplace.reading, K.Key_Z)
    _go_through(workplace, 11)
    assert stack.seen_of == before


def test_slices_seen_are_kept_from_one_stay_to_the_next(open_stack, qtbot) -> None:
    workplace = open_stack(6)
    exam_id = workplace.flow.session.exam.exam_id
    _go_through(workplace, 2)
    workplace.flow.leave()
    settle(qtbot, workplace)
    workplace.flow.open(exam_id)
    settle(qtbot, workplace)
    grid = workplace.reading.grid
    grid.pick(next(n for n, v in enumerate(grid.viewports) if v.stack is not None))
    assert [n for n in range(6) if grid.viewport.stack.seen.has(n)] == [0, 1, 2]


def test_leaving_an_exam_closes_its_stacks_and_with_them_the_decoding(open_stack, qtbot) -> None:
    workplace = open_stack(6)
    stack = workplace.reading.grid.viewport.stack.stack
    workplace.flow.leave()
    settle(qtbot, workplace)
    assert all(stack.state(n) is SliceState.WAITING for n in range(6))


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_slice_that_waits_shows_no_other_slices_picture(
    open_stack, monkeypatch
) -> None:
    workplace = open_stack(6)
    grid = workplace.reading.grid
    stack = grid.viewport.stack
    index = stack.index + 1
    with monkeypatch.context() as waiting:
        waiting.setattr(stack.stack, "pyramid", lambda _: None)
        grid.scrolling.go_to(grid.current, index)
        grid.viewport.grab()
        assert grid.viewport.stack_message == f"Slice {index + 1} is being decoded."
        assert stack.picture() is None
        assert not stack.seen.has(index)
    # It comes: the crew says so on a thread of its own.
    stack._news.set()
    grid.scrolling._came.emit(grid.viewport.view.loaded.image.sop_instance_uid, index)
    grid.viewport.grab()
    assert grid.viewport.stack_message == ""
    assert stack.seen.has(index)


@pytest.mark.invariant(10)
def test_the_window_never_freezes_scrolling_and_slabs_read_no_file_on_its_thread(
    open_stack, ui_thread_watch
) -> None:
    workplace = open_stack(9)
    ui_thread_watch.on = True
    for key in (K.Key_Home, K.Key_Period, K.Key_Z, K.Key_Period, K.Key_End):
        press(workplace.reading, key)
        workplace.reading.grab()
    ui_thread_watch.on = False
    assert ui_thread_watch.seen == []
