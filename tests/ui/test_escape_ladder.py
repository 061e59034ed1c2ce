"""Esc takes back the least that it can mean; only when nothing is in the hand does it leave the exam."""

import pytest
from drawing_by_hand import drag, drawn, line_to_write_in, on_film, type_words
from PySide6.QtCore import Qt
from window_helpers import press

from klarsyn.ui.actions.command import Command

LEFT, K = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def page(make_workplace, open_exam, import_exams):
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    return workplace.reading


def test_escape_puts_away_words_then_the_tool_then_what_is_held_then_the_choice_and_then_leaves(page, qtbot):
    view, layer = page.grid.viewports[0], page.drawing.layer
    press(page, K.Key_R)
    drag(qtbot, view, (50, 60), (120, 60))
    (line,) = drawn(page)

    page.commands.do(Command.ARROW_TEXT)
    drag(qtbot, view, (50, 120), (120, 120))
    type_words(page, "nej")
    qtbot.keyClick(line_to_write_in(page), K.Key_Escape)
    assert layer.waiting is None
    assert drawn(page) == (line,)

    press(page, K.Key_R)
    qtbot.mousePress(view, LEFT, pos=on_film(view, 50, 150))
    press(page, K.Key_Escape)
    qtbot.mouseRelease(view, LEFT, pos=on_film(view, 120, 150))
    assert layer.pen is None
    assert drawn(page) == (line,)
    assert layer.chosen == line.annotation_id

    qtbot.mousePress(view, LEFT, pos=on_film(view, 85, 60))
    qtbot.mouseMove(view, on_film(view, 85, 100))
    assert layer.hand.holds
    press(page, K.Key_Escape)
    qtbot.mouseRelease(view, LEFT, pos=on_film(view, 85, 100))
    assert drawn(page) == (line,)
    assert layer.chosen == line.annotation_id

    press(page, K.Key_Escape)
    assert layer.chosen is None
    assert page.flow.session is not None
    press(page, K.Key_Escape)
    qtbot.waitUntil(lambda: page.flow.session is None)


def test_a_choice_that_is_out_of_sight_is_none_so_that_escape_leaves_and_delete_deletes_nothing(page, qtbot):
    for _ in page.grid.hung.sequence.steps:
        if len(page.grid.viewports) == 4:
            break
        page.grid.looks.step(1)
    view = page.grid.viewports[0]
    press(page, K.Key_R)
    drag(qtbot, view, (50, 60), (120, 60))
    uid = view.view.loaded.image.sop_instance_uid
    for _ in page.grid.hung.sequence.steps:
        if all(v.view is None or v.view.loaded.image.sop_instance_uid != uid for v in page.grid.viewports):
            break
        page.commands.do(Command.STEP_FORWARD)
    else:
        pytest.fail("The image is on the screen in every step.")
    press(page, K.Key_Delete)
    assert len(drawn(page)) == 1
    press(page, K.Key_Escape)
    qtbot.waitUntil(lambda: page.flow.session is None)


def test_a_chosen_drawing_that_is_undone_is_chosen_no_more(page, qtbot):
    press(page, K.Key_R)
    drag(qtbot, page.grid.viewports[0], (50, 60), (120, 60))
    assert page.drawing.layer.chosen
    press(page, K.Key_U)
    assert page.drawing.layer.chosen is None
    press(page, K.Key_Escape)
    qtbot.waitUntil(lambda: page.flow.session is None)


def test_escape_at_the_words_of_a_drawing_leaves_them_as_they_were(page, qtbot):
    view = page.grid.viewports[0]
    page.commands.do(Command.ARROW_TEXT)
    drag(qtbot, view, (50, 120), (120, 120))
    type_words(page, "åäö")
    qtbot.keyClick(line_to_write_in(page), K.Key_Return)
    qtbot.mouseDClick(view, LEFT, pos=on_film(view, 85, 120))
    writing = line_to_write_in(page)
    assert writing.text() == "åäö"
    type_words(page, " mer")
    qtbot.keyClick(writing, K.Key_Escape)
    assert drawn(page)[0].text == "åäö"
    assert page.flow.session is not None
