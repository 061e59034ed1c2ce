"""Measuring and drawing in the window, with its keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from window_helpers import press, settle, shut

from klarsyn.reading.session import Step
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.actions.command import Command

LEFT = Qt.MouseButton.LeftButton
K = Qt.Key


@pytest.fixture
def reading(make_workplace, open_exam, import_exams):
    import_exams(2)
    workplace = make_workplace()
    open_exam(workplace)
    return workplace


def drag(qtbot, view, start, end):
    qtbot.mousePress(view, LEFT, pos=QPoint(*start))
    qtbot.mouseMove(view, QPoint(*end))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(*end))


def on_film(view, column, row):
    x, y = view.transform().to_viewport(column, row)
    return round(x / view.ratio), round(y / view.ratio)


def measure(qtbot, workplace, number=0, start=(50, 60), end=(120, 60)):
    page = workplace.reading
    view = page.grid.viewports[number]
    press(page, K.Key_R)
    drag(qtbot, view, on_film(view, *start), on_film(view, *end))
    return page.flow.session.drawings.history


def assess_and_sign(qtbot, workplace):
    for key in (K.Key_1, K.Key_1, K.Key_Return):
        press(workplace.reading, key)
    settle(qtbot, workplace)


def test_a_length_is_measured_with_one_key_and_one_drag_and_the_mouse_is_free_again(reading, qtbot):
    history = measure(qtbot, reading)
    assert len(history.present) == 1
    view = reading.reading.grid.viewports[0]
    before = view.transform().offset
    drag(qtbot, view, (60, 60), (90, 60))
    assert view.transform().offset != before


def test_undo_and_redo_go_through_the_drawings_and_leave_reads_alone(reading, qtbot):
    measure(qtbot, reading)
    measure(qtbot, reading, 1)
    page = reading.reading
    press(page, K.Key_U)
    assert len(page.flow.session.drawings.history.present) == 1
    page.commands.do(Command.REDO_ANNOTATION)
    assert len(page.flow.session.drawings.history.present) == 2
    page.drawing.layer.chosen = page.flow.session.drawings.history.present[0].annotation_id
    press(page, K.Key_Delete)
    assert len(page.flow.session.drawings.history.present) == 1
    assert page.flow.session.step is Step.READING


def test_escape_puts_the_tool_away_and_only_then_leaves_the_exam(reading, qtbot):
    page = reading.reading
    press(page, K.Key_R)
    press(page, K.Key_Escape)
    assert page.flow.session is not None
    assert page.drawing.layer.pen is None
    press(page, K.Key_Escape)
    qtbot.waitUntil(lambda: page.flow.session is None)


def test_enter_closes_a_polygon_and_signs_nothing(reading, qtbot):
    page = reading.reading
    for key in (K.Key_1, K.Key_1):
        press(page, key)
    page.commands.do(Command.MEASURE_AREA_POLYGON)
    view = page.grid.viewports[0]
    for corner in ((60, 60), (120, 60), (120, 120)):
        qtbot.mouseClick(view, LEFT, pos=QPoint(*on_film(view, *corner)))
    press(page, K.Key_Return)
    settle(qtbot, reading)
    assert page.flow.session.step is Step.READING
    assert len(page.flow.session.drawings.history.present) == 1


def test_words_at_an_arrow_are_words_and_no_assessments(reading, qtbot):
    page = reading.reading
    view = page.grid.viewports[0]
    page.commands.do(Command.ARROW_TEXT)
    drag(qtbot, view, on_film(view, 50, 60), on_film(view, 120, 60))
    writing = QApplication.focusWidget()
    for key, text in ((K.Key_1, "1"), (K.Key_5, "5")):
        qtbot.keyClick(writing, key)
        assert text in writing.text()
    qtbot.keyClick(writing, K.Key_Return)
    settle(qtbot, reading)
    (arrow,) = page.flow.session.drawings.history.present
    assert arrow.text == "15"
    assert page.flow.session.draft.right is None
    assert page.flow.session.step is Step.READING


def test_drawings_survive_closing_the_window(reading, qtbot, make_workplace, open_exam):
    drawn = measure(qtbot, reading).present
    exam_id = reading.flow.session.exam.exam_id
    shut(qtbot, reading)
    again = make_workplace()
    open_exam(again, exam_id)
    assert again.flow.session.drawings.history.present == drawn


def test_a_signed_read_has_its_drawing_and_the_part_in_sight_in_the_store(reading, qtbot, installation):
    page = reading.reading
    measure(qtbot, reading)
    page.grid.viewports[0].one_to_one()
    page.grid.viewports[0].zoom(4.0)
    session = page.flow.session
    assess_and_sign(qtbot, reading)
    uids = [i.sop_instance_uid for i in session.exam.images]
    (row,) = installation.store.presentations.about(uids)
    offered = page.flow.shelf().offered()
    state = page.flow.shelf().take(offered[0]).state
    assert row.facts.sop_instance_uid == state.sop_instance_uid
    shown = page.grid.viewports[0]
    region = state.area_of(shown.view.loaded.image.sop_instance_uid).region
    assert region == shown.transform().visible_region(shown.device_size)
    assert len(state.annotations) == 1


def test_the_reader_is_told_when_a_read_is_signed_and_its_drawings_are_not_kept(reading, qtbot, monkeypatch):
    def full(_self, _make):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ImageFolder, "put_made", full)
    measure(qtbot, reading)
    first = reading.flow.session
    assess_and_sign(qtbot, reading)
    assert "could not be kept" in reading.reading.bar.told.text()
    reading.reading.bar.tell("")
    reading.reading.commands.settling.stop()
    press(reading.reading, K.Key_Return)
    settle(qtbot, reading)
    assert first.step is Step.FINAL
    assert reading.flow.session is not first
    assert "could not be kept" in reading.reading.bar.told.text()


@pytest.mark.invariant(10)
def test_the_window_never_freezes_drawing_and_listing_states_touch_no_disk_on_its_thread(
    reading, qtbot, ui_thread_watch
):
    ui_thread_watch.on = True
    measure(qtbot, reading)
    assess_and_sign(qtbot, reading)
    press(reading.reading, K.Key_S)
    settle(qtbot, reading)
    qtbot.keyClick(reading.reading.others.list, K.Key_1)
    settle(qtbot, reading)
    ui_thread_watch.on = False
    assert reading.reading.others.in_force
    assert ui_thread_watch.seen == []


@pytest.mark.parametrize("key", [K.Key_Space, K.Key_Return, K.Key_A])
def test_the_chosen_drawing_is_let_go_on_the_next_step_at_signing_and_at_the_reveal(reading, qtbot, key):
    page = reading.reading
    if key == K.Key_A:
        assess_and_sign(qtbot, reading)
    measure(qtbot, reading)
    assert page.drawing.layer.chosen is not None
    for each in (K.Key_1, K.Key_1, K.Key_Return) if key == K.Key_Return else (key,):
        press(page, each)
    settle(qtbot, reading)
    if key == K.Key_Space and page.drawing.layer.chosen is not None:
        page.commands.do(Command.STEP_FORWARD)
    assert page.drawing.layer.chosen is None
    assert page.flow.session.drawings.history.present, "it is still there"
