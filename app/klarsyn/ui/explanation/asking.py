"""Questions to an engine, one at a time, on a thread of their own: how far they are, and how they end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from klarsyn.ui.background import Background, Scope

TELL_EVERY_S = 0.3
LEAST_PART = 0.04
"""Before this part is done nothing is said of the time that is left."""

Question = Callable[[Callable[[float], None], Callable[[], bool]], Any]
"""Asks; told where to say how far it is, and whom to ask whether it is still wanted."""


@dataclass(eq=False)
class Asked:
    """One question under way; `part` is 0 to 1."""

    scope: Scope
    started: float = field(default_factory=time.monotonic)
    part: float = 0.0
    stopped: bool = False
    told_at: float = 0.0

    def words(self, what: str) -> str:
        """Say how far it is: "Asking the engine, 40 %, about 20 s left"."""
        left = time_left(time.monotonic() - self.started, self.part)
        return ", ".join(filter(None, (what, f"{self.part:.0%}".replace("%", " %"), left)))

    def is_unwanted(self) -> bool:
        """True when it was stopped, or its exam has been left. Any thread."""
        return self.stopped or not self.scope.alive


class EngineQuestions(QObject):
    """Asks on the window's behalf; `told` comes while a question lasts."""

    told = Signal()
    _came = Signal(object, float)

    def __init__(self, background: Background, parent: QObject) -> None:
        """Ask nothing yet."""
        super().__init__(parent)
        self._background = background
        self.asked: Asked | None = None
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        question: Question,
        scope: Scope,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Ask; a question that lasts is stopped. `done` gets the answer, unless it was stopped before."""
        self.stop()
        asked = self.asked = Asked(scope)

        def tell(part: float) -> None:
            now = time.monotonic()
            if now - asked.told_at >= TELL_EVERY_S or part >= 1:
                asked.told_at = now
                self._came.emit(asked, part)

        def ended(then: Callable[[Any], None], outcome: Any) -> None:
            if self.asked is asked:
                self.asked = None
                then(outcome)

        def work() -> Any:
            return None if asked.is_unwanted() else question(tell, asked.is_unwanted)

        self._background.engine(
            work,
            lambda answer: ended(done, answer),
            lambda error: ended(failed, error),
            what="explanation",
            scope=scope,
        )

    def stop(self) -> bool:
        """Stop the question that lasts; False when there is none."""
        asked, self.asked = self.asked, None
        if asked is not None:
            asked.stopped = True
        return asked is not None

    def _take(self, asked: Asked, part: float) -> None:
        if asked is self.asked:
            asked.part = part
            self.told.emit()


def time_left(elapsed_s: float, part: float) -> str:
    """Return how long it will last still, in a few words; empty before that can be known."""
    if part < LEAST_PART:
        return ""
    left = elapsed_s * (1 - part) / part
    return f"about {left / 60:.0f} min left" if left > 90 else f"about {max(1, round(left))} s left"
