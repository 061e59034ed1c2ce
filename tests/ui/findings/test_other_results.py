"""Several results in the window: named, changed with one key, and late ones told in a line."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget
from several_results import add_pdf, add_picture, add_report_result
from window_helpers import make_result, press, settle

from klarsyn.domain.finding import Finding, LesionType, Mark, ResultStatus
from klarsyn.domain.policy import RevealPolicy
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.findings.other_results import NOT_SHOWN

K = Qt.Key
BOX = ((20.0, 30.0), (60.0, 30.0), (60.0, 80.0), (20.0, 80.0))


class Window:
    """The open exam and its page."""

    def __init__(self, workplace, installation, exam_id, qtbot) -> None:
        self.workplace, self.installation, self.exam_id = workplace, installation, exam_id
        self.page, self._qtbot = workplace.reading, qtbot

    @property
    def session(self):
        return self.workplace.flow.session

    @property
    def late(self):
        return self.page.other_results.late

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            press(self.page, key)
            self.settle()

    def sign(self, *, reveal: bool = True) -> None:
        self.press(K.Key_1, K.Key_1, K.Key_Return, *([K.Key_A] if reveal else []))

    def settle(self) -> None:
        settle(self._qtbot, self.workplace)

    def ask(self) -> None:
        """What the timer does every 20 s."""
        self.late.timer.timeout.emit()
        self.settle()

    @property
    def text(self) -> str:
        labels = self.page.findings.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.page.findings))

    @property
    def scores(self) -> set[int]:
        return {mark.score for view in self.page.grid.viewports for _, mark in view.marks}

    @property
    def log(self) -> list[tuple[str | None, bool]]:
        rows = self.installation.store.reads.reveals(self.exam_id, "reader-one")
        return [(row.result_id, row.shown) for row in rows]


@pytest.fixture
def window(make_workplace, import_exams, open_exam, installation, qtbot):
    """Open the one exam; `engine` and `report` say which results it has by then."""

    def _open(*, engine: bool = True, report: bool = True, **changes) -> Window:
        (exam_id,) = import_exams(1)
        if engine:
            add_engine(installation, exam_id)
        if report:
            add_report_result(installation, exam_id, findings=findings_of(installation, exam_id))
        workplace = make_workplace(**changes)
        open_exam(workplace, exam_id)
        return Window(workplace, installation, exam_id, qtbot)

    return _open


def add_engine(installation, exam_id: str, result_id: str = "of-engine") -> None:
    exam = installation.store.exams.get(exam_id)
    result = make_result(exam, moment=installation.clock.now())
    installation.store.results.add(replace(result, result_id=result_id))


def findings_of(installation, exam_id: str) -> tuple[Finding, ...]:
    """A mass with a score, one that its maker scores in its own words, and one below its operating point."""
    uid = installation.store.exams.get(exam_id).images[0].sop_instance_uid
    soft, calc = LesionType.SOFT_TISSUE, LesionType.CALCIFICATIONS
    return (
        Finding("a", soft, None, 55, (Mark(uid, BOX, 55),), "mass", "certainty 87 %", "Masses 3"),
        Finding("b", calc, None, 0, (Mark(uid, ((100.0, 100.0),), 0),), "cluster", "suspicious"),
        Finding("c", soft, None, 12, (Mark(uid, BOX, 12),), "mass", "certainty 9 %", "", optional=True),
    )


def everything_said(widget: QWidget) -> str:
    """All texts and tooltips of a window, shown or not."""
    children = [widget, *widget.findChildren(QWidget)]
    return "\n".join(w.toolTip() + (w.text() if isinstance(w, QLabel) else "") for w in children)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_before_the_reveal_no_result_has_a_word_a_timer_or_a_tooltip(
    window, tmp_path
) -> None:
    exam = window()
    add_pdf(exam.installation, exam.exam_id, tmp_path)

    def nothing_is_there() -> None:
        said = everything_said(exam.workplace.main)
        assert all(word not in said for word in ("Imitation", "Demonstration", "mass", "Documents ("))
        assert exam.late.timer is None
        assert exam.late.findChildren(QTimer) == []
        assert exam.page.findings.names is exam.page.findings.optional is None
        assert exam.session.results == exam.session.documents == ()

    nothing_is_there()
    for command in (Command.NEXT_RESULT, Command.OPTIONAL):
        exam.page.commands.do(command)
        exam.settle()
    assert exam.page.bar.told.text() == NOT_SHOWN
    nothing_is_there()
    exam.sign(reveal=False)
    exam.page.commands.do(Command.NEXT_RESULT)
    exam.settle()
    nothing_is_there()
    assert exam.log == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_key_says_the_same_whether_or_not_there_are_results(window) -> None:
    exam = window(engine=False, report=False)
    exam.page.commands.do(Command.NEXT_RESULT)
    assert exam.page.bar.told.text() == NOT_SHOWN


def test_the_list_names_all_results_with_their_age_and_which_is_shown(window) -> None:
    exam = window()
    exam.installation.clock.advance(timedelta(hours=3))
    exam.sign()
    names = exam.page.findings.names
    assert names.names == ("Demonstration engine 0.1.0", "Imitation 2.1 · report")
    assert names.ages == ("3 h old", "3 h old")
    assert "other result" in exam.text


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_one_key_changes_the_result_and_the_change_is_logged(window) -> None:
    exam = window()
    exam.sign()
    assert exam.scores == {71, 64, 38}
    exam.press(K.Key_Y)
    assert exam.scores == {55, 0}
    assert [row.finding.finding_id for row in exam.page.findings.rows] == ["a", "b"]
    panel = exam.page.findings
    assert panel.isVisible()
    assert panel.height() >= panel.least_height
    assert exam.log == [("of-engine", True), ("of-engine", False), ("of-report", True)]
    exam.press(K.Key_Y)
    assert exam.scores == {71, 64, 38}
    assert exam.log[-2:] == [("of-report", False), ("of-engine", True)]


def test_a_click_on_a_name_shows_that_result(window) -> None:
    exam = window()
    exam.sign()
    names = exam.page.findings.names
    at = QPointF(names.width() / 2, names.height() * 0.75)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    names.mouseReleaseEvent(QMouseEvent(QMouseEvent.Type.MouseButtonRelease, at, at, left, left, none))
    exam.settle()
    assert exam.session.result.result_id == "of-report"


def test_an_exam_with_one_result_says_that_there_is_no_other(window) -> None:
    exam = window(report=False)
    exam.sign()
    exam.press(K.Key_Y)
    assert exam.page.bar.told.text() == "This exam has no other result."
    assert "other result" not in exam.text


def test_a_finding_below_the_operating_point_is_listed_and_drawn_when_it_is_chosen(window) -> None:
    exam = window()
    exam.sign()
    exam.press(K.Key_Y)
    panel = exam.page.findings
    assert panel.optional.words == ("Below the maker's operating point (1)", "off")
    assert 12 not in exam.scores
    (row,) = [each for each in panel._rows if each.finding.finding_id == "c"]
    row.clicked.emit(row.finding)
    assert 12 in exam.scores
    exam.press(K.Key_J)
    assert 12 not in exam.scores
    exam.page.commands.do(Command.OPTIONAL)
    assert 12 in exam.scores
    assert panel.optional.words[1] == "on"
    panel.optional.chosen.emit(False)
    assert 12 not in exam.scores


def test_before_the_reveal_a_late_result_is_not_asked_for_and_after_it_a_line_says_so(window) -> None:
    exam = window(report=False)
    exam.sign()
    shown = exam.text, exam.page.findings.geometry(), exam.scores
    add_report_result(exam.installation, exam.exam_id)
    exam.ask()
    assert exam.page.bar.told.text() == "Another result of Imitation 2.1 has come; Y shows it."
    assert exam.page.bar.told.warns
    assert (exam.text, exam.page.findings.geometry(), exam.scores) == shown
    exam.page.bar.told.acknowledge()
    exam.ask()
    assert not exam.page.bar.told.warns
    exam.press(K.Key_Y)
    assert exam.session.result.result_id == "of-report"


def test_a_newer_result_of_the_same_engine_is_called_newer_and_the_key_ends_the_line(window) -> None:
    exam = window(report=False)
    exam.sign()
    exam.installation.clock.advance(timedelta(minutes=1))
    add_engine(exam.installation, exam.exam_id, "newer")
    exam.ask()
    assert exam.page.bar.told.text().startswith("A newer result of Demonstration engine 0.1.0 has come")
    exam.press(K.Key_Y)
    assert exam.session.result.result_id == "newer"
    assert not exam.page.bar.told.warns


def test_a_result_that_comes_where_there_was_none_is_told(window) -> None:
    exam = window(engine=False, report=False)
    exam.sign()
    add_engine(exam.installation, exam.exam_id)
    exam.ask()
    assert exam.page.bar.told.text().startswith("A result of Demonstration engine")
    assert exam.scores == set()
    exam.press(K.Key_Y)
    assert exam.scores == {71, 64, 38}


def test_another_warning_is_not_covered_by_a_late_result(window) -> None:
    exam = window(report=False)
    exam.sign()
    exam.workplace.flow.warned.emit("The disk is full.")
    add_report_result(exam.installation, exam.exam_id)
    exam.ask()
    assert exam.page.bar.told.text() == "The disk is full."
    exam.page.bar.told.acknowledge()
    exam.ask()
    assert "has come" in exam.page.bar.told.text()


def test_a_late_result_waits_until_another_warning_is_acknowledged_also_one_that_came_over_it(
    window, qtbot
) -> None:
    exam = window(report=False)
    exam.sign()
    told = exam.page.bar.told
    exam.workplace.flow.warned.emit("The disk is full.")
    # Something that is told for a while over a warning does not end it.
    exam.workplace.flow.told.emit("Zoomed.")
    add_report_result(exam.installation, exam.exam_id)
    exam.ask()
    assert told.warning == "The disk is full."
    told.acknowledge()
    qtbot.waitUntil(lambda: "has come" in told.text())
    line = told.text()
    exam.workplace.flow.warned.emit("The disk is full again.")
    qtbot.wait(5)
    assert told.text() == "The disk is full again."
    told.acknowledge()
    qtbot.waitUntil(lambda: told.text() == line)
    told.acknowledge()
    qtbot.wait(5)
    assert told.warning == ""


def test_a_late_result_is_listed_with_the_next_thing_that_the_reader_does(window) -> None:
    exam = window(report=False)
    exam.sign()
    before = exam.page.findings.pos()
    add_report_result(exam.installation, exam.exam_id)
    exam.ask()
    exam.page.refresh()
    exam.settle()
    assert len(exam.page.findings.names.names) == 2
    assert exam.page.findings.pos() == before


def test_a_late_document_is_told_like_a_late_result_and_one_that_was_there_is_not(window, tmp_path) -> None:
    exam = window()
    add_pdf(exam.installation, exam.exam_id, tmp_path)
    exam.sign()
    exam.ask()
    told = exam.page.bar.told
    assert told.warning == ""
    add_picture(exam.installation, exam.exam_id, tmp_path)
    exam.ask()
    assert told.warns
    assert told.text().startswith("A document has come; ")
    assert told.text().endswith(" lists it.")
    exam.installation.clock.advance(timedelta(minutes=1))
    add_engine(exam.installation, exam.exam_id, "newer")
    exam.ask()
    assert told.text().startswith("A newer result of Demonstration engine 0.1.0 has come; Y shows it. A doc")
    exam.page.refresh()
    assert "Documents (2)" in exam.text


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_line_about_one_exam_is_gone_when_it_is_left(window) -> None:
    exam = window(report=False)
    exam.sign()
    add_report_result(exam.installation, exam.exam_id)
    exam.ask()
    assert exam.page.bar.told.warns
    exam.workplace.flow.leave()
    exam.settle()
    assert exam.page.bar.told.warning == ""


def test_another_result_stands_in_the_list_where_the_one_before_stood(window) -> None:
    exam = window()
    exam.sign()
    panel = exam.page.findings
    before = panel.pos(), panel.width()
    for _ in range(3):
        exam.press(K.Key_Y)
        assert (panel.pos(), panel.width()) == before


def test_the_strip_says_beside_of_what_does_not_order_the_queue(window) -> None:
    exam = window()
    exam.sign()
    assert exam.page.top.ai.text().startswith("exam score 8 · Demonstration engine")
    readers = "read by two" in exam.page.top.ai.text()
    exam.press(K.Key_Y)
    assert exam.page.top.ai.text().startswith("beside: score 8 · Imitation 2.1")
    assert ("read by two" in exam.page.top.ai.text()) is readers is True


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_nothing_wakes_up_once_the_read_is_final_or_the_exam_left(window) -> None:
    exam = window()
    exam.sign()
    assert exam.late.timer.isActive()
    exam.page.commands.deciding.settling.stop()
    exam.press(K.Key_Return)
    assert exam.late.timer is None


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_site_that_never_reveals_never_asks_for_results(window) -> None:
    exam = window(reveal=RevealPolicy.NEVER)
    exam.sign()
    assert exam.session.step is Step.SIGNED
    assert exam.late.timer is None
    assert exam.log == []


def test_asking_for_late_results_never_touches_the_disk_on_the_windows_thread(
    window, ui_thread_watch
) -> None:
    exam = window()
    exam.sign()
    ui_thread_watch.on = True
    exam.ask()
    exam.press(K.Key_Y)
    ui_thread_watch.on = False
    assert ui_thread_watch.seen == []


def test_a_failed_report_says_whose_software_failed(window) -> None:
    exam = window(report=False)
    add_report_result(exam.installation, exam.exam_id, status=ResultStatus.FAILED)
    exam.sign()
    exam.press(K.Key_Y)
    assert "Imitation 2.1 failed: the engine ran out of memory. It says nothing" in exam.text
