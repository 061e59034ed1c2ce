"""A whole read in the real window, by key and mouse: queue, images, signature, reveal, jump, confirmation."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from window_fixtures import add_result, dressed, make_workplace, open_exam
from window_helpers import grey_of, press, settle, shut

from klarsyn.domain.read import ReadKind
from klarsyn.reading.session import Step

__all__ = ["add_result", "dressed", "make_workplace", "open_exam"]

K = Qt.Key


def _pictures(workplace) -> list[np.ndarray]:
    return [grey_of(viewport) for viewport in workplace.reading.grid.viewports]


def _marks(workplace) -> int:
    return sum(len(viewport.placed_marks()) for viewport in workplace.reading.grid.viewports)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_through_a_whole_read(
    make_workplace, import_exams, add_result, installation, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace = make_workplace()
    page, store = workplace.reading, installation.store

    press(workplace.queue, K.Key_Return)
    settle(qtbot, workplace)
    unmarked = _pictures(workplace)
    press(page, K.Key_A)
    settle(qtbot, workplace)
    assert _marks(workplace) == 0
    assert all(map(np.array_equal, _pictures(workplace), unmarked))
    assert store.reads.reveals(exam_id, "reader-one") == []

    press(page, K.Key_1)
    press(page, K.Key_3)
    press(page, K.Key_Return)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.SIGNED
    assert _marks(workplace) == 0
    assert all(map(np.array_equal, _pictures(workplace), unmarked))

    press(page, K.Key_A)
    settle(qtbot, workplace)
    marked = _pictures(workplace)
    assert _marks(workplace) == 3
    # Calcifications on the right CC, soft tissue on both left views, nothing on the right MLO.
    assert [np.array_equal(a, b) for a, b in zip(marked, unmarked, strict=True)] == [
        False,
        False,
        True,
        False,
    ]
    assert page.findings.isVisible()
    (revealed,) = store.reads.reveals(exam_id, "reader-one")
    assert revealed.shown

    row = page.findings.rows[0]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    left_cc = page.grid.viewports[1]
    (placed,) = left_cc.placed_marks()
    # In the middle, as far as the chest wall stays at the edge of its place.
    assert placed.box.center().y() == pytest.approx(left_cc.height() / 2, abs=1)
    assert QRectF(left_cc.rect()).contains(placed.box)
    wall_at_edge = left_cc.transform().shown_rect[0] == pytest.approx(0, abs=1)
    assert wall_at_edge or placed.box.center().x() == pytest.approx(left_cc.width() / 2, abs=1)
    assert left_cc.transform().scale >= 1.0

    press(page, K.Key_F)
    press(page, K.Key_Minus, keypad=True)
    settle(qtbot, workplace)
    assert all(map(np.array_equal, _pictures(workplace), unmarked))

    press(page, K.Key_Return)
    settle(qtbot, workplace)
    reads = store.reads.own(exam_id, "reader-one")
    assert {(r.kind, str(r.impression)) for r in reads} == {
        (ReadKind.FIRST_IMPRESSION, "R1 L3"),
        (ReadKind.FINAL, "R1 L3"),
    }
    assert workplace.queue.isVisible()
    assert workplace.queue.done.rows.item(0, 1).text() == "R1 L3"


def test_a_restart_in_the_middle_of_an_exam_comes_back_to_it(make_workplace, import_exams, qtbot) -> None:
    import_exams(2)
    before = make_workplace()
    press(before.queue, K.Key_Return)
    settle(qtbot, before)
    exam_id = before.flow.session.exam.exam_id
    press(before.reading, K.Key_4)
    settle(qtbot, before)
    shut(qtbot, before)

    after = make_workplace()
    after.open()
    settle(qtbot, after)
    qtbot.waitUntil(lambda: after.flow.session is not None and after.reading.is_ready)
    assert after.flow.session.exam.exam_id == exam_id
    assert str(after.flow.session.draft) == "R4 L-"
    assert after.reading.bar.focus.value == "L"


def test_a_restart_after_the_reveal_comes_back_to_the_revealed_exam(
    make_workplace, import_exams, add_result, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    before = make_workplace()
    press(before.queue, K.Key_Return)
    settle(qtbot, before)
    for key in (K.Key_1, K.Key_1, K.Key_Return):
        press(before.reading, key)
    settle(qtbot, before)
    press(before.reading, K.Key_A)
    settle(qtbot, before)
    shut(qtbot, before)

    after = make_workplace()
    after.open()
    settle(qtbot, after)
    qtbot.waitUntil(lambda: after.flow.session is not None and after.reading.is_ready)
    assert after.flow.session.exam.exam_id == exam_id
    assert after.flow.session.step is Step.REVEALED


@pytest.mark.parametrize("revealed", [False, True])
def test_a_restart_comes_back_to_what_was_changed_after_the_first_impression(
    make_workplace, import_exams, add_result, installation, qtbot, revealed
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    before = make_workplace()
    press(before.queue, K.Key_Return)
    settle(qtbot, before)
    for key in (K.Key_1, K.Key_1, K.Key_Return):
        press(before.reading, key)
    settle(qtbot, before)
    if revealed:
        press(before.reading, K.Key_A)
        settle(qtbot, before)
    press(before.reading, K.Key_0)
    press(before.reading, K.Key_3)
    shut(qtbot, before)
    changed = str(installation.store.reads.open_of("reader-one").draft)
    assert changed != "R1 L1"

    after = make_workplace()
    after.open()
    settle(qtbot, after)
    qtbot.waitUntil(lambda: after.flow.session is not None and after.reading.is_ready)
    assert str(after.flow.session.draft) == changed
    press(after.reading, K.Key_Return)
    assert after.reading.bottom.currentWidget() is after.reading.reasons


def test_the_last_digit_before_closing_is_not_lost(make_workplace, import_exams, installation, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace()
    press(workplace.queue, K.Key_Return)
    settle(qtbot, workplace)
    press(workplace.reading, K.Key_4)
    workplace.main.close()
    qtbot.waitUntil(lambda: workplace.has_ended)
    assert str(installation.store.reads.open_of("reader-one").draft) == "R4 L-"
