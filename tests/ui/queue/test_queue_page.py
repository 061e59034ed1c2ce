"""The queue page says what waits and why, in dates alone."""

from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import Qt
from window_helpers import grey_of, press, settle

from klarsyn.domain.finding import ResultStatus
from klarsyn.reading.desk import QueuePageState
from klarsyn.reading.waiting import QueueRow
from klarsyn.ui.queue.live_queue import BUSY_REFRESH_MS, REFRESH_MS
from klarsyn.ui.queue.queue_page import QueuePage


def _texts(page: QueuePage) -> str:
    table = page.waiting
    return " ".join(
        table.item(r, c).text() for r in range(table.rowCount()) for c in range(table.columnCount())
    )


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_queue_looks_the_same_for_any_result(
    make_workplace, import_exams, add_result, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    pictures = []
    workplace = make_workplace()
    for status in (None, ResultStatus.FAILED, ResultStatus.SCORED):
        if status is not None:
            add_result(exam_id, status)
        workplace.show_queue()
        settle(qtbot, workplace)
        pictures.append(grey_of(workplace.queue))
    assert np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])
    assert "score" not in _texts(workplace.queue).lower()


def test_enter_opens_the_first_exam_of_the_queue(make_workplace, import_exams, qtbot) -> None:
    import_exams(2)
    workplace = make_workplace()
    first = workplace.queue.chosen_exam
    press(workplace.queue, Qt.Key.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    assert workplace.flow.session.exam.exam_id == first


def test_a_double_click_opens_another_exam(make_workplace, import_exams, qtbot) -> None:
    import_exams(2)
    workplace = make_workplace()
    table = workplace.queue.waiting
    second = workplace.queue._exam_ids[1]
    at = table.visualItemRect(table.item(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle(qtbot, workplace)
    assert workplace.flow.session.exam.exam_id == second


def test_an_empty_queue_says_so(qtbot) -> None:
    page = QueuePage("reader-one")
    qtbot.addWidget(page)
    page.show()
    page.show_state(QueuePageState((), (), "", 0))
    assert page.empty.isVisible()
    assert page.empty.text().startswith("Nothing waits")
    assert page.start.isHidden()
    assert "Enter" not in page.foot.reader.text()


def test_files_that_could_not_be_read_are_not_forgotten(qtbot) -> None:
    page = QueuePage("reader-one")
    qtbot.addWidget(page)
    page.show_state(QueuePageState((), (), "A banner", 3))
    assert page.foot.quarantine.text() == "3 files could not be read: klarsyn quarantine"
    assert page.banner.text() == "A banner"


def _state(*exam_ids: str, activity: str = "") -> QueuePageState:
    rows = tuple(
        QueueRow(exam_id, n, date(2026, 1, 2), "FFDM", 0, "arrived today")
        for n, exam_id in enumerate(exam_ids, start=1)
    )
    return QueuePageState(rows, (), "", 0, activity)


@pytest.fixture
def page(qtbot) -> QueuePage:
    made = QueuePage("reader-one")
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.show_state(_state("a", "b"))
    return made


def _click(qtbot, page: QueuePage, row: int) -> None:
    at = page.waiting.visualItemRect(page.waiting.item(row, 1)).center()
    qtbot.mouseClick(page.waiting.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_what_goes_on_behind_the_queue_is_one_quiet_line(page) -> None:
    page.show_state(_state("a", activity="Preparing practice exams 5 of 12"))
    assert page.foot.activity.text() == "Preparing practice exams 5 of 12"
    page.show_state(_state("a"))
    assert page.foot.activity.text() == ""


def test_rows_do_not_move_under_the_readers_hand_and_follow_when_it_rests(page, qtbot) -> None:
    _click(qtbot, page, 1)
    page.show_state(_state("new", "a", "b", activity="Preparing practice exams 3 of 12"))
    assert page._exam_ids == ("a", "b")
    assert page.foot.activity.text() == "Preparing practice exams 3 of 12"
    page._hand.timeout.emit()  # Still active: nothing may be lost by a timer that comes too early.
    assert page._exam_ids == ("a", "b")
    page._hand.stop()
    page._hand.timeout.emit()
    assert page._exam_ids == ("new", "a", "b")


def test_a_double_click_opens_the_exam_that_was_there_at_the_first_click(page, qtbot) -> None:
    at = page.waiting.visualItemRect(page.waiting.item(1, 1)).center()
    with qtbot.waitSignal(page.exam_wanted) as wanted:
        qtbot.mouseClick(page.waiting.viewport(), Qt.MouseButton.LeftButton, pos=at)
        page.show_state(_state("a", "new", "b"))
        qtbot.mouseDClick(page.waiting.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert wanted.args == ["b"]


def test_the_exam_that_the_reader_has_gone_to_stays_chosen_when_others_come_before_it(page, qtbot) -> None:
    press(page, Qt.Key.Key_Down)
    page._hand.stop()
    page.show_state(_state("new", "a", "b"))
    with qtbot.waitSignal(page.exam_wanted) as wanted:
        press(page, Qt.Key.Key_Enter, keypad=True)
    assert wanted.args == ["b"]


def test_who_has_gone_to_no_exam_gets_the_first_also_when_a_new_one_has_come_before_it(page, qtbot) -> None:
    page.show_state(_state("new", "a", "b"))
    assert page.chosen_exam == "new"
    with qtbot.waitSignal(page.next_wanted):
        press(page, Qt.Key.Key_Enter, keypad=True)


def test_a_page_that_nobody_sees_changes_at_once(page, qtbot) -> None:
    _click(qtbot, page, 1)
    page.show_state(_state("new", "a", "b"))
    page.hide()
    assert page._exam_ids == ("new", "a", "b")


def test_a_scrolled_queue_keeps_its_first_row_in_place(page, qtbot) -> None:
    many = [f"exam-{n}" for n in range(40)]
    page.show_state(_state(*many))
    qtbot.waitUntil(lambda: page.waiting.verticalScrollBar().maximum() > 10)
    page.waiting.verticalScrollBar().setValue(10)
    page.show_state(_state("new", "newer", *many))
    assert page._exam_ids[page.waiting.verticalScrollBar().value()] == "exam-10"


def test_the_queue_is_looked_at_more_often_while_exams_are_prepared(make_workplace, qtbot) -> None:
    workplace = make_workplace()
    for activity, pace in (("Preparing practice exams 1 of 2", BUSY_REFRESH_MS), ("", REFRESH_MS)):
        workplace.flow.queue_ready.emit(_state(activity=activity))
        assert workplace._refresh.interval() == pace


@pytest.mark.invariant(1)
def test_no_exam_is_lost_the_page_tells_of_priors_that_no_exam_leads_to(qtbot) -> None:
    page = QueuePage("reader-one")
    qtbot.addWidget(page)
    page.show_state(QueuePageState((), (), "", 0, priors_alone=2))
    assert page.foot.priors.text() == "2 old exams are kept as priors, no newer one is here: klarsyn prior"
    page.show_state(QueuePageState((), (), "", 0))
    assert page.foot.priors.text() == ""
