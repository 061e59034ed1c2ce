"""A stroke is the key under the finger, on paper, in keys.toml and in Qt's events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from klarsyn.ui.actions import stroke as stroke_module
from klarsyn.ui.actions.stroke import Stroke, StrokeError, stroke_of

K, M = Qt.Key, Qt.KeyboardModifier
KEYS = (
    *"ABZÅ0159+-*/?.,=",
    "Enter",
    "Tab",
    "Space",
    "PgUp",
    "PgDn",
    "Left",
    "↑",
    "Del",
    "Esc",
    "F10",
    "Menu",
)


def _event(key: Qt.Key, held: Qt.KeyboardModifier = M.NoModifier) -> Stroke | None:
    return stroke_of(QKeyEvent(QEvent.Type.KeyPress, key, held))


@given(st.sampled_from(KEYS), st.sets(st.sampled_from(("Ctrl+", "Shift+", "Num+"))))
def test_a_stroke_that_is_written_and_read_is_the_same(key: str, held: set[str]) -> None:
    read = Stroke.parse("".join(sorted(held)) + key)
    assert Stroke.parse(str(read)) == read


@pytest.mark.parametrize(
    "text", ["", "Ctrl+", "Num+", "Shift", "Ctrl", "A, B", "two words", "Alt+A", "Meta+A"]
)
def test_what_is_no_key_is_refused_with_examples(text: str) -> None:
    with pytest.raises(StrokeError, match=r"Num\+7"):
        Stroke.parse(text)


@pytest.mark.parametrize(
    ("with_num_lock", "without"),
    [(K.Key_0, K.Key_Insert), (K.Key_1, K.Key_End), (K.Key_5, K.Key_Clear), (K.Key_9, K.Key_PageUp)],
)
def test_a_keypad_key_is_one_key_with_num_lock_on_or_off(
    monkeypatch: pytest.MonkeyPatch, with_num_lock: Qt.Key, without: Qt.Key
) -> None:
    monkeypatch.setattr(stroke_module, "_NO_NUM_LOCK", False)
    assert _event(without, M.KeypadModifier) == _event(with_num_lock, M.KeypadModifier)


def test_on_a_mac_an_arrow_key_assesses_no_breast(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its arrow keys say that they are on the keypad: Left would be the keypad's 4.
    monkeypatch.setattr(stroke_module, "_NO_NUM_LOCK", True)
    assert _event(K.Key_Left, M.KeypadModifier) == Stroke.parse("Left")


@pytest.mark.parametrize("key", [K.Key_Period, K.Key_Comma, K.Key_Delete])
def test_the_decimal_key_is_one_key_in_all_languages(key: Qt.Key) -> None:
    assert _event(key, M.KeypadModifier) == Stroke.parse("Num+.")


def test_shift_counts_with_letters_and_not_where_it_makes_the_sign() -> None:
    assert _event(K.Key_P, M.ShiftModifier) != _event(K.Key_P)
    assert _event(K.Key_Question, M.ShiftModifier) == Stroke.parse("?")
    assert _event(K.Key_4, M.ShiftModifier) == Stroke.parse("4")
    assert _event(K.Key_Backtab, M.ShiftModifier) == Stroke.parse("Shift+Tab")


@pytest.mark.parametrize("key", [K.Key_Shift, K.Key_Control, K.Key_Alt, K.Key_NumLock, K.Key_unknown])
def test_a_modifier_alone_is_no_stroke(key: Qt.Key) -> None:
    assert _event(key) is None


def test_alt_belongs_to_the_system() -> None:
    assert _event(K.Key_A, M.AltModifier) is None
