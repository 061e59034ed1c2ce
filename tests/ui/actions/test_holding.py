"""What is held ends with its own key, whatever that key is called by then."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.holding import Down, Holding, Stands

K, M = Qt.Key, Qt.KeyboardModifier
PLACE = 20
"""Where the key with + and ? is on a Swedish keyboard."""


def _event(key: Qt.Key, held: Qt.KeyboardModifier = M.NoModifier, place: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, place, 0, 0)


@pytest.fixture
def told() -> list[tuple[Command, bool]]:
    return []


@pytest.fixture
def holding(told: list[tuple[Command, bool]]) -> Holding:
    return Holding(lambda command, on: told.append((command, on)))


@pytest.mark.parametrize(
    "released",
    [
        _event(K.Key_Question, M.ShiftModifier, PLACE),
        _event(K.Key_Plus, place=PLACE),
        _event(K.Key_Shift),
    ],
)
def test_the_question_mark_ends_in_whatever_order_shift_is_let_go(
    holding: Holding, told: list, released: QKeyEvent
) -> None:
    holding.begin(Command.KEYS, Down.of(_event(K.Key_Question, M.ShiftModifier, PLACE)))
    holding.end_by_key(released)
    assert told == [(Command.KEYS, True), (Command.KEYS, False)]


def test_another_key_ends_nothing(holding: Holding) -> None:
    holding.begin(Command.NOTICES, Down.of(_event(K.Key_N, place=49)))
    holding.end_by_key(_event(K.Key_M, place=50))
    assert Command.NOTICES in holding


def test_what_the_menu_has_begun_ends_with_any_key_and_what_the_keypad_has_does_not(holding: Holding) -> None:
    holding.begin(Command.NOTICES, Stands.BY_MENU)
    holding.begin(Command.MAGNIFIER, Stands.BY_KEYPAD)
    holding.end_from_menu(but=None)
    assert Command.NOTICES not in holding
    assert Command.MAGNIFIER in holding


def test_when_the_window_loses_its_keys_only_what_they_hold_ends(holding: Holding) -> None:
    holding.begin(Command.KEYS, Down.of(_event(K.Key_F1)))
    holding.begin(Command.MAGNIFIER, Stands.BY_KEYPAD)
    holding.end_keys()
    assert Command.KEYS not in holding
    assert Command.MAGNIFIER in holding
