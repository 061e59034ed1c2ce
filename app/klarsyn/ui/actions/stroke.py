"""One stroke of one key, with what is held beside it; the same for Qt's events, keys.toml and paper.

What is meant is the key under the finger. So a keypad key is one key whether Num Lock is on or off, Shift
counts only where it does not already choose the sign, and the keypad's decimal key is one key in all its
names.
"""

import sys
from dataclasses import dataclass, replace

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_K = Qt.Key
_M = Qt.KeyboardModifier

_MODIFIERS = {
    _K.Key_Shift,
    _K.Key_Control,
    _K.Key_Alt,
    _K.Key_AltGr,
    _K.Key_Meta,
    _K.Key_Super_L,
    _K.Key_Super_R,
    _K.Key_CapsLock,
    _K.Key_NumLock,
    _K.Key_ScrollLock,
}

_WITHOUT_NUM_LOCK = {
    _K.Key_Insert: _K.Key_0,
    _K.Key_End: _K.Key_1,
    _K.Key_Down: _K.Key_2,
    _K.Key_PageDown: _K.Key_3,
    _K.Key_Left: _K.Key_4,
    _K.Key_Clear: _K.Key_5,
    _K.Key_Right: _K.Key_6,
    _K.Key_Home: _K.Key_7,
    _K.Key_Up: _K.Key_8,
    _K.Key_PageUp: _K.Key_9,
    _K.Key_Delete: _K.Key_Period,
}
_NO_NUM_LOCK = sys.platform == "darwin"
"""Macs have no Num Lock, and say of their arrow keys that they are on the keypad."""

_ON_PAPER = {"Return": "Enter", "PgDown": "PgDn", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
_FROM_PAPER = {"enter": "Return", "pgdn": "PgDown"} | {v: k for k, v in _ON_PAPER.items() if k != "Return"}


class StrokeError(ValueError):
    """A text that names no key; the message says what may be written."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key, as Qt counts it, and what is held with it."""

    code: Qt.Key
    keypad: bool = False
    control: bool = False
    shift: bool = False

    def __str__(self) -> str:
        """Return how keys.toml writes it, e.g. "Ctrl+S", "Shift+P", "Num+7"; `parse` reads it."""
        held = _M.NoModifier
        for is_held, modifier in (
            (self.keypad, _M.KeypadModifier),
            (self.control, _M.ControlModifier),
            (self.shift, _M.ShiftModifier),
        ):
            if is_held:
                held |= modifier
        code = _K.Key_Enter if self.keypad and self.code == _K.Key_Return else self.code
        return QKeySequence(QKeyCombination(held, code)).toString(QKeySequence.SequenceFormat.PortableText)

    @property
    def on_paper(self) -> str:
        """Return how people write it; a keypad key is written without "Num", beside a heading."""
        held = ("Ctrl+" if self.control else "") + ("Shift+" if self.shift else "")
        name = str(replace(self, keypad=False, control=False, shift=False))
        return held + _ON_PAPER.get(name, name)

    @staticmethod
    def parse(text: str) -> "Stroke":
        """Read a stroke from its text.

        Raises
        ------
        StrokeError
            If the text names no key, several, or one that cannot be used.
        """
        head, plus, last = text.strip().rpartition("+")
        if plus and not last and (not head or head.endswith("+")):
            # The plus key itself: "+", "Num++", "Ctrl++".
            head, last = head.removesuffix("+"), "+"
        last = _FROM_PAPER.get(last.strip().lower(), last.strip())
        sequence = QKeySequence.fromString(
            f"{head}+{last}" if head else last, QKeySequence.SequenceFormat.PortableText
        )
        if sequence.count() == 1:
            combination = sequence[0]  # type: ignore[index]  # can be at run time
            stroke = _stroke(combination.key(), combination.keyboardModifiers())
            if stroke is not None:
                return stroke
        raise StrokeError(
            f"{text!r} is no key. Write it like one of these: A, Shift+A, Ctrl+A, F5, PgDn, Left, Num+7. "
            "Alt and the system's key belong to the system."
        )


def stroke_of(event: QKeyEvent) -> Stroke | None:
    """Return the stroke of a key event; None for Shift and its like, and for what belongs to the system."""
    return _stroke(Qt.Key(event.key()), event.modifiers())


def _stroke(code: Qt.Key, held: Qt.KeyboardModifier) -> Stroke | None:
    if code in _MODIFIERS or code in (_K.Key_unknown, 0) or held & (_M.AltModifier | _M.MetaModifier):
        return None
    keypad, control, shift = (
        bool(held & each) for each in (_M.KeypadModifier, _M.ControlModifier, _M.ShiftModifier)
    )
    if keypad:
        if not _NO_NUM_LOCK:
            code = _WITHOUT_NUM_LOCK.get(code, code)
        elif code in _WITHOUT_NUM_LOCK:
            keypad = False
        code = _K.Key_Period if code == _K.Key_Comma else code
        # Shift on the keypad is a moment without Num Lock: still the same key.
        shift = shift and not keypad
    if code == _K.Key_Enter:
        code = _K.Key_Return
    elif code == _K.Key_Backtab:
        code, shift = _K.Key_Tab, True
    is_sign = code < _K.Key_Escape and code != _K.Key_Space
    if is_sign and not chr(code).isalpha():
        # "?" and the digits of a French keyboard need Shift: it is part of the sign.
        shift = False
    return Stroke(code, keypad, control, shift)
