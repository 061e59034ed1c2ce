"""Which commands are held now, and by what: a finger on a key, the keypad, or the menu."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from klarsyn.ui.actions.command import Command


class Stands(Enum):
    """Who lets a held command stand without a finger on its key."""

    BY_KEYPAD = "until its key comes again"
    BY_MENU = "until any key comes"


@dataclass(frozen=True, slots=True)
class Down:
    """The key that holds a command, as it was pressed."""

    code: int
    scan: int
    shift: bool

    @staticmethod
    def of(event: QKeyEvent) -> "Down":
        """Return the key of a press."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return Down(event.key(), event.nativeScanCode(), shift)

    def ends_with(self, event: QKeyEvent) -> bool:
        """Return whether a release lets this key go.

        The key is known by its place too: where Shift has been let go first, its sign is another.
        """
        return bool(
            event.key() == self.code
            or (self.scan and event.nativeScanCode() == self.scan)
            or (self.shift and event.key() == Qt.Key.Key_Shift)
        )


class Holding:
    """The commands that are held; each begins and ends through `tell`."""

    def __init__(self, tell: Callable[[Command, bool], object]) -> None:
        """Call `tell` with a command and whether it begins or ends."""
        self._tell = tell
        self._held: dict[Command, Down | Stands] = {}

    def __contains__(self, command: Command) -> bool:
        """Return whether a command is held."""
        return command in self._held

    def begin(self, command: Command, how: Down | Stands) -> None:
        """Begin to hold a command."""
        self._held[command] = how
        self._tell(command, True)

    def end(self, command: Command) -> None:
        """End a command, held or not."""
        self._held.pop(command, None)
        self._tell(command, False)

    def end_by_key(self, event: QKeyEvent) -> None:
        """End what the released key holds."""
        self._end_all(lambda _command, how: isinstance(how, Down) and how.ends_with(event))

    def end_from_menu(self, but: Command | None) -> None:
        """End what the menu has let stand: another key has come; its own key takes it over."""
        self._end_all(lambda command, how: how is Stands.BY_MENU and command is not but)

    def end_keys(self) -> None:
        """End what keys hold: their releases may go elsewhere."""
        self._end_all(lambda _command, how: isinstance(how, Down))

    def _end_all(self, ends: Callable[[Command, Down | Stands], bool]) -> None:
        for command in [c for c, how in self._held.items() if ends(c, how)]:
            self.end(command)
