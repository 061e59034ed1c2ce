"""When an exam has come: each place of its first step has painted what it has."""

from PySide6.QtCore import QObject, Signal

from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.view.viewport import Viewport

DECODING = "decoding…"


class FirstPainting(QObject):
    """Waits for the places; `done` comes once an exam."""

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        """Wait for nothing."""
        super().__init__(parent)
        self._waiting: set[int] = set()

    def begin(self, hung: HungExam) -> None:
        """Wait for every place of this step that has an image."""
        self._waiting = {n for n, cell in enumerate(hung.cells) if cell.pages[0] is not None}

    def forget(self) -> None:
        """Wait no more."""
        self._waiting = set()

    def has_painted(self, place: int, viewport: Viewport) -> None:
        """Hear that a place has painted; an image counts, and so does the reason why there is none."""
        if place in self._waiting and (
            viewport.picture is not None or viewport.message not in ("", DECODING)
        ):
            self._waiting.discard(place)
            self.tell_if_done()

    def tell_if_done(self) -> None:
        """Say that all is painted, if it is."""
        if not self._waiting:
            self.done.emit()
