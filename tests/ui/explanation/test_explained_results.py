"""When another result is shown, the explanation is that result's."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from several_results import add_report_result
from window_helpers import press

from klarsyn.ui.actions.command import Command

K = Qt.Key


def text_of(exam) -> str:
    panel = exam.explaining.panel
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisibleTo(panel))


@pytest.fixture
def with_report(opened, installation):
    """An exam of an engine's result and of a report's, signed and revealed."""
    exam = opened()
    add_report_result(installation, exam.workplace.flow.session.exam.exam_id)
    exam.sign()
    exam.press(K.Key_A)
    return exam


def test_a_report_is_not_asked_why_and_the_panel_says_so(with_report) -> None:
    exam = with_report
    exam.why()
    assert len(exam.held.asked) == 1
    exam.press(K.Key_Y)
    assert exam.explaining.panel.isVisible()
    assert "No engine here can be asked why." in text_of(exam)
    assert len(exam.held.asked) == 1


def test_the_heat_map_goes_with_the_result_and_what_is_asked_for_it_is_dropped(with_report) -> None:
    exam = with_report
    exam.why()
    exam.heat()
    assert exam.explaining.layer.fields
    exam.press(K.Key_Y)
    assert exam.explaining.layer.fields == ()
    assert exam.explaining.questions.asked is None


def test_back_at_the_engines_result_it_is_explained_anew(with_report) -> None:
    exam = with_report
    exam.why()
    before = text_of(exam)
    exam.press(K.Key_Y)
    press(exam.page, K.Key_Y)
    exam.free()
    exam.until(lambda: exam.explaining.questions.asked is None)
    assert text_of(exam) == before
    assert exam.page.commands.do(Command.WHY)
