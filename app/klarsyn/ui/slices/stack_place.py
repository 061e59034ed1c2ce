"""What a view of a tomosynthesis does beside what every view does: it turns to the slice that is wanted."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from klarsyn.ui.slices.stack_view import StackView
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_place import ViewPlace


class StackPlace(ViewPlace):
    """A view that may show a tomosynthesis.

    `scrolled` asks for so many slices upwards, below 0 downwards; `slice_wanted` for one by its index.
    """

    scrolled = Signal(int)
    slice_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.picture: Picture | None = None
        self.painted_slice: int | None = None
        """The slice of which this view has painted a picture last, or why there is none."""

    @property
    def stack(self) -> StackView | None:
        """The tomosynthesis that is shown, None for another image."""
        return self.view.stack if self.view is not None else None

    @property
    def stack_message(self) -> str:
        """Why a tomosynthesis shows no picture of the slice that the reader is at; "" when it does."""
        return self.stack.message if self.stack is not None else ""

    def turn_the_stack(self) -> bool:
        """Take what is to be shown of a tomosynthesis; False while there is nothing to show here."""
        if self.picture is None or self.view is None or not self.view.turn_the_stack():
            return False
        if self.view.stack is not None:
            self.picture.turn_to(self.view.loaded)
        return True

    def show_slice(self, index: int) -> bool:
        """Show a slice of a tomosynthesis; returns whether it is another one. Nothing linked follows."""
        if self.stack is None or not self.stack.go_to(index):
            return False
        self._still.start()
        self.update()
        return True
