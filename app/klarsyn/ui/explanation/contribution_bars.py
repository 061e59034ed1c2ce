"""Small bars: what each part adds to the engine's value, and the exam score without it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from klarsyn.ui.explanation.sheet import Bar
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

_ROW = 18
_VALUE, _SCORE, _LABEL, _GAP = 42, 46, 76, 6


class ContributionBars(QWidget):
    """One group of bars under its title; what lowers the value goes to the left of the line, hollow."""

    def __init__(self, title: str, bars: tuple[Bar, ...], parent: QWidget | None = None) -> None:
        """Make it as high as its rows."""
        super().__init__(parent)
        self.title, self.bars = title, bars
        self.setFixedHeight(theme().sized(_ROW) * (len(bars) + 1) + 4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows = (f"{b.label}: {b.value}" + (f", score {b.score} without it" if b.score else "") for b in bars)
        self.setAccessibleName("; ".join((title, *rows)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title, then label, bar, value and score of each part."""
        look = theme()
        painter = QPainter(self)
        row = look.sized(_ROW)
        right = float(self.width())
        value_at = right - look.sized(_SCORE) - _GAP
        left = float(look.sized(_LABEL)) + _GAP
        room = value_at - look.sized(_VALUE) - _GAP - left
        write(painter, QPointF(0, 0), self.title, look.small, look.text, bold=True)
        scored = any(bar.score for bar in self.bars)
        write(painter, QPointF(value_at, 0), "adds", look.small, look.dim, right=True)
        if scored:
            write(painter, QPointF(right, 0), "without", look.small, look.dim, right=True)
        lowers = any((bar.share or 0.0) < 0 for bar in self.bars)
        zero, unit = (left + room / 2, room / 2) if lowers else (left, room)
        metrics = QFontMetricsF(look.font(look.small))
        for number, bar in enumerate(self.bars, start=1):
            y = number * row
            label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, look.sized(_LABEL))
            write(painter, QPointF(0, y), label, look.small, look.dim)
            bright = look.dim if bar.share is None else look.text
            write(painter, QPointF(value_at, y), bar.value, look.small, bright, right=True)
            write(painter, QPointF(right, y), bar.score, look.small, look.dim, right=True)
            if bar.share is None:
                continue
            long = unit * bar.share
            box = QRectF(min(zero, zero + long), y + row * 0.28, max(abs(long), 1.0), row * 0.44)
            if long < 0:
                painter.setPen(look.heat)
                painter.drawRect(box)
            else:
                painter.fillRect(box, look.heat)
        painter.fillRect(QRectF(zero, row, 1, row * len(self.bars)), look.faint)
        painter.end()
