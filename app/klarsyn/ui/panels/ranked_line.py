"""One line of several parts that gives up the least important ones first where there is no room for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from klarsyn.ui.theme import theme

SEPARATOR = " · "
NEVER = 0
"""Rank of what is never left out: it is cut only where nothing else stands in the line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text, its rank, and its colour; the highest rank is left out first."""

    text: str
    rank: int = NEVER
    colour: QColor | None = None


class RankedLine(QLabel):
    """Shows as many of its parts as fit. `text()` is all of them; `shown` is what can be read now."""

    def __init__(self, parent: QWidget | None = None, *, right: bool = False) -> None:
        """Make an empty line of small text; `right` puts it at the right end of its room."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme().font(theme().small))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.parts: tuple[Part, ...] = ()
        self._right = right

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these parts, those without text left out."""
        self.parts = tuple(part for part in parts if part.text)
        self.setText(SEPARATOR.join(part.text for part in self.parts))
        self.setToolTip(self.text())
        self.update()

    def minimumSizeHint(self) -> QSize:
        """No width at all: the strip deals it out."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def width_of_all(self) -> float:
        """Room that all parts need, in logical pixels."""
        return self._width(self.parts)

    @property
    def width_of_needed(self) -> float:
        """Room that the parts need that are never left out."""
        return self._width([part for part in self.parts if part.rank == NEVER])

    @property
    def fitted(self) -> tuple[Part, ...]:
        """The parts as they stand now; the last that had to give way is cut with an ellipsis."""
        kept = list(self.parts)
        while kept and self._width(kept) > self.width():
            least = max(kept, key=lambda part: part.rank)
            at = kept.index(least)
            others = [*kept[:at], *kept[at + 1 :]]
            room = self.width() - self._width(others) - (self._metrics.horizontalAdvance(SEPARATOR))
            cut = self._metrics.elidedText(least.text, Qt.TextElideMode.ElideRight, max(0.0, room))
            # Fewer than some letters say nothing.
            if len(cut) > 6 or not others:
                kept[at] = Part(cut, least.rank, least.colour)
                break
            kept = others
        return tuple(kept)

    @property
    def shown(self) -> str:
        """What can be read now."""
        return SEPARATOR.join(part.text for part in self.fitted)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write what fits."""
        look, parts = theme(), self.fitted
        painter = QPainter(self)
        painter.setFont(self.font())
        x = self.width() - self._width(parts) if self._right else 0.0
        for number, part in enumerate(parts):
            for text, colour in ((SEPARATOR if number else "", look.dim), (part.text, part.colour)):
                painter.setPen(colour or look.dim)
                width = self._metrics.horizontalAdvance(text)
                # A little room more: text that is cut at its own width loses the end of its last letter.
                painter.drawText(QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
                x += width
        painter.end()

    @property
    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    def _width(self, parts: Sequence[Part]) -> float:
        return self._metrics.horizontalAdvance(SEPARATOR.join(part.text for part in parts))
