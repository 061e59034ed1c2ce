"""The names of an exam's results, a line each: whose, how old, which one is shown. A click shows another.

In the head of the list of findings, after the reveal alone (invariants 6 and 7).
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from klarsyn.domain.finding import AiResult
from klarsyn.ui.findings.result_words import age_words, name_words
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write
from klarsyn.ui.words import engine_text

BESIDE = "beside: it does not order the queue"

_LINE = 19
"""Logical pixels of a line, before the theme's scale."""

_SIGN = 12
"""What the sign of the one that is shown takes, where there are several."""


class ResultNames(QWidget):
    """One line for each result."""

    chosen = Signal(str)

    def __init__(
        self,
        results: Sequence[AiResult],
        shown: str,
        now: datetime,
        new: frozenset[str] = frozenset(),
        *,
        ordering: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make the lines; `shown` is the result_id of the one in force, `new` those of late ones.

        `ordering` is the one that orders the queue: where there is one, all others stand beside it.
        """
        super().__init__(parent)
        self._shown = shown
        self._ids = tuple(each.result_id for each in results)
        self.names = tuple(name_words(each) for each in results)
        self._shorter = tuple(engine_text(each) for each in results)
        self.ages = tuple(age_words(each, now) for each in results)
        self._new = new
        self._beside = tuple(bool(ordering) and each != ordering for each in self._ids)
        self.setFixedHeight(theme().sized(_LINE) * len(results))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if len(results) > 1:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        lines = zip(self.names, self.ages, self._beside, strict=True)
        self.setToolTip("\n".join(f"{n}, {a}{f', {BESIDE}' if beside else ''}" for n, a, beside in lines))

    def minimumSizeHint(self) -> QSize:
        """No width at all: a long name is cut."""
        return QSize(0, self.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show the result of this line."""
        line = int(event.position().y() // theme().sized(_LINE))
        if 0 <= line < len(self._ids) and self._ids[line] != self._shown:
            self.chosen.emit(self._ids[line])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The one that is shown has a bar before it and is brighter: never by its colour alone."""
        look = theme()
        painter = QPainter(self)
        metrics, high = QFontMetricsF(look.font(look.small)), look.sized(_LINE)
        left = look.sized(_SIGN) if len(self._ids) > 1 else 0
        lines = zip(self._ids, self.names, self._shorter, self.ages, self._beside, strict=True)
        for number, (result_id, name, shorter, age, beside) in enumerate(lines):
            here, top = result_id == self._shown, number * high
            if here and left:
                painter.fillRect(QRectF(1, top + 4, 3, high - 7), look.accent)
            when = f"{age}, came late" if result_id in self._new else age
            room = self.width() - left - text_size(when, look.small)[0] - look.sized(10)
            aside = (f"{name} · beside", f"{shorter} · beside") if beside else ()
            forms = (*aside, name, shorter)
            fits = next((each for each in forms if metrics.horizontalAdvance(each) <= room), shorter)
            cut = metrics.elidedText(fits, Qt.TextElideMode.ElideRight, room)
            write(painter, QPointF(left, top + 2), cut, look.small, look.text if here else look.dim)
            write(painter, QPointF(self.width(), top + 2), when, look.small, look.dim, right=True)
        painter.end()
