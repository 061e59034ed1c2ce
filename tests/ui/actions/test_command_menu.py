"""The menu: everything that can be asked for, and nothing that tells what the AI says."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from window_helpers import press, settle

from klarsyn.domain.finding import ResultStatus
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.command_menu import CommandMenu

K = Qt.Key
RIGHT = Qt.MouseButton.RightButton


def _menu() -> CommandMenu | None:
    menu = QApplication.activePopupWidget()
    return menu if isinstance(menu, CommandMenu) else None


def _said(menu: CommandMenu) -> list[tuple[str, bool, bool]]:
    subs = [action.menu() for action in menu.actions()]
    return [(a.text(), a.isEnabled(), a.isChecked()) for sub in subs if sub for a in sub.actions()]


@pytest.fixture
def page(make_workplace, import_exams, open_exam):
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    yield workplace.reading
    if _menu() is not None:
        _menu().close()


def test_a_key_opens_the_menu_and_choosing_does_what_the_key_of_the_command_does(page) -> None:
    press(page, K.Key_F10)
    page.commands.actions[Command.INVERT].trigger()
    assert page.grid.viewport.view.display.inverted
    assert any("Invert\tI" in text for text, *_ in _said(_menu()))


def test_a_right_click_opens_the_menu_and_moves_no_window(page, qtbot) -> None:
    viewport = page.grid.viewport
    before = viewport.view.window()
    qtbot.mousePress(viewport, RIGHT, pos=QPoint(50, 60))
    qtbot.mouseMove(viewport, QPoint(52, 61))
    qtbot.mouseRelease(viewport, RIGHT, pos=QPoint(52, 61))
    assert _menu() is not None
    assert viewport.view.window() == before


def test_a_right_drag_changes_the_window_and_opens_no_menu(page, qtbot) -> None:
    viewport = page.grid.viewport
    before = viewport.view.window()
    qtbot.mousePress(viewport, RIGHT, pos=QPoint(50, 60))
    for x in (60, 80, 100):
        qtbot.mouseMove(viewport, QPoint(x, 60))
    qtbot.mouseRelease(viewport, RIGHT, pos=QPoint(100, 60))
    assert _menu() is None
    assert viewport.view.window() != before


def test_what_stands_from_the_menu_goes_with_the_next_key(page) -> None:
    page.commands.choose(Command.KEYS)
    assert page.cheat_sheet.isVisible()
    press(page, K.Key_I)
    assert not page.cheat_sheet.isVisible()


def test_no_menu_is_seen_while_reading(page) -> None:
    assert not any(menu.isVisible() for menu in page.findChildren(QMenu))


def test_before_the_exam_is_announced_the_menu_offers_only_what_leaves_it(page) -> None:
    page._announced = False
    press(page, K.Key_F10)
    enabled = {c for c, action in page.commands.actions.items() if action.isEnabled()}
    screens = Command.DISPLAY_CHECK
    assert enabled == {Command.KEYS, Command.MENU, Command.KEY_SETTINGS, screens, Command.LEAVE}


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_menu_says_the_same_before_signing_for_any_result(
    make_workplace, import_exams, add_result, open_exam, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    workplace = make_workplace()
    said = []
    for status in (None, ResultStatus.FAILED, ResultStatus.SCORED):
        if status is not None:
            add_result(exam_id, status)
        open_exam(workplace, exam_id)
        press(workplace.reading, K.Key_F10)
        said.append(_said(_menu()))
        _menu().close()
        press(workplace.reading, K.Key_Escape)
        settle(qtbot, workplace)
    assert said[0]
    assert said[0] == said[1] == said[2]
