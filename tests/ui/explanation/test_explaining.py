"""Opening, waiting, stopping and closing the panel "why this score" in the real window."""

from dataclasses import replace

import pytest
from explained_exams import occlusion_of, own_map
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QLabel

from klarsyn.domain.finding import ResultStatus
from klarsyn.ui.explanation.asking import time_left
from klarsyn.ui.explanation.contribution_bars import ContributionBars

K = Qt.Key


def said(exam) -> str:
    return "\n".join(label.text() for label in exam.explaining.panel.findChildren(QLabel)).replace(
        "\u00a0", " "
    )


def bars(exam) -> list[ContributionBars]:
    return [each for each in exam.explaining.panel.findChildren(ContributionBars) if each.isVisible()]


def test_one_key_opens_it_in_place_of_the_list_and_closes_it_again(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why()
    panel = exam.explaining.panel
    exam.until(panel.isVisible)
    assert not exam.page.findings.isVisible()
    assert [each.title for each in bars(exam)] == ["By view", "By finding"]
    assert "Why this score" in said(exam)
    assert "Demonstration engine. Not for clinical use." in said(exam)
    exam.why(answered=False)
    assert panel.isHidden()
    assert exam.page.findings.isVisible()


@pytest.mark.parametrize("size", [(1366, 768), (1600, 1000)])
def test_it_covers_no_text_and_no_mark_and_stays_within_the_images(opened, size) -> None:
    exam = opened(size=size)
    exam.sign()
    exam.page.grid.grab()
    exam.why()
    exam.until(exam.explaining.panel.isVisible)
    panel = QRectF(exam.explaining.panel.geometry())
    assert exam.page.grid.rect().contains(exam.explaining.panel.geometry())
    for view in exam.page.grid.viewports:
        boxes = [box for mark in view.placed_marks() for box in (mark.box, mark.number)]
        for box in (*boxes, *view.corners.written):
            assert not box.translated(view.x(), view.y()).intersects(panel)


def test_while_the_engine_is_asked_reading_goes_on_and_how_far_it_is_is_said(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why(answered=False)
    exam.until(lambda: "Asking the engine without each part, 40 %" in said(exam))
    assert all("klarsyn-engine" in name for name in exam.held.threads)
    exam.press(K.Key_I)
    assert exam.page.grid.viewport.view.display.inverted
    exam.press(K.Key_3)
    assert exam.workplace.flow.session.draft != exam.workplace.flow.session.first.impression


def test_escape_stops_what_is_asked_then_closes_then_leaves(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why(answered=False)
    exam.until(lambda: exam.held.asked)
    exam.press(K.Key_Escape)
    exam.until(lambda: exam.held.cancelled == ["explain"])
    assert exam.explaining.is_open
    assert "Stopped." in said(exam)
    exam.press(K.Key_Escape)
    assert not exam.explaining.is_open
    assert exam.workplace.flow.session is not None
    exam.press(K.Key_Escape)
    exam.until(lambda: exam.workplace.flow.session is None)


def test_closing_the_window_does_not_wait_for_an_engine(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why(answered=False)
    exam.until(lambda: exam.held.asked)
    exam.workplace.close()
    exam.until(lambda: exam.workplace.has_ended)
    assert exam.held.cancelled == ["explain"]


def test_the_engines_own_map_is_shown_without_asking_for_another(opened) -> None:
    exam = opened()
    exam.sign()
    uid = exam.workplace.flow.session.exam.images[0].sop_instance_uid
    exam.held.explained = replace(exam.held.explained, maps=(own_map(uid),))
    exam.why()
    exam.heat()
    assert exam.held.asked == ["explain"]
    assert [field.sop_instance_uid for field in exam.explaining.layer.fields] == [uid]
    assert exam.explaining.layer.on


def test_a_map_is_computed_image_by_image_the_one_looked_at_first(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why()
    exam.page.grid.pick(2)
    exam.heat()
    uids = [image.sop_instance_uid for image in exam.workplace.flow.session.exam.images]
    first = exam.page.grid.viewports[2].view.loaded.image.sop_instance_uid
    assert exam.held.asked[1] == first
    assert sorted(exam.held.asked[1:]) == sorted(uids)
    assert len(exam.explaining.layer.fields) == 4


def test_the_key_of_the_heat_map_alone_opens_the_panel_and_goes_on_to_the_map(opened) -> None:
    exam = opened()
    exam.sign()
    exam.heat(answered=False)
    exam.held.go.set()
    exam.until(lambda: len(exam.explaining.layer.fields) == 4 and exam.explaining.questions.asked is None)
    assert exam.explaining.is_open
    assert exam.explaining.layer.on


def test_progress_of_a_map_names_the_view_and_what_was_done_stays_when_it_is_stopped(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why()
    exam.held.most = exam.held.given + 1
    exam.heat(answered=False)
    exam.until(lambda: "Heat map: view 2 of 4" in said(exam))
    assert len(exam.explaining.layer.fields) == 1
    exam.press(K.Key_Escape)
    assert exam.explaining.questions.asked is None
    assert exam.explaining.is_open
    assert "Stopped." in said(exam)
    assert len(exam.explaining.layer.fields) == 1
    exam.held.most = 100
    exam.heat(answered=False)
    exam.heat(answered=False)
    exam.until(lambda: len(exam.explaining.layer.fields) == 4)


def test_where_no_cell_matters_that_is_said_and_nothing_drawn(opened) -> None:
    exam = opened()
    exam.sign()

    def flat(uid: str):
        found = occlusion_of(uid)
        found.drop[:] = 0.0
        return found

    exam.held.maps = flat
    exam.why()
    exam.heat()
    assert exam.explaining.layer.fields == ()
    assert "No cell changes the engine's value by itself" in said(exam)


@pytest.mark.parametrize("status", [None, ResultStatus.FAILED, ResultStatus.NOT_PROCESSED])
def test_an_exam_without_a_score_is_told_in_a_sentence_and_no_engine_is_asked(opened, status) -> None:
    exam = opened(status)
    exam.sign()
    exam.why(answered=False)
    assert "There is no score to explain" in said(exam) or "there is no score to explain" in said(exam)
    assert exam.held.asked == []


def test_what_the_engine_cannot_say_is_told_in_its_own_sentence(opened) -> None:
    exam = opened()
    exam.sign()
    exam.held.explained = "This result was made by another engine."
    exam.why()
    assert "This result was made by another engine." in said(exam)
    assert bars(exam) == []


def test_where_no_engine_can_be_asked_score_and_maker_are_told_still(opened) -> None:
    exam = opened(explains=False)
    exam.sign()
    exam.why(answered=False)
    assert "No engine can be asked here" in said(exam)
    assert "Exam score 8 of 10" in said(exam)


def test_an_engine_that_breaks_is_told_of_and_reading_goes_on(opened, monkeypatch) -> None:
    exam = opened()
    exam.sign()

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(exam.held, "explain", broken)
    exam.why(answered=False)
    exam.until(lambda: "could not be asked (RuntimeError)" in said(exam))
    assert exam.workplace.flow.session is not None


@pytest.mark.invariant(10)
def test_the_window_never_freezes_nothing_of_an_explanation_touches_disk_on_its_thread(
    opened, ui_thread_watch
) -> None:
    exam = opened()
    exam.sign()
    ui_thread_watch.on = True
    exam.why()
    exam.heat()
    exam.explaining.close()
    exam.page.grid.repaint_all()
    ui_thread_watch.on = False
    assert ui_thread_watch.seen == []


def test_what_is_left_is_said_only_once_it_can_be_known() -> None:
    assert time_left(2.0, 0.01) == ""
    assert time_left(20.0, 0.5) == "about 20 s left"
    assert time_left(300.0, 0.5) == "about 5 min left"
