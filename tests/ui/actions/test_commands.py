"""How a command is asked for, and what happens to one that nobody does."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from window_helpers import press

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.stroke import Stroke

K = Qt.Key


@pytest.fixture
def page(make_workplace, import_exams, open_exam):
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    return workplace.reading


def test_a_command_is_added_by_its_line_and_an_act(page) -> None:
    done = []
    action = page.commands.add(Command.MEASURE_LENGTH, lambda: done.append("length"))
    press(page, K.Key_R)
    action.trigger()
    assert done == ["length", "length"]
    assert page.commands.actions[Command.MEASURE_LENGTH] is action


def test_the_key_of_a_command_that_nobody_does_is_silent(page) -> None:
    page.commands._doers.pop(Command.MEASURE_LENGTH, None)
    press(page, K.Key_R)
    assert not page.commands.do(Command.MEASURE_LENGTH)


def test_a_command_without_an_exam_that_is_ready_is_not_done(page) -> None:
    done = []
    page.commands.add(Command.FIT, lambda: done.append("fit"))
    page._painted = False
    assert not page.commands.do(Command.FIT)
    assert not done


def test_an_act_that_finds_nothing_to_do_says_so(page) -> None:
    page.commands.add(Command.FIT, lambda: False)
    page.commands.add(Command.ZOOM_IN, lambda: None)
    assert not page.commands.do(Command.FIT)
    assert page.commands.do(Command.ZOOM_IN)


def test_while_a_question_is_open_commands_answer_it_and_do_nothing(page) -> None:
    answers = []
    page.commands.divert(answers.append)
    press(page, K.Key_3, keypad=True)
    page.commands.actions[Command.INVERT].trigger()
    assert answers == [Command.ASSESS_3, Command.INVERT]
    assert page.flow.session.draft.right is None
    assert not page.grid.viewport.view.display.inverted


def test_a_held_command_lasts_as_long_as_its_key(page) -> None:
    lasts = []
    page.commands.add(Command.TECHNIQUE, lasts.append)
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(page, QKeyEvent(kind, K.Key_D, Qt.KeyboardModifier.NoModifier))
    assert lasts == [True, False]


def test_a_key_that_repeats_by_itself_asks_again_only_where_that_is_declared(page) -> None:
    done = []
    page.commands.add(Command.ZOOM_IN, lambda: done.append("zoom"))
    page.commands.add(Command.INVERT, lambda: done.append("invert"))
    for key in (K.Key_Plus, K.Key_I):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True)
        QApplication.sendEvent(page, event)
    assert done == ["zoom"]


def test_the_keypads_magnifier_stands_until_its_key_comes_again(page) -> None:
    press(page, K.Key_Slash, keypad=True)
    press(page, K.Key_I)
    assert page.grid.viewport.glass_is_up
    press(page, K.Key_Slash, keypad=True)
    assert not page.grid.viewport.glass_is_up


def test_changed_keys_act_at_once_and_are_named_on_the_page(page) -> None:
    page.commands.keys = page.commands.keys.with_keys(Command.GO_ON, [Stroke.parse("F5")])
    assert "F5" in page.bar.action.text()
    press(page, K.Key_1)
    press(page, K.Key_1)
    press(page, K.Key_Return)
    assert not page.flow.busy
    press(page, K.Key_F5)
    assert page.flow.busy


def test_look_on_goes_through_every_step_and_back_to_the_first(page) -> None:
    steps = len(page.grid.hung.sequence.steps)
    assert steps > 1
    where = [page.grid.hung.sequence.position]
    for _ in range(400):
        press(page, K.Key_9, keypad=True)
        if page.grid.hung.sequence.position != where[-1]:
            where.append(page.grid.hung.sequence.position)
        if where[-1] == 0 and len(where) > 1:
            break
    assert where == [*range(steps), 0]


def test_the_preset_before_comes_back_in_all_linked_views(page) -> None:
    views = page.grid.views.values()
    first = {view.label for view in views}
    page.commands.do(Command.PRESET)
    assert not first & {view.label for view in views}
    page.commands.do(Command.PREVIOUS_WINDOW)
    assert {view.label for view in views} == first
