"""The control of the minimum score: a thin line with a grip, and below it what is hidden."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from klarsyn.domain.finding import Finding
from klarsyn.domain.minimum_score import STEP, hidden
from klarsyn.ui.panels.pieces import label
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession

_HIGH, _GRIP = 22, 5.0
_WORDS = "From score"


class MinimumControl(QWidget):
    """Slider and words; the words' line is there when nothing is hidden, so that nothing moves."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it at 0."""
        super().__init__(parent)
        self.slider = ScoreSlider()
        self.slider.chosen.connect(self.chosen)
        self.said = label(size=theme().small, colour=theme().attention)
        self.said.setFixedHeight(theme().sized(_HIGH - 4))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.slider)
        layout.addWidget(self.said)

    def show_session(self, session: "ReadingSession", findings: Iterable[Finding]) -> None:
        """Show the minimum in force and what it hides; no slider where the site lets nothing be hidden."""
        self.slider.show_value(session.minimum_score, session.policy.minimum_score_limit)
        self.setVisible(session.policy.minimum_score_limit > 0)
        self.said.setText(hidden(findings, session.minimum_score).words())


class ScoreSlider(QWidget):
    """From 0 to the highest minimum that the site allows; the number stands at the right."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it at 0."""
        super().__init__(parent)
        self.value, self.highest = 0, 100
        self.setFixedHeight(theme().sized(_HIGH))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Marks of findings with lower scores are not drawn. Nothing that is saved changes.")

    def show_value(self, value: int, highest: int) -> None:
        """Show where it stands, and how far it goes."""
        self.value, self.highest = value, highest
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the place of the press."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a button that is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One step up or down, and the list is not scrolled."""
        by = STEP if event.angleDelta().y() > 0 else -STEP
        self.chosen.emit(self.value + by)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Words, line, grip, number; what is hidden lies on the dim side of the grip."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - text_size(_WORDS, look.small)[1]) / 2
        write(painter, QPointF(0, top), _WORDS, look.small, look.dim)
        number = str(self.value) if self.value else "all"
        write(painter, QPointF(self.width(), top), number, look.small, look.text, right=True)
        line, middle = self._line(), self.height() / 2
        at = line.left() + line.width() * self.value / max(1, self.highest)
        painter.fillRect(QRectF(line.left(), middle - 1, at - line.left(), 2), look.line)
        painter.fillRect(QRectF(at, middle - 1, line.right() - at, 2), look.faint)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.text if self.value else look.dim)
        painter.drawEllipse(QPointF(at, middle), _GRIP, _GRIP)
        painter.end()

    def _line(self) -> QRectF:
        left = text_size(_WORDS, theme().small)[0] + 14
        right = self.width() - text_size("100", theme().small)[0] - 12
        return QRectF(left, 0, max(1.0, right - left), self.height())

    def _go(self, event: QMouseEvent) -> None:
        line = self._line()
        share = min(max((event.position().x() - line.left()) / line.width(), 0.0), 1.0)
        value = round(share * self.highest)
        if value != self.value:
            self.chosen.emit(value)
