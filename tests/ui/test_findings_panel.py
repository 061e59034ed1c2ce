"""No findings, failed, not processed and partial are told apart; every result says who made it."""

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QLabel
from window_helpers import make_image, make_result

from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.reading.session import Step
from klarsyn.ui.findings_panel import FindingsPanel

EXAM = SimpleNamespace(exam_id="e", images=(make_image("1.1"),), image=lambda uid: make_image(uid))


def _panel(qtbot, result: AiResult | None) -> FindingsPanel:
    panel = FindingsPanel()
    qtbot.addWidget(panel)
    panel.show_session(SimpleNamespace(exam=EXAM, result=result, step=Step.REVEALED, overlay_shown=True))
    return panel


def _text(panel: FindingsPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel))


def test_the_ways_a_result_can_end_look_different(qtbot) -> None:
    statuses = [s for s in ResultStatus if s is not ResultStatus.SCORED]
    texts = {_text(_panel(qtbot, make_result(EXAM, s))) for s in statuses[:4]}
    texts.add(_text(_panel(qtbot, None)))
    assert len(texts) == 5


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_and_what_it_is_not_for(qtbot) -> None:
    text = _text(_panel(qtbot, make_result(EXAM)))
    assert "Demonstration engine 0.1.0" in text
    assert "Operating point 45" in text
    assert "factory" in text
    assert "Not for clinical use" in text


@pytest.mark.invariant(3)
def test_a_mark_that_cannot_be_placed_is_listed_with_the_reason(qtbot) -> None:
    from dataclasses import replace

    result = make_result(EXAM)
    lost = replace(result, findings=(), unplaced=((result.findings[0], "it has no outline"),))
    assert "it has no outline" in _text(_panel(qtbot, lost))


def test_the_highest_score_comes_first(qtbot) -> None:
    assert [row.finding.score for row in _panel(qtbot, make_result(EXAM)).rows] == [71, 38]


def test_nothing_is_left_in_the_panel_before_the_reveal_of_the_next_exam(qtbot) -> None:
    panel = _panel(qtbot, make_result(EXAM))
    panel.show_session(SimpleNamespace(exam=EXAM, result=None, step=Step.READING, overlay_shown=False))
    assert panel.isHidden()
    assert panel.rows == []
