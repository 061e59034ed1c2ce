"""A numbered list of presentation states; a digit shows the images through one of them, 0 through none."""

from PySide6.QtWidgets import QWidget

from klarsyn.reading.state_shelf import OfferedState
from klarsyn.ui.panels.numbered_list import NumberedList

WIDTH = 620


class StateList(NumberedList):
    """`chosen` carries a state, or None for none."""

    nothing = "none: as the files say"

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self._in_force, self.waiting = "", ""

    def ask(self, states: tuple[OfferedState, ...], in_force: str, waiting: str = "") -> None:
        """Open with these states; `in_force` is the UID of the applied one, "" for none.

        `waiting` says what is not offered yet.
        """
        self._in_force, self.waiting = in_force, waiting
        self.show_list(states, WIDTH)

    def heading(self) -> str:
        """Return what a digit does."""
        return "Show the images through"

    def words(self, one: OfferedState) -> str:
        """Return a state in one line."""
        return words_of(one)

    def is_now(self, one: OfferedState | None) -> bool:
        """True for the one in force, and for none where none is."""
        return (one.facts.sop_instance_uid if one is not None else "") == self._in_force

    def note(self) -> str:
        """Return what is not offered yet."""
        return self.waiting


def words_of(state: OfferedState) -> str:
    """Return label, description, creator and date of a state in one line."""
    facts = state.facts
    made = facts.created
    # What names its zone is told by the clock of this place.
    made = made.astimezone() if made is not None and made.tzinfo is not None else made
    when = f"{made:%Y-%m-%d %H:%M}" if made is not None else "date unknown"
    who = "your own" if state.own else facts.creator or "maker unknown"
    words = " · ".join(p for p in (facts.label or "no label", facts.description, who, when) if p)
    return words if len(words) <= 72 else f"{words[:71]}…"
