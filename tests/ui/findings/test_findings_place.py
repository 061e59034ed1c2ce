"""The list of findings covers no text and no mark, and is hidden only by a reader who can see it."""

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from window_helpers import press, settle

K = Qt.Key
SIZES = ((1366, 768), (1600, 1000), (1080, 1920))


@pytest.fixture
def signed(make_workplace, import_exams, add_result, open_exam, qtbot):
    """A workplace whose exam has been signed, and not revealed."""

    def _make(size: tuple[int, int] = (1366, 768)):
        (exam_id,) = import_exams(1)
        add_result(exam_id)
        workplace = make_workplace(size=size)
        open_exam(workplace)
        _keys(workplace, qtbot, K.Key_1, K.Key_1, K.Key_Return)
        return workplace

    return _make


def _keys(workplace, qtbot, *keys: Qt.Key) -> None:
    for key in keys:
        press(workplace.reading, key)
        settle(qtbot, workplace)


def _covered(page) -> list[QRectF]:
    list_ = QRectF(page.findings.geometry())
    found = []
    for view in page.grid.viewports:
        boxes = [box for mark in view.placed_marks() for box in (mark.box, mark.number)]
        moved = [box.translated(view.x(), view.y()) for box in (*boxes, *view.corners.written)]
        found += [box for box in moved if box.intersects(list_)]
    return found


@pytest.mark.parametrize("size", SIZES)
def test_the_list_covers_no_text_and_no_mark(signed, qtbot, size) -> None:
    workplace = signed(size)
    page = workplace.reading
    page.grid.grab()
    _keys(workplace, qtbot, K.Key_A)
    qtbot.waitUntil(lambda: page.findings.stands_for is not None)
    assert page.findings.isVisible()
    assert page.grid.rect().contains(page.findings.geometry())
    assert _covered(page) == []


def test_it_stays_where_it_is_while_its_step_is_shown(signed, qtbot) -> None:
    workplace = signed()
    page = workplace.reading
    page.grid.grab()
    _keys(workplace, qtbot, K.Key_A)
    qtbot.waitUntil(lambda: page.findings.stands_for is not None)
    before = QRect(page.findings.geometry())
    _keys(workplace, qtbot, K.Key_J, K.Key_J, K.Key_Tab, K.Key_I)
    assert page.findings.geometry() == before


def test_what_has_no_room_is_scrolled_and_the_warning_stays(signed, qtbot) -> None:
    workplace = signed((1000, 420))
    page = workplace.reading
    _keys(workplace, qtbot, K.Key_A)
    assert page.grid.rect().contains(page.findings.geometry())
    assert page.findings.height() >= page.findings.least_height


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_key_of_the_list_changes_nothing_before_the_reveal(
    signed, qtbot
) -> None:
    workplace = signed()
    page = workplace.reading
    _keys(workplace, qtbot, K.Key_H)
    assert not page.findings.isVisible()
    _keys(workplace, qtbot, K.Key_A)
    assert page.findings.isVisible()
    _keys(workplace, qtbot, K.Key_H)
    assert not page.findings.isVisible()
    _keys(workplace, qtbot, K.Key_A, K.Key_H, K.Key_A)
    assert not page.findings.isVisible()
    _keys(workplace, qtbot, K.Key_H)
    assert page.findings.isVisible()
