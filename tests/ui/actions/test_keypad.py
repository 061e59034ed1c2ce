"""The keypad alone is enough for a day's list."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.actions.stroke import stroke_of

M = Qt.KeyboardModifier


def _asked(key: Qt.Key, held: Qt.KeyboardModifier = M.NoModifier) -> Command | None:
    action = KeySet().action_of(stroke_of(QKeyEvent(QEvent.Type.KeyPress, key, held)))
    return action.command if action is not None else None


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (Qt.Key.Key_1, Command.ASSESS_1),
        (Qt.Key.Key_5, Command.ASSESS_5),
        (Qt.Key.Key_0, Command.OTHER_BREAST),
        (Qt.Key.Key_Enter, Command.GO_ON),
        (Qt.Key.Key_Plus, Command.AI),
        (Qt.Key.Key_Minus, Command.HIDE_AI),
        (Qt.Key.Key_Asterisk, Command.PRESET),
        (Qt.Key.Key_Slash, Command.MAGNIFIER),
        (Qt.Key.Key_7, Command.NEXT_FINDING),
        (Qt.Key.Key_8, Command.ONE_TO_ONE),
        (Qt.Key.Key_9, Command.LOOK_ON),
        (Qt.Key.Key_6, Command.NEXT_VIEW),
        (Qt.Key.Key_Comma, Command.UNDO),
        (Qt.Key.Key_Delete, Command.UNDO),
    ],
)
def test_the_keypad_alone_can_read(key: Qt.Key, command: Command) -> None:
    assert _asked(key, M.KeypadModifier) is command


def test_plus_on_the_letters_zooms_and_on_the_keypad_shows_the_ai() -> None:
    assert _asked(Qt.Key.Key_Plus) is Command.ZOOM_IN
    assert _asked(Qt.Key.Key_Plus, M.KeypadModifier) is Command.AI


def test_control_z_undoes_and_other_control_keys_do_nothing() -> None:
    assert _asked(Qt.Key.Key_Z, M.ControlModifier) is Command.UNDO
    assert _asked(Qt.Key.Key_A, M.ControlModifier) is None


def test_the_delete_key_of_the_letters_deletes_a_drawing_and_takes_no_read_back() -> None:
    assert _asked(Qt.Key.Key_Delete) is Command.DELETE_ANNOTATION


def test_a_sign_that_only_the_keypad_has_on_it_means_nothing_on_the_letters() -> None:
    assert _asked(Qt.Key.Key_Asterisk) is None
