"""What was stopped, refused or had no time is said, and asked again; the panel is reached by keys."""

from dataclasses import replace

from explained_exams import occlusion_of
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QLabel

from klarsyn.domain.exam import Notice
from klarsyn.domain.explanation import NO_TIME
from klarsyn.ui.actions.command import Command

K = Qt.Key


def said(exam) -> str:
    return "\n".join(label.text() for label in exam.explaining.panel.findChildren(QLabel)).replace(
        "\u00a0", " "
    )


def legends(exam) -> list[str]:
    return ["; ".join(exam.explaining.layer._legend(view)) for view in exam.page.grid.viewports]


def test_a_map_that_was_stopped_says_on_each_image_that_was_not_asked_about_that_it_was_not(opened) -> None:
    exam = opened()
    exam.sign()
    exam.why()
    exam.held.most = exam.held.given + 1
    exam.heat(answered=False)
    exam.until(lambda: "Heat map: view 2 of 4" in said(exam))
    assert sum(words == "Heat map: being computed" for words in legends(exam)) == 3
    for _ in range(2):
        exam.press(K.Key_Escape)
        assert sum(words == "Heat map: not computed" for words in legends(exam)) == 3
        assert sum("scale over 1 of 4 images" in words for words in legends(exam)) == 1
    assert not exam.explaining.is_open
    exam.held.most = 100
    exam.heat(answered=False)
    exam.why()
    exam.heat()
    exam.until(lambda: len(exam.explaining.layer.fields) == 4 and exam.explaining.questions.asked is None)
    assert not any("not computed" in words or "scale over" in words for words in legends(exam))


def test_an_image_that_the_engine_refused_is_not_said_to_have_no_map_and_is_asked_about_again(opened) -> None:
    exam = opened()
    exam.sign()
    uid = exam.workplace.flow.session.exam.images[1].sop_instance_uid
    exam.held.maps = lambda each: "The engine was busy." if each == uid else occlusion_of(each)
    exam.why()
    exam.heat()
    exam.until(lambda: len(exam.held.asked) == 5 and exam.explaining.questions.asked is None)
    assert legends(exam).count("Heat map: not computed") == 1
    exam.held.maps = occlusion_of
    exam.heat()
    exam.heat()
    exam.until(lambda: len(exam.explaining.layer.fields) == 4)
    assert exam.held.asked[5:] == [uid]


def test_after_the_first_question_was_stopped_the_key_of_the_heat_map_asks_anew_and_that_is_offered(
    opened,
) -> None:
    exam = opened()
    exam.sign()
    exam.why(answered=False)
    exam.until(lambda: exam.held.asked)
    exam.press(K.Key_Escape)
    exam.until(lambda: exam.held.cancelled)
    assert exam.explaining.panel._heat.text().startswith("Ask again, with heat map")
    exam.heat()
    exam.until(lambda: len(exam.explaining.layer.fields) == 4 and exam.explaining.questions.asked is None)
    assert exam.held.asked.count("explain") == 2


def test_a_key_that_was_lost_while_another_act_lasted_or_refused_does_nothing_later(opened) -> None:
    exam = opened()
    exam.explaining.heat()
    exam.free()
    exam.press(K.Key_1, K.Key_1)
    exam.page.commands.do(Command.GO_ON)
    assert exam.page.commands.do(Command.HEAT_MAP) is False
    exam.free()
    exam.why()
    assert exam.held.asked == ["explain"]
    assert not exam.explaining.layer.on


def test_an_explanation_that_ran_out_of_time_is_asked_for_again_when_it_is_opened_again(opened) -> None:
    exam = opened()
    exam.sign()
    whole = exam.held.explained
    exam.held.explained = replace(whole, left_out=(f"finding 2: {NO_TIME}",))
    exam.why()
    exam.until(lambda: "38 calc R: there was no time left for it" in said(exam))
    exam.why(answered=False)
    exam.held.explained = whole
    exam.why()
    exam.until(lambda: "no time left" not in said(exam))
    exam.why(answered=False)
    exam.why()
    assert exam.held.asked == ["explain", "explain"]


def test_what_does_not_fit_into_the_panel_is_scrolled_by_keys(opened) -> None:
    exam = opened(size=(1366, 768))
    exam.sign()
    flags = tuple(Notice(f"n{n}", f"R CC: flag {n} that may mislead the engine. " * 3) for n in range(12))
    exam.held.explained = replace(exam.held.explained, flags=flags)
    exam.page.grid.grab()
    exam.why()
    exam.until(exam.explaining.panel.isVisible)
    bar = exam.explaining.panel._scroll.verticalScrollBar()
    exam.until(lambda: bar.maximum() > 0)
    exam.press(K.Key_Down)
    assert bar.value() > 0
    exam.press(*[K.Key_Down] * 20)
    assert bar.value() == bar.maximum()
    exam.press(*[K.Key_Up] * 22)
    assert bar.value() == 0
    assert exam.page.grid.viewport.walk is None


def test_the_panel_does_not_stand_where_the_legends_come(opened) -> None:
    exam = opened(size=(1366, 768))
    exam.sign()
    exam.page.grid.grab()
    exam.why()
    exam.heat()
    exam.until(exam.explaining.panel.isVisible)
    panel = QRectF(exam.explaining.panel.geometry())
    for view in exam.page.grid.viewports:
        view.grab()
        (legend,) = exam.explaining.layer.occupied(view)
        assert not legend.translated(view.x(), view.y()).intersects(panel)


def test_a_jump_to_a_finding_does_not_bring_its_mark_below_the_panel(opened) -> None:
    exam = opened(size=(1280, 800))
    exam.sign()
    exam.page.grid.grab()
    exam.why()
    exam.until(exam.explaining.panel.isVisible)

    def covered() -> bool:
        exam.page.grid.grab()
        panel = QRectF(exam.explaining.panel.geometry())
        views = exam.page.grid.viewports
        return any(m.box.translated(v.pos()).intersects(panel) for v in views for m in v.placed_marks())

    for _ in range(4):
        exam.page.commands.do(Command.NEXT_FINDING)
        exam.free()
        exam.until(lambda: not exam.explaining._place._jumped.isActive())
        exam.until(lambda: not covered())
