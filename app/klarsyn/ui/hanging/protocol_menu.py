"""A numbered list of the hanging protocols; a digit hangs the open exam by one of them."""

from PySide6.QtWidgets import QWidget

from klarsyn.domain.hanging_protocol import Protocol
from klarsyn.ui.panels.numbered_list import NumberedList

WIDTH = 420


class ProtocolMenu(NumberedList):
    """`chosen` carries a protocol."""

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self._in_force = ""

    def ask(self, protocols: tuple[Protocol, ...], in_force: str) -> None:
        """Open with these protocols; `in_force` is the name of the one that hangs now."""
        self._in_force = in_force
        self.show_list(protocols, WIDTH, in_the_middle=False)

    def heading(self) -> str:
        """Return what a digit does."""
        return "Hang this exam by"

    def words(self, one: Protocol) -> str:
        """Return a protocol's title."""
        return one.title.en

    def is_now(self, one: Protocol) -> bool:
        """True for the one that hangs now."""
        return one.name == self._in_force
