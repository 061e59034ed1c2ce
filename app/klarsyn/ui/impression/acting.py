"""One act at a time, on the desk's worker; while it lasts the reader's other acts are left out."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from klarsyn.reading.session import ReadingError
from klarsyn.ui.background import Background
from klarsyn.ui.hanging.image_flow import sentence_of


class Acting(QObject):
    """Asks for one act after the other. `told` is for a while, `warned` until it is acknowledged."""

    session_changed = Signal()
    told = Signal(str)
    warned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Nothing is under way."""
        super().__init__(parent)
        self.background = Background(self, refusals=(ReadingError,))
        self.busy = False
        self._next: Callable[[], None] | None = None

    def _once_free(self, act: Callable[[], None]) -> None:
        """Do `act` now, or as soon as the act that lasts is over, however it ends; the last one asked for."""
        self._next = act
        self._take_next()

    def _take_next(self) -> None:
        # An act may have begun another: then the next waits for that, too.
        if not self.busy and (act := self._next) is not None:
            self._next = None
            act()

    def _begin(
        self,
        work: Callable[[], Any],
        what: str,
        then: Callable[[Any], None],
        *,
        must_be_kept: bool = False,
    ) -> None:
        """Do `work` on the worker, and `then` with what came of it; nothing while another act lasts."""
        if self.busy:
            return

        def done(outcome: Any) -> None:
            self.busy = False
            then(outcome)
            self._take_next()

        self.busy = True
        self.background.desk(work, done, self._failed, what=what, must_be_kept=must_be_kept)

    def _act(
        self,
        work: Callable[[], Any],
        what: str,
        then: Callable[[Any], None] | None = None,
        *,
        must_be_kept: bool = False,
    ) -> None:
        """Do `work` that changes the open session."""

        def changed(outcome: Any) -> None:
            self.session_changed.emit()
            if then is not None:
                then(outcome)

        self._begin(work, what, changed, must_be_kept=must_be_kept)

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self._tell(error)
        self.session_changed.emit()
        self._take_next()

    def _tell(self, error: BaseException) -> None:
        # A refusal says what to do first, and goes with it; anything else may cost work.
        (self.told if isinstance(error, ReadingError) else self.warned).emit(sentence_of(error))
