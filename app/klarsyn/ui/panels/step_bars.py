"""Where the reader is: the step of the hanging protocol, and how far the read has come."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.reading.step import Step
from klarsyn.ui.hanging.hung import where
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hung import HungExam

STEPS = ((Step.READING, "Read"), (Step.SIGNED, "Signed"), (Step.REVEALED, "AI"), (Step.FINAL, "Confirmed"))

_SHORTER = ((r"\b(R|L)(?:ight|eft) (?=CC|MLO)", r"\1 "), (r"\bsynthetic 2D\b", "synth. 2D"))
"""What a title gives up before it is cut: written out, it stands on the views."""


class StepBar(QWidget):
    """How far the read has come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start at the first step."""
        super().__init__(parent)
        self.step = Step.READING
        self.setFont(theme().font(theme().small))
        self.setFixedHeight(theme().strip)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Underline the present step."""
        look = theme()
        painter = QPainter(self)
        painter.setFont(self.font())
        wide = self.width() / len(STEPS)
        for number, (step, words) in enumerate(STEPS):
            here = step is self.step
            cell = QRectF(number * wide + 2, 0, wide - 4, self.height())
            painter.setPen(look.text if here else look.dim)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, words)
            under = QRectF(cell.left(), self.height() - 2, cell.width(), 2)
            painter.fillRect(under, look.accent if here else look.line)
        painter.end()


class HangingBar(QWidget):
    """Where in the hanging protocol the reader is: a number, the step's title, and a mark for each step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.hung: HungExam | None = None
        self.on = ""
        """The key that looks on."""
        self.setFont(theme().font(theme().small))
        self.setFixedHeight(theme().strip)

    @property
    def words(self) -> str:
        """What can be read now: the key that looks on where there is room for it."""
        if self.hung is None:
            return ""
        metrics, room = self.fontMetrics(), self.width() - 8
        whole = f"{self.hung.where} · {self.on} looks on"
        if self.on and metrics.horizontalAdvance(whole) <= room:
            return whole
        here = self.hung.where
        for long, short in _SHORTER:
            if metrics.horizontalAdvance(here) > room:
                here = re.sub(long, short, here)
        # In the middle: what tells the steps of one view apart stands at the end.
        return metrics.elidedText(here, Qt.TextElideMode.ElideMiddle, room)

    @property
    def width_of_all(self) -> int:
        """Room that the longest of all steps needs: the bar is as wide in each of them."""
        if self.hung is None:
            return 0
        steps, metrics = self.hung.sequence.steps, self.fontMetrics()
        words = (where(number, len(steps), step) for number, step in enumerate(steps))
        return max((metrics.horizontalAdvance(each) for each in words), default=0) + 8

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Steps that have been seen are brighter than those that have not; the present one is coloured."""
        if self.hung is None:
            return
        look, sequence = theme(), self.hung.sequence
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(look.text)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
        wide = self.width() / len(sequence.steps)
        for number in range(len(sequence.steps)):
            here = number == sequence.position
            colour = look.accent if here else look.faint if number in sequence.visited else look.line
            high = 3 if here else 2
            painter.fillRect(QRectF(number * wide + 1, self.height() - high, wide - 2, high), colour)
        painter.end()
