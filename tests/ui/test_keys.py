"""One table of keys; the keypad alone is enough for a day's list."""

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from klarsyn.ui.keys import KEYS, Command, key_of


def _event(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers)


def test_every_command_has_one_line() -> None:
    assert Counter(key.command for key in KEYS) == Counter(Command)


def test_no_key_means_two_things() -> None:
    assert max(Counter(code for key in KEYS for code in key.codes).values()) == 1
    assert max(Counter(code for key in KEYS for code in key.pad_codes).values()) == 1


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
        (Qt.Key.Key_9, Command.NEXT_IMAGE),
        (Qt.Key.Key_6, Command.NEXT_VIEW),
        (Qt.Key.Key_Comma, Command.UNDO),
        (Qt.Key.Key_Delete, Command.UNDO),
    ],
)
def test_the_keypad_alone_can_read(key: Qt.Key, command: Command) -> None:
    line = key_of(_event(key, Qt.KeyboardModifier.KeypadModifier))
    assert line is not None
    assert line.command is command


def test_plus_on_the_letters_zooms_and_on_the_keypad_shows_the_ai() -> None:
    assert key_of(_event(Qt.Key.Key_Plus)).command is Command.ZOOM_IN
    assert key_of(_event(Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier)).command is Command.AI


def test_control_z_undoes_and_other_control_keys_do_nothing() -> None:
    control = Qt.KeyboardModifier.ControlModifier
    assert key_of(_event(Qt.Key.Key_Z, control)).command is Command.UNDO
    assert key_of(_event(Qt.Key.Key_A, control)) is None
