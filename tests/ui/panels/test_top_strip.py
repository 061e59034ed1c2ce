"""What a narrow window still shows of the strip above the images, and what it leaves out first."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from window_helpers import press, settle

from klarsyn.domain.exam import Patient
from klarsyn.reading.monitor_state import unknown_monitor
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.stroke import Stroke
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.monitors.screens import identity_of
from klarsyn.ui.panels.ranked_line import Part, RankedLine

K = Qt.Key
LONG_NAMED = Patient("19660105-1234", "Testsson-Provsson-Exempelsson, Anna Karin Maria Elisabet")
SIZES = ((1366, 768), (1600, 1000), (1080, 1920), (3840, 2160))


@pytest.fixture
def opened(make_workplace, import_exams, add_result, open_exam):
    """An exam with a result of the demonstration engine, in a window of a size."""

    def _open(size: tuple[int, int]):
        (exam_id,) = import_exams(1)
        add_result(exam_id)
        workplace = make_workplace(size=size)
        open_exam(workplace)
        return workplace

    return _open


def _reveal(workplace, qtbot) -> None:
    for key in (K.Key_1, K.Key_1, K.Key_Return, K.Key_A):
        press(workplace.reading, key)
        settle(qtbot, workplace)


def _uncalibrated() -> None:
    names = [identity_of(screen) for screen in QApplication.screens()]
    screen_book().take({name: unknown_monitor(name) for name in names})


@pytest.mark.invariant(7)
@pytest.mark.parametrize("size", SIZES)
def test_every_result_says_what_it_is_not_for_at_every_size_of_the_window(opened, qtbot, size) -> None:
    workplace = opened(size)
    _uncalibrated()
    _reveal(workplace, qtbot)
    page = workplace.reading
    assert "not for clinical use" in page.top.ai.shown
    warning = next(each for each in page.findings.findChildren(QLabel) if "Not for" in each.text())
    assert not warning.visibleRegion().isEmpty()
    assert page.grid.rect().contains(page.findings.geometry())


@pytest.mark.parametrize("size", SIZES)
def test_date_and_prior_are_never_cut_off(opened, size) -> None:
    page = opened(size).reading
    page.top.exam.show_parts([Part("2026-01-05"), Part("Screening", 1), Part("prior 2023-12-29 and 2 more")])
    page.top.who.show_patient(LONG_NAMED, "60 y")
    page.top._deal_out()
    assert page.top.exam.shown.startswith("2026-01-05")
    assert page.top.exam.shown.endswith("prior 2023-12-29 and 2 more")


@pytest.mark.parametrize("size", SIZES)
def test_who_she_is_stands_before_what_her_exam_is_called(opened, size) -> None:
    page = opened(size).reading
    page.top.exam.show_parts([Part("2026-01-05"), Part("Screening", 1), Part("prior 2023-12-29")])
    page.top.who.show_patient(LONG_NAMED, "60 y")
    page.top._deal_out()
    shown = page.top.who.shown
    assert shown.startswith("Testsson")
    assert shown.endswith(" · 19660105-1234 · 60 y"), "number and age whole, the name gives way"
    if "Screening" in page.top.exam.shown:
        assert shown == page.top.who.text()


def test_a_name_of_usual_length_is_whole_in_a_narrow_window(opened) -> None:
    page = opened((1366, 768)).reading
    page.top.who.show_patient(Patient("19660105-1234", "Testsson, Anna Karin"), "60 y")
    page.top.exam.show_parts([Part("2026-01-05"), Part("Screening", 1), Part("prior 2023-12-29")])
    page.top._deal_out()
    assert page.top.who.shown == page.top.who.text() == "Testsson, Anna Karin · 19660105-1234 · 60 y"


def test_the_step_bar_names_the_key_that_looks_on_where_there_is_room(opened) -> None:
    bar = opened((1600, 1000)).reading.top.hanging
    assert bar.words.endswith("· 9 looks on")
    bar.resize(150, bar.height())
    assert bar.words == bar.hung.where


def test_the_strip_names_the_keys_in_force(opened, qtbot) -> None:
    workplace = opened((1600, 1000))
    page = workplace.reading
    for key in (K.Key_1, K.Key_1, K.Key_Return):
        press(page, key)
        settle(qtbot, workplace)
    assert page.top.ai.shown == "AI ready to be shown: A, keypad +"
    page.commands.keys = page.commands.keys.with_keys(Command.AI, (Stroke.parse("F7"),))
    assert page.top.ai.shown == "AI ready to be shown: F7"
    press(page, K.Key_F7)
    settle(qtbot, workplace)
    hints = [each.text() for each in page.findings.findChildren(QLabel) if "hide list" in each.text()]
    assert "H hide list · keypad - hide AI" in hints[-1]
    assert ("next" in hints[-1]) == bool(page.findings.rows)


def test_nothing_moves_in_the_strip_when_the_ai_is_shown(opened, qtbot) -> None:
    workplace = opened((1366, 768))
    top = workplace.reading.top
    pieces = (top.who, top.exam, top.hanging, top.steps, top.ai)
    before = [piece.geometry() for piece in pieces]
    _reveal(workplace, qtbot)
    assert "exam score" in top.ai.shown
    assert [piece.geometry() for piece in pieces] == before


@pytest.mark.invariant(4)
def test_grey_values_are_honest_an_uncalibrated_screen_is_told_once_in_colour_and_on_each_view_in_grey(
    opened,
) -> None:
    page = opened((1366, 768)).reading
    assert "uncalibrated" not in page.top.ai.text()
    _uncalibrated()
    QApplication.processEvents()
    page.grid.grab()
    told = [part for part in page.top.ai.parts if "uncalibrated" in part.text]
    assert [part.colour for part in told] == [page.top.ai.parts[-1].colour]
    assert told[0].colour is not None
    assert all(view.corners.screen == "uncalibrated screen" for view in page.grid.viewports)


def test_a_line_gives_up_its_least_important_part_first(qtbot) -> None:
    line = RankedLine()
    qtbot.addWidget(line)
    parts = [Part("score 8"), Part("a demonstration engine", 2), Part("provisional", 1), Part("not clinical")]
    line.show_parts(parts)
    line.resize(round(line.width_of_all) + 2, 20)
    assert line.shown == line.text()
    shown = []
    for width in range(line.width(), round(line.width_of_needed), -1):
        line.resize(width, 20)
        shown.append(line.shown)
    assert any("provisional" in each and "engine" not in each for each in shown)
    assert all(each.startswith("score 8") and each.endswith("not clinical") for each in shown)
