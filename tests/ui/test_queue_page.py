"""The queue page says what waits and why, in dates alone."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from window_helpers import grey_of, press, settle

from klarsyn.domain.finding import ResultStatus
from klarsyn.reading.desk import QueuePageState
from klarsyn.ui.queue_page import QueuePage


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
    assert "Enter" not in page.footer.text()


def test_files_that_could_not_be_read_are_not_forgotten(qtbot) -> None:
    page = QueuePage("reader-one")
    qtbot.addWidget(page)
    page.show_state(QueuePageState((), (), "A banner", 3))
    assert page.quarantine.text() == "3 files could not be read: klarsyn quarantine"
    assert page.banner.text() == "A banner"
