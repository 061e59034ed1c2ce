"""Undo and redo in the window: of moving, of other words, of deleting, and after a draft is opened again."""

import pytest
from drawing_by_hand import drag, drawn, on_film, write
from PySide6.QtCore import Qt
from window_helpers import press, settle, shut

from klarsyn.ui.actions.command import Command

LEFT, K = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def workplace(make_workplace, open_exam, import_exams):
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    return workplace


def work_on_an_arrow(qtbot, page):
    """Draw, move, rewrite and delete; returns what was drawn after each of these."""
    view, states = page.grid.viewports[0], [drawn(page)]
    page.commands.do(Command.ARROW_TEXT)
    drag(qtbot, view, (50, 120), (120, 120))
    write(qtbot, page, "Förtätning")
    states.append(drawn(page))
    drag(qtbot, view, (85, 120), (85, 150))
    states.append(drawn(page))
    qtbot.mouseDClick(view, LEFT, pos=on_film(view, 85, 150))
    write(qtbot, page, "känt ärr, ÅÄÖ")
    states.append(drawn(page))
    press(page, K.Key_Delete)
    states.append(drawn(page))
    return states


def test_moving_rewriting_and_deleting_are_undone_and_redone_step_by_step(workplace, qtbot):
    page = workplace.reading
    states = work_on_an_arrow(qtbot, page)
    assert [len(state) for state in states] == [0, 1, 1, 1, 0]
    assert [state[0].text for state in states[1:4]] == ["Förtätning", "Förtätning", "känt ärr, ÅÄÖ"]
    assert states[1][0].points != states[2][0].points == states[3][0].points
    for state in reversed(states[:-1]):
        press(page, K.Key_U)
        assert drawn(page) == state
    for state in states[1:]:
        page.commands.do(Command.REDO_ANNOTATION)
        assert drawn(page) == state


def test_a_draft_comes_back_as_it_was_left_in_the_middle_of_undoing(
    workplace, qtbot, make_workplace, open_exam
):
    page, exam_id = workplace.reading, workplace.flow.session.exam.exam_id
    states = work_on_an_arrow(qtbot, page)
    press(page, K.Key_U)
    settle(qtbot, workplace)
    shut(qtbot, workplace)
    again = make_workplace()
    open_exam(again, exam_id)
    assert drawn(again.reading) == states[3]
    press(again.reading, K.Key_U)
    assert drawn(again.reading) == states[3]
    view = again.reading.grid.viewports[0]
    drag(qtbot, view, (85, 150), (85, 180))
    moved = drawn(again.reading)
    assert moved != states[3]
    press(again.reading, K.Key_U)
    assert drawn(again.reading) == states[3]
    again.reading.commands.do(Command.REDO_ANNOTATION)
    assert drawn(again.reading) == moved


def test_a_text_whose_words_are_wiped_out_goes_and_comes_back_with_undo(workplace, qtbot):
    page = workplace.reading
    view = page.grid.viewports[0]
    page.commands.do(Command.ARROW_TEXT)
    qtbot.mouseClick(view, LEFT, pos=on_film(view, 60, 120))
    write(qtbot, page, "ärr")
    before = drawn(page)
    page.grid.grab()
    words = page.drawing.layer.words_on(view)[before[0].annotation_id]
    qtbot.mouseDClick(view, LEFT, pos=words.center().toPoint())
    write(qtbot, page, " ")
    assert drawn(page) == ()
    press(page, K.Key_U)
    assert drawn(page) == before
