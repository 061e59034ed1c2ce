"""One finding in the list of findings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from klarsyn.domain.finding import Finding, LesionType
from klarsyn.ui.ink import write
from klarsyn.ui.overlay import colour_of
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam


class FindingRow(QFrame):
    """One finding: score, kind, and its score on each view. A click jumps to it."""

    clicked = Signal(object)

    def __init__(self, finding: Finding, exam: "Exam", parent: QWidget | None = None) -> None:
        """Make the row of `finding`."""
        super().__init__(parent)
        self.finding = finding
        self.chosen = False
        self.views = " · ".join(f"{_view(exam, m.sop_instance_uid)} {m.score}" for m in finding.marks)
        self.setFixedHeight(theme().sized(48))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Jump."""
        self.clicked.emit(self.finding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Score in the colour and shape of its kind, words beside."""
        look = theme()
        score = str(self.finding.score)
        colour = colour_of(self.finding.lesion_type)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.raised if self.chosen else look.panel)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.line)
        side, above = look.sized(11), (self.height() - look.large - 5) / 2
        write(painter, QPointF(look.sized(44), above), score, look.large, colour, bold=True, right=True)
        painter.setPen(QPen(colour, 1.5))
        symbol = QRectF(look.sized(58), (self.height() - side) / 2, side, side)
        if self.finding.lesion_type is LesionType.SOFT_TISSUE:
            painter.drawEllipse(symbol)
        else:
            painter.drawRect(symbol)
            painter.setBrush(colour)
            for corner in (symbol.topLeft(), symbol.topRight(), symbol.bottomLeft(), symbol.bottomRight()):
                painter.drawEllipse(corner, 1.2, 1.2)
        x = look.sized(80)
        kind = self.finding.lesion_type.value
        write(painter, QPointF(x, look.sized(5)), kind, look.body, look.text)
        views = _cut(self.views or "no view", self.width() - x)
        write(painter, QPointF(x, look.sized(25)), views, look.small, look.dim)
        painter.end()


def _cut(text: str, width: float) -> str:
    metrics = QFontMetricsF(theme().font(theme().small))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _view(exam: "Exam", sop_instance_uid: str) -> str:
    image = exam.image(sop_instance_uid)
    return image.view_label if image is not None else "image not in this exam"
