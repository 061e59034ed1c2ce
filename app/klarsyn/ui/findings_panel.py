"""The list of findings: floats over the black surround and moves nothing (invariants 3, 6 and 7)."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from klarsyn.domain.finding import AiResult, Finding, LesionType
from klarsyn.reading.session import Step
from klarsyn.ui.ink import write
from klarsyn.ui.overlay import colour_of
from klarsyn.ui.pieces import label
from klarsyn.ui.theme import theme
from klarsyn.ui.words import STALE, engine_text, findings_line, use_line

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam
    from klarsyn.reading.session import ReadingSession

WIDTH = 300


class FindingRow(QFrame):
    """One finding: score, kind, and its score on each view. A click jumps to it."""

    clicked = Signal(object)

    def __init__(self, finding: Finding, exam: "Exam", parent: QWidget | None = None) -> None:
        """Make the row of `finding`."""
        super().__init__(parent)
        self.finding = finding
        self.chosen = False
        self.views = " · ".join(f"{_view(exam, m.sop_instance_uid)} {m.score}" for m in finding.marks)
        self.setFixedHeight(54)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Jump."""
        self.clicked.emit(self.finding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Score in the colour and shape of its kind, words beside."""
        look = theme()
        colour = colour_of(self.finding.lesion_type)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.raised if self.chosen else look.panel)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.line)
        write(painter, QPointF(46, 12), str(self.finding.score), look.large, colour, bold=True, right=True)
        painter.setPen(QPen(colour, 1.5))
        symbol = QRectF(60, 13, 11, 11)
        if self.finding.lesion_type is LesionType.SOFT_TISSUE:
            painter.drawEllipse(symbol)
        else:
            painter.drawRect(symbol)
            painter.setBrush(colour)
            for corner in (symbol.topLeft(), symbol.topRight(), symbol.bottomLeft(), symbol.bottomRight()):
                painter.drawEllipse(corner, 1.2, 1.2)
        write(painter, QPointF(80, 8), self.finding.lesion_type.value, look.body, look.text)
        write(painter, QPointF(80, 29), self.views or "no view", look.small, look.dim)
        painter.end()


class FindingsPanel(QFrame):
    """All that the engine says of this exam, once it may be said."""

    jumped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden panel."""
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFixedWidth(WIDTH)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 12, 14, 12)
        self._layout.setSpacing(6)
        self.rows: list[FindingRow] = []
        self.folded = False
        self._shown_for: object = None
        self.hide()

    def show_session(self, session: "ReadingSession | None") -> None:
        """Show or hide; nothing exists in the panel before the reveal."""
        allowed = (
            session is not None and session.step in (Step.REVEALED, Step.FINAL) and session.overlay_shown
        )
        if session is None or not allowed:
            self._empty()
            self.hide()
            return
        # The session itself is part of it: the same exam opened again may have other images.
        key = (session, session.result.result_id if session.result else None)
        if key != self._shown_for:
            self._fill(session.result, session.exam)
            self._shown_for = key
        self.adjustSize()
        self.setVisible(not self.folded)
        self.raise_()

    def choose(self, number: int) -> None:
        """Choose a row as if it were clicked; counts round."""
        if self.rows:
            self._jump(self.rows[number % len(self.rows)].finding)

    def mark(self, finding_id: str) -> None:
        """Show which row belongs to a mark that was clicked; the images stay where they are."""
        for row in self.rows:
            row.chosen = row.finding.finding_id == finding_id
            row.update()

    @property
    def chosen(self) -> int:
        """Number of the chosen row, -1 without."""
        return next((n for n, row in enumerate(self.rows) if row.chosen), -1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A thin line around, no brighter than the strips'."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().panel)
        painter.setPen(theme().line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _jump(self, finding: Finding) -> None:
        for row in self.rows:
            row.chosen = row.finding is finding
            row.update()
        self.jumped.emit(finding)

    def _empty(self) -> None:
        self._shown_for = None
        self.rows = []
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _fill(self, result: AiResult | None, exam: "Exam") -> None:
        self._empty()
        self._layout.addWidget(label("Findings", bold=True))
        stale = result is not None and result.is_stale_for(exam)
        self._warn(STALE if stale else "")
        self._say(findings_line(result, exam))
        for finding in sorted(result.findings if result else (), key=lambda f: -f.score):
            row = FindingRow(finding, exam)
            row.clicked.connect(self._jump)
            self.rows.append(row)
            self._layout.addWidget(row)
        for finding, reason in result.unplaced if result else ():
            self._say(f"Not drawn: {finding.lesion_type.value}, score {finding.score}. {reason}")
        if result is not None:
            if result.score is not None and not stale:
                self._say(f"Higher than {result.score.percentile:.0f} % of the reference exams")
            self._say(f"{engine_text(result)}\nOperating point {result.provenance.operating_point}")
            self._say(f"Calibration {result.provenance.calibration}")
        self._warn(use_line(result))
        self._say("J next · H hide list · - hide AI")

    def _warn(self, text: str) -> None:
        if text:
            self._layout.addWidget(label(text, size=theme().small, colour=theme().attention, wraps=True))

    def _say(self, text: str) -> None:
        if text:
            self._layout.addWidget(label(text, size=theme().small, colour=theme().dim, wraps=True))


def _view(exam: "Exam", sop_instance_uid: str) -> str:
    image = exam.image(sop_instance_uid)
    return image.view_label if image is not None else "image not in this exam"
