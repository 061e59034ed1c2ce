"""First the eye, then the AI: why a score is explained to nobody before the signed first impression."""

from dataclasses import replace

import numpy as np
import pytest
from explained_exams import own_map
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from window_helpers import grey_of

from klarsyn.domain.policy import RevealPolicy
from klarsyn.reading.session import Step
from klarsyn.ui.actions.command import Command

K = Qt.Key


def holds_nothing(opened) -> bool:
    explaining = opened.explaining
    labels = [label.text() for label in explaining.panel.findChildren(QLabel) if label.isVisible()]
    return (
        not explaining.is_open
        and explaining.panel.isHidden()
        and labels == []
        and not explaining.layer.on
        and explaining.layer.fields == ()
        and explaining.questions.asked is None
    )


@pytest.mark.invariant(6)
@pytest.mark.parametrize("command", [Command.WHY, Command.HEAT_MAP])
def test_first_the_eye_then_the_ai_before_signing_the_keys_say_so_and_nothing_is_asked_or_logged(
    opened, command
) -> None:
    exam = opened()
    before = grey_of(exam.page.grid)
    exam.page.commands.do(command)
    exam.free()
    assert "Sign your first impression first" in exam.page.bar.told.text()
    assert holds_nothing(exam)
    assert exam.held.asked == []
    assert exam.reveals == []
    assert exam.workplace.flow.session.result is None
    assert np.array_equal(grey_of(exam.page.grid), before)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_signing_alone_asks_nothing(opened) -> None:
    exam = opened()
    exam.sign()
    assert exam.workplace.flow.session.step is Step.SIGNED
    assert holds_nothing(exam)
    assert exam.held.asked == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_site_that_never_reveals_never_explains(opened) -> None:
    exam = opened(reveal=RevealPolicy.NEVER)
    exam.sign()
    for command in (Command.WHY, Command.HEAT_MAP):
        exam.page.commands.do(command)
        exam.free()
    assert "policy does not show" in exam.page.bar.told.text()
    assert holds_nothing(exam)
    assert exam.held.asked == []
    assert exam.reveals == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_opening_is_logged_as_a_reveal_with_reader_and_result(opened) -> None:
    exam = opened()
    exam.sign()
    exam.press(K.Key_A)
    result_id = exam.workplace.flow.session.result.result_id
    assert exam.reveals == [("reader-one", result_id, True)]
    exam.why()
    assert exam.reveals == [("reader-one", result_id, True)] * 2
    assert exam.explaining.panel.isVisible()


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_what_cannot_be_logged_is_not_explained(
    opened, installation, monkeypatch
) -> None:
    exam = opened()
    exam.sign()

    def refuse(_reveal: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(installation.store.reads, "add_reveal", refuse)
    exam.why(answered=False)
    assert exam.held.asked == []
    assert not exam.explaining.is_open


def _confirm(exam) -> None:
    exam.page.commands.settling.stop()
    exam.press(K.Key_Return)


def _leave(exam) -> None:
    exam.workplace.flow.leave()


WAYS_OUT = {
    "hidden": lambda exam: exam.press(K.Key_A),
    "left": _leave,
    "confirmed": _confirm,
    "opened again": lambda exam: exam.workplace.flow.open(exam.workplace.flow.session.exam.exam_id),
}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("way", WAYS_OUT)
def test_first_the_eye_then_the_ai_panel_and_heat_map_go_with_the_marks(opened, way) -> None:
    exam = opened()
    exam.sign()
    exam.why()
    exam.heat()
    assert exam.explaining.layer.on
    assert exam.explaining.layer.fields
    WAYS_OUT[way](exam)
    exam.free()
    assert holds_nothing(exam)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_after_undo_it_has_to_be_asked_for_again(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why()
    _confirm(exam)
    exam.workplace.flow.undo()
    exam.free()
    assert exam.workplace.flow.session.step is Step.REVEALED
    assert holds_nothing(exam)
    assert exam.reveals[-1][2] is False


@pytest.mark.invariant(6)
@pytest.mark.parametrize("way", ["left", "opened again"])
def test_first_the_eye_then_the_ai_an_answer_that_comes_after_the_exam_was_left_is_dropped(
    opened, way
) -> None:
    exam = opened()
    exam.sign()
    exam.why(answered=False)
    exam.until(lambda: exam.held.asked == ["explain"])
    WAYS_OUT[way](exam)
    exam.free()
    exam.until(lambda: exam.held.cancelled == ["explain"])
    assert holds_nothing(exam)


def test_the_engines_own_map_is_not_shown_before_it_is_asked_for(opened) -> None:
    exam = opened()
    exam.sign()
    uid = exam.workplace.flow.session.exam.images[0].sop_instance_uid
    exam.held.explained = replace(exam.held.explained, maps=(own_map(uid),))
    exam.why()
    assert not exam.explaining.layer.on
    exam.why(answered=False)
    assert not exam.explaining.is_open
