"""What is declared of one command."""

from dataclasses import dataclass

from klarsyn.ui.actions.command import Command, Group
from klarsyn.ui.actions.stroke import Stroke


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the table.

    Parameters
    ----------
    text
        A few words, for the menu and the cheat sheet.
    help
        A sentence, for the page of keys and the docs.
    keys, pad
        The keys that come with Klarsyn, on the letters and on the numeric keypad, apart by spaces.
    held
        It lasts as long as its key is down; its act takes True and then False. On the keypad, which has no
        room for a held finger, and in the menu it stands until it is asked for again or another key comes.
    repeats
        It is done again while its key is down.
    checkable
        It is on or off.
    always
        It may be asked for before an exam is painted and announced.
    needs_key
        Without it no exam can be read: its last key cannot be taken away.
    """

    command: Command
    group: Group
    text: str
    help: str
    keys: str = ""
    pad: str = ""
    held: bool = False
    repeats: bool = False
    checkable: bool = False
    always: bool = False
    needs_key: bool = False

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes that come with Klarsyn."""
        return (
            *(Stroke.parse(key) for key in self.keys.split()),
            *(Stroke.parse(f"Num+{key}") for key in self.pad.split()),
        )
