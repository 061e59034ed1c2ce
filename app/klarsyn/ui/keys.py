"""Every command has a key: one table for the window, the cheat sheet and the README.

The numeric keypad alone can read a day's list. Its decimal key is also its delete key, so it undoes in both
of its states; 0 goes to the other breast.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


class Command(Enum):
    """What a reader can ask for while reading."""

    ASSESS_1 = "1"
    ASSESS_2 = "2"
    ASSESS_3 = "3"
    ASSESS_4 = "4"
    ASSESS_5 = "5"
    OTHER_BREAST = "other breast"
    GO_ON = "go on"
    UNDO = "undo"
    AI = "ai"
    HIDE_AI = "hide ai"
    NEXT_FINDING = "next finding"
    FINDINGS = "findings"
    NEXT_VIEW = "next view"
    NEXT_IMAGE = "next image"
    PRESET = "preset"
    INVERT = "invert"
    LINK = "link"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    FIT = "fit"
    ONE_TO_ONE = "one to one"
    MAGNIFIER = "magnifier"
    HISTOGRAM = "histogram"
    NOTICES = "notices"
    KEYS = "keys"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the table.

    `key` and `keypad` are how the keys are called on paper; `codes` and `pad_codes` are Qt's. A command that
    is `held` lasts as long as its key is down.
    """

    command: Command
    key: str
    keypad: str
    words: str
    codes: tuple[Qt.Key, ...]
    pad_codes: tuple[Qt.Key, ...] = ()
    held: bool = False
    repeats: bool = False


_K = Qt.Key

KEYS = (
    Key(Command.ASSESS_1, "1", "1", "Normal, for the breast in focus", (_K.Key_1,), (_K.Key_1,)),
    Key(Command.ASSESS_2, "2", "2", "Benign", (_K.Key_2,), (_K.Key_2,)),
    Key(Command.ASSESS_3, "3", "3", "Indeterminate: recall", (_K.Key_3,), (_K.Key_3,)),
    Key(Command.ASSESS_4, "4", "4", "Suspicious: recall", (_K.Key_4,), (_K.Key_4,)),
    Key(Command.ASSESS_5, "5", "5", "Malignant: recall", (_K.Key_5,), (_K.Key_5,)),
    Key(Command.OTHER_BREAST, "0", "0", "Other breast", (_K.Key_0, _K.Key_Backspace), (_K.Key_0,)),
    Key(
        Command.GO_ON,
        "Enter",
        "Enter",
        "Sign, then confirm; the next exam opens",
        (_K.Key_Return,),
        (_K.Key_Enter,),
    ),
    Key(
        Command.UNDO,
        "Ctrl+Z",
        ". Del",
        "Take back a confirmation, within 10 s",
        (),
        (_K.Key_Delete, _K.Key_Period, _K.Key_Comma),
    ),
    Key(Command.AI, "A", "+", "Show the AI, once signed", (_K.Key_A,), (_K.Key_Plus,)),
    Key(Command.HIDE_AI, "", "-", "Hide the AI", (), (_K.Key_Minus,)),
    Key(Command.NEXT_FINDING, "J", "7", "Next finding", (_K.Key_J, _K.Key_7), (_K.Key_7, _K.Key_Home)),
    Key(Command.FINDINGS, "H", "", "Hide or show the list of findings", (_K.Key_H,)),
    Key(Command.NEXT_VIEW, "Tab", "6", "Next view", (_K.Key_Tab, _K.Key_6), (_K.Key_6, _K.Key_Right)),
    Key(
        Command.NEXT_IMAGE,
        "Space",
        "9",
        "Next image of this view, if it has several",
        (_K.Key_Space, _K.Key_9),
        (_K.Key_9, _K.Key_PageUp),
    ),
    Key(Command.PRESET, "P", "*", "Next window preset", (_K.Key_P,), (_K.Key_Asterisk,)),
    Key(Command.INVERT, "I", "", "Invert", (_K.Key_I,)),
    Key(Command.LINK, "L", "", "Link the window of all views, or one alone", (_K.Key_L,)),
    Key(Command.ZOOM_IN, "+", "", "Zoom in", (_K.Key_Plus, _K.Key_Equal), repeats=True),
    Key(Command.ZOOM_OUT, "-", "", "Zoom out", (_K.Key_Minus,), repeats=True),
    Key(Command.FIT, "F", "", "Whole breasts, at one real size", (_K.Key_F,)),
    Key(Command.ONE_TO_ONE, "8", "8", "Every pixel (1:1), and back", (_K.Key_8,), (_K.Key_8, _K.Key_Up)),
    Key(Command.MAGNIFIER, "M", "/", "Magnifier; M while held", (_K.Key_M,), (_K.Key_Slash,)),
    Key(Command.HISTOGRAM, "G", "", "Histogram and window curve", (_K.Key_G,)),
    Key(Command.NOTICES, "N", "", "Notices in full, while held", (_K.Key_N,), held=True),
    Key(Command.KEYS, "? F1", "", "These keys, while held", (_K.Key_F1, _K.Key_Question), held=True),
    Key(Command.LEAVE, "Esc", "", "Back to the queue, unsigned", (_K.Key_Escape,)),
)

MOUSE = (
    ("Right drag", "Window: right is wider, up is brighter"),
    ("Left drag", "Move the image; middle button too"),
    ("Left hold", "Magnifier"),
    ("Double click", "Every pixel (1:1) at this place, and back"),
    ("Ctrl + wheel", "Zoom at this place"),
    ("Wheel", "Next image of this view, if it has several"),
)

ASSESSMENTS = {Command[f"ASSESS_{n}"]: str(n) for n in range(1, 6)}

_BY_CODE = {code: key for key in reversed(KEYS) for code in key.codes}
_BY_PAD_CODE = {code: key for key in reversed(KEYS) for code in key.pad_codes}


def key_of(event: QKeyEvent) -> Key | None:
    """Return the table's line for a key event, or None when the key has no meaning here."""
    modifiers = event.modifiers()
    code = Qt.Key(event.key())
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return line_of(Command.UNDO) if code == _K.Key_Z else None
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return None
    if modifiers & Qt.KeyboardModifier.KeypadModifier and code in _BY_PAD_CODE:
        return _BY_PAD_CODE[code]
    if code == _K.Key_Enter:
        return line_of(Command.GO_ON)
    return _BY_CODE.get(code)


def line_of(command: Command) -> Key:
    """Return the table's line of a command."""
    return next(key for key in KEYS if key.command is command)
