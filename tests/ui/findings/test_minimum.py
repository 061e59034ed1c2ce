"""The minimum score (point 32): by key and mouse, within the site's limit, and what is hidden is said."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from window_helpers import press, settle

from klarsyn.reading.minimum_scores import MinimumScores
from klarsyn.ui.actions.command import Command

K = Qt.Key


@pytest.fixture
def page(make_workplace, import_exams, add_result, open_exam, qtbot):
    """The reading page after the reveal: soft tissue 71 on two views, calcifications 38 on one."""

    def _make(*, revealed: bool = True, size: tuple[int, int] = (1200, 800), **policy):
        (exam_id,) = import_exams(1)
        add_result(exam_id)
        workplace = make_workplace(size=size, **policy)
        open_exam(workplace)
        for key in (K.Key_1, K.Key_1, K.Key_Return, K.Key_A) if revealed else ():
            press(workplace.reading, key)
            settle(qtbot, workplace)
        return workplace.reading

    return _make


def drawn(page) -> list[int]:
    return sorted(mark.mark.score for view in page.grid.viewports for mark in view.placed_marks())


def strip(page) -> str:
    return " · ".join(part.text for part in page.top.ai.parts)


def hide_below(page, score: int) -> None:
    page.findings.minimum_chosen.emit(score)


def test_all_marks_are_shown_until_the_reader_chooses_otherwise(page) -> None:
    shown = page()
    assert drawn(shown) == [38, 64, 71]
    assert shown.findings.minimum.said.text() == ""


def test_marks_of_findings_below_the_minimum_are_neither_drawn_nor_listed_and_counted_in_list_and_strip(
    page,
) -> None:
    shown = page()
    for _ in range(8):
        shown.commands.do(Command.FEWER_MARKS)
    assert shown.flow.session.minimum_score == 40
    assert drawn(shown) == [64, 71]
    assert [row.finding.score for row in shown.findings.rows] == [71]
    assert shown.findings.minimum.said.text() == "1 mark hidden below 40"
    assert "1 mark hidden below 40" in strip(shown)
    shown.commands.do(Command.FINDINGS)
    assert "1 mark hidden below 40" in strip(shown)
    shown.commands.do(Command.MORE_MARKS)
    shown.commands.do(Command.MORE_MARKS)
    assert drawn(shown) == [38, 64, 71]


def test_next_finding_does_not_go_to_a_hidden_one(page) -> None:
    shown = page()
    hide_below(shown, 40)
    for _ in range(3):
        shown.commands.do(Command.NEXT_FINDING)
        assert shown.findings.rows[shown.findings.chosen].finding.score == 71


def test_the_slider_is_moved_by_the_mouse_and_the_list_stays_where_it_is(page, qtbot) -> None:
    shown = page()
    qtbot.waitUntil(lambda: shown.findings.stands_for is not None)
    before, slider = shown.findings.geometry(), shown.findings.minimum.slider
    line = slider._line()
    at = QPoint(round(line.left() + line.width() * 0.5), slider.height() // 2)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at)
    assert 48 <= shown.flow.session.minimum_score <= 52
    assert drawn(shown) == [64, 71]
    assert shown.findings.geometry() == before


def test_no_reader_hides_more_than_the_site_allows_and_is_told_so(page) -> None:
    shown = page(minimum_score_limit=30)
    hide_below(shown, 90)
    assert shown.flow.session.minimum_score == 30
    assert drawn(shown) == [38, 64, 71]
    assert "no score above 30" in shown.bar.told.text()


def test_a_site_that_lets_nothing_be_hidden_shows_no_slider(page) -> None:
    shown = page(minimum_score_limit=0)
    assert not shown.findings.minimum.isVisible()
    shown.commands.do(Command.FEWER_MARKS)
    assert drawn(shown) == [38, 64, 71]


def test_the_sites_own_default_is_where_it_begins(page) -> None:
    shown = page(minimum_score=50)
    assert drawn(shown) == [64, 71]
    assert shown.findings.minimum.said.text() == "1 mark hidden below 50"


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_keys_of_the_minimum_do_nothing_before_the_reveal(page) -> None:
    shown = page(revealed=False)
    shown.commands.do(Command.FEWER_MARKS)
    assert shown.flow.session.minimum_score == 0
    assert shown.bar.told.text() == ""
    assert shown.findings.minimum is None


def test_nothing_that_is_saved_depends_on_it(page, installation, qtbot) -> None:
    shown = page()
    exam_id = shown.flow.session.exam.exam_id
    before = installation.store.results.latest([exam_id])[exam_id]
    hide_below(shown, 100)
    qtbot.waitUntil(lambda: shown.flow.background.idle)
    assert installation.store.results.latest([exam_id])[exam_id] == before
    assert shown.flow.session.result.findings == before.findings


def test_the_next_exam_begins_with_the_readers_choice(page, import_exams, open_exam, qtbot) -> None:
    shown = page()
    hide_below(shown, 40)
    exam_id = shown.flow.session.exam.exam_id
    shown.flow.leave()
    qtbot.waitUntil(lambda: shown.flow.session is None)
    shown.flow.open(exam_id)
    qtbot.waitUntil(lambda: shown.flow.session is not None and shown.is_ready, timeout=20_000)
    assert shown.flow.session.minimum_score == 40


def test_each_view_says_how_many_of_its_own_marks_are_hidden_also_while_the_list_is_folded(page) -> None:
    shown = page()
    shown.commands.do(Command.FINDINGS)
    hide_below(shown, 40)
    said = {view.corners.label: view.below_minimum for view in shown.grid.viewports}
    assert said["R CC"] == "1 mark hidden below 40"
    assert sum(map(bool, said.values())) == 1


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (1600, 1000)])
def test_the_list_does_not_cover_what_a_view_says_of_its_hidden_marks(page, qtbot, size) -> None:
    shown = page(size=size)
    qtbot.waitUntil(lambda: shown.findings.stands_for is not None)
    hide_below(shown, 100)
    shown.grid.grab()
    list_ = QRectF(shown.findings.geometry())
    told = [view for view in shown.grid.viewports if view.below_minimum]
    assert told
    for view in told:
        assert not any(box.translated(view.x(), view.y()).intersects(list_) for box in view.corners.written)


def test_a_choice_of_the_last_moment_is_written_when_the_window_closes(
    make_workplace, import_exams, add_result, open_exam, qtbot, tmp_path
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace, file = make_workplace(), tmp_path / "minimum.json"
    workplace.flow.desk.minimum_scores = MinimumScores(file)
    open_exam(workplace)
    for key in (K.Key_1, K.Key_1, K.Key_Return, K.Key_A):
        press(workplace.reading, key)
        settle(qtbot, workplace)
    hide_below(workplace.reading, 40)
    workplace.close()
    qtbot.waitUntil(lambda: workplace.has_ended)
    assert MinimumScores(file).of(workplace.flow.desk.reader, 0) == 40


def test_an_exam_that_is_taken_back_has_the_minimum_that_was_chosen_last(
    make_workplace, import_exams, add_result, open_exam, qtbot
) -> None:
    for exam_id in import_exams(2):
        add_result(exam_id)
    workplace = make_workplace()
    open_exam(workplace)

    def go(*keys: Qt.Key) -> None:
        for key in keys:
            press(workplace.reading, key)
            settle(qtbot, workplace)

    go(K.Key_1, K.Key_1, K.Key_Return, K.Key_A)
    hide_below(workplace.reading, 90)
    first = workplace.flow.session
    workplace.reading.commands.settling.stop()
    go(K.Key_Return)
    assert workplace.flow.session is not first
    go(K.Key_1, K.Key_1, K.Key_Return, K.Key_A)
    hide_below(workplace.reading, 0)
    workplace.flow.undo()
    settle(qtbot, workplace)
    assert workplace.flow.session is first
    assert first.minimum_score == 0
