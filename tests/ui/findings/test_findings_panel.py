"""No findings, failed, not processed and partial are told apart; every result says who made it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QLabel
from shown_sessions import shown_session
from window_helpers import make_image
from window_helpers import make_result as made

from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.reading.session import Step
from klarsyn.ui.findings.findings_panel import FindingsPanel
from klarsyn.ui.words import STALE, result_line

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def make_result(exam, status: ResultStatus = ResultStatus.SCORED) -> AiResult:
    return made(exam, status, NOW - timedelta(hours=3))


def exam_of(*images):
    return SimpleNamespace(exam_id="e", images=images, image=lambda uid: make_image(uid))


EXAM = exam_of(make_image("1.1"))
POLICY = ReadingPolicy("test", "Test")


def session_of(exam, result: AiResult | None, **changes) -> SimpleNamespace:
    return shown_session(exam, result, policy=POLICY, **changes)


def _panel(qtbot, result: AiResult | None) -> FindingsPanel:
    panel = FindingsPanel()
    panel.now = lambda: NOW
    qtbot.addWidget(panel)
    panel.show_session(session_of(EXAM, result))
    return panel


def _text(panel: FindingsPanel) -> str:
    names = panel.names.names if panel.names is not None else ()
    return "\n".join((*names, *(label.text() for label in panel.findChildren(QLabel))))


def test_the_ways_a_result_can_end_look_different(qtbot) -> None:
    statuses = [s for s in ResultStatus if s is not ResultStatus.SCORED]
    texts = {_text(_panel(qtbot, make_result(EXAM, s))) for s in statuses}
    texts.add(_text(_panel(qtbot, None)))
    assert len(texts) == 6


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_and_what_it_is_not_for(qtbot) -> None:
    text = _text(_panel(qtbot, make_result(EXAM)))
    assert "Demonstration engine 0.1.0" in text
    assert "Operating point 45" in text
    assert "factory" in text
    assert "Not for clinical use" in text


@pytest.mark.invariant(3)
def test_a_mark_that_cannot_be_placed_is_listed_with_the_reason(qtbot) -> None:
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


def _of_fewer_images(result: AiResult) -> AiResult:
    return replace(result, considered=("1.0",))


def test_a_stale_result_says_so_and_shows_no_exam_score(qtbot) -> None:
    fresh, stale = (_text(_panel(qtbot, r)) for r in (make_result(EXAM), _of_fewer_images(make_result(EXAM))))
    assert STALE not in fresh
    assert "of the reference exams" in fresh
    assert STALE in stale
    assert "of the reference exams" not in stale
    assert "Demonstration engine 0.1.0" in stale


def test_a_stale_result_without_findings_does_not_claim_all_images(qtbot) -> None:
    nothing = replace(make_result(EXAM), status=ResultStatus.NO_FINDINGS, findings=())
    assert "looked at all images" in _text(_panel(qtbot, nothing))
    assert "looked at all images" not in _text(_panel(qtbot, _of_fewer_images(nothing)))


def test_the_list_is_written_anew_when_the_same_result_has_become_stale(qtbot) -> None:
    result = replace(make_result(EXAM), considered=("1.1",))
    panel = _panel(qtbot, result)
    more = exam_of(make_image("1.1"), make_image("1.2"))
    panel.show_session(session_of(more, result))
    assert STALE in _text(panel)


def test_the_strip_says_that_a_result_is_stale_and_no_exam_score(qtbot) -> None:
    result = make_result(EXAM)
    assert result_line(result, EXAM, readers=1).startswith("exam score 8")
    assert result_line(_of_fewer_images(result), EXAM, readers=2) == f"{STALE} · read by two"
