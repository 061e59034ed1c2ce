"""Drawings and presentation states belong to the slice that they were drawn on."""

import pytest
from drawing_by_hand import drag, drawn, write
from marked_volumes import decoded, open_marked, reveal, show, sign
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from window_helpers import press, settle

from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.domain.volumes import volumes_of
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.actions.command import Command
from klarsyn.ui.workplace import Workplace

__all__ = ["open_marked"]
K = Qt.Key


def measure(workplace: Workplace, qtbot, place: int = 0, row: float = 60.0) -> None:
    press(workplace.reading, K.Key_R)
    drag(qtbot, workplace.reading.grid.viewports[place], (40.0, row), (70.0, row))


def here(workplace: Workplace, place: int = 0) -> int:
    """How many drawings a view shows."""
    return len(workplace.reading.drawing.layer.here(workplace.reading.grid.viewports[place]))


def next_drawing(workplace: Workplace) -> None:
    """Shift+J."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(workplace.reading, QKeyEvent(kind, K.Key_J, Qt.KeyboardModifier.ShiftModifier))


@pytest.mark.invariant(3)
def test_a_drawing_stands_on_the_slice_that_it_was_drawn_on(open_marked, qtbot) -> None:
    workplace = open_marked()
    show(workplace, 0, 9, qtbot)
    measure(workplace, qtbot)
    (annotation,) = drawn(workplace.reading)
    volume = workplace.reading.grid.viewports[0].view.stack.volume
    assert volume.index_of(annotation.sop_instance_uid, annotation.frame) == 8
    counts = {}
    for number in (8, 9, 10):
        show(workplace, 0, number, qtbot)
        counts[number] = here(workplace)
    assert counts == {8: 0, 9: 1, 10: 0}


def test_on_a_slab_a_drawing_is_kept_on_the_slice_in_the_middle_and_the_reader_is_told(
    open_marked, qtbot
) -> None:
    workplace = open_marked()
    grid = workplace.reading.grid
    show(workplace, 0, 6, qtbot)
    grid.scrolling.toggle_slab()
    assert grid.viewports[0].view.stack.shown.is_slab
    measure(workplace, qtbot)
    assert workplace.reading.bar.told.text() == "Kept on slice 6, 5 mm, the middle of the slab."
    assert here(workplace) == 1
    show(workplace, 0, 8, qtbot)
    assert here(workplace) == 1, "a slab shows what is drawn on every slice in it"
    grid.scrolling.toggle_slab()
    assert here(workplace) == 0
    show(workplace, 0, 6, qtbot)
    assert here(workplace) == 1


def test_a_drawing_that_has_been_scrolled_away_from_is_not_deleted(open_marked, qtbot) -> None:
    workplace = open_marked()
    show(workplace, 0, 9, qtbot)
    measure(workplace, qtbot)
    show(workplace, 0, 3, qtbot)
    press(workplace.reading, K.Key_Delete)
    assert len(drawn(workplace.reading)) == 1
    show(workplace, 0, 9, qtbot)
    press(workplace.reading, K.Key_Delete)
    assert drawn(workplace.reading) == ()


def test_a_polygon_that_is_begun_on_one_slice_is_not_ended_on_another(open_marked, qtbot) -> None:
    workplace = open_marked()
    page = workplace.reading
    view = page.grid.viewports[0]
    page.commands.do(Command.MEASURE_AREA_POLYGON)
    show(workplace, 0, 9, qtbot)
    for column, row in ((40.0, 50.0), (60.0, 50.0), (60.0, 70.0)):
        drag(qtbot, view, (column, row), (column, row))
    show(workplace, 0, 10, qtbot)
    assert not page.drawing.layer.is_on(view)
    drag(qtbot, view, (45.0, 60.0), (45.0, 60.0))
    press(page, K.Key_Return)
    assert drawn(page) == ()


def test_one_key_goes_from_drawing_to_drawing_over_steps_volumes_and_slices(open_marked, qtbot) -> None:
    workplace = open_marked()
    page = workplace.reading
    grid = page.grid
    for place, number in ((0, 9), (1, 3), (0, 2)):
        show(workplace, place, number, qtbot)
        measure(workplace, qtbot, place)
    grid.looks.step(1)
    decoded(workplace, qtbot)
    press(page, K.Key_Escape)
    told = []
    for _ in range(4):
        next_drawing(workplace)
        told.append(page.bar.told.text())
        chosen = page.drawing.layer.chosen
        assert any(page.drawing.layer.shows(v, chosen) for v in grid.viewports)
    assert told == [
        "Drawing 1 of 3: R CC slice 2, 1 mm.",
        "Drawing 2 of 3: R CC slice 9, 8 mm.",
        "Drawing 3 of 3: L CC slice 3, 2 mm.",
        "Drawing 1 of 3: R CC slice 2, 1 mm.",
    ]


def test_without_a_drawing_the_key_says_so(open_marked) -> None:
    workplace = open_marked()
    next_drawing(workplace)
    assert workplace.reading.bar.told.text() == "Nothing is drawn on this exam."


def test_the_words_of_an_arrow_are_asked_for_on_its_slice(open_marked, qtbot) -> None:
    workplace = open_marked()
    page = workplace.reading
    show(workplace, 0, 4, qtbot)
    press(page, K.Key_W)
    drag(qtbot, page.grid.viewports[0], (40.0, 60.0), (70.0, 60.0))
    write(qtbot, page, "oklar")
    (annotation,) = drawn(page)
    assert (annotation.text, annotation.frame) == ("oklar", 4)


def test_a_signed_read_keeps_each_drawing_with_its_frame_and_shows_it_again_on_its_slice(
    open_marked, open_exam, installation, qtbot
) -> None:
    workplace = open_marked()
    page = workplace.reading
    show(workplace, 0, 9, qtbot)
    measure(workplace, qtbot)
    (annotation,) = drawn(page)
    sign(workplace, qtbot)
    exam = page.flow.session.exam
    uids = [image.sop_instance_uid for image in exam.images]
    folder = ImageFolder(installation.settings.folders.images)
    kept = [
        read_presentation_state(folder.path(state.sha256))
        for state in installation.store.presentations.about(uids)
    ]
    scopes = [scope for state in kept for drawing in state.annotations for scope in drawing.scope]
    assert [(s.sop_instance_uid, s.frames) for s in scopes] == [(annotation.sop_instance_uid, (9,))]

    press(page, K.Key_S)
    settle(qtbot, workplace)
    press(page.others.list, K.Key_1)
    settle(qtbot, workplace)
    decoded(workplace, qtbot)
    assert "Drawn on R CC slice 9, 8 mm." in page.bar.told.text()
    view = page.grid.viewports[0].view
    assert view.stack.index == 8
    state = page.others.applied.state
    volume = next(v for v in volumes_of(exam) if v.image.view_label == "R CC")
    assert page.others.graphics.slices(page.grid.viewports[0]) == (8,)
    assert volume.image.sop_instance_uid in {i.sop_instance_uid for i in state.images}

    show(workplace, 0, 5, qtbot)
    press(page, K.Key_S)
    settle(qtbot, workplace)
    press(page.others.list, K.Key_0)
    settle(qtbot, workplace)
    assert page.grid.viewports[0].view.stack.index == 4, "going back goes nowhere else"


def test_drawings_are_hinted_at_on_the_bar_before_and_after_the_reveal(open_marked, qtbot) -> None:
    workplace = open_marked()
    page = workplace.reading
    for number in (9, 3):
        show(workplace, 0, number, qtbot)
        measure(workplace, qtbot)
    assert list(page.drawing.layer.slices(page.grid.viewports[0])) == [2, 8]
    assert list(page.drawing.layer.slices(page.grid.viewports[1])) == []
    reveal(workplace, qtbot)
    assert list(page.drawing.layer.slices(page.grid.viewports[0])) == [2, 8]
