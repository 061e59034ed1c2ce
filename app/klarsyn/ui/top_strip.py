"""The strip above the images: who, which exam, which step of hanging and reading, what the AI may say."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from klarsyn.domain.policy import RevealPolicy
from klarsyn.reading.session import Step
from klarsyn.ui.pieces import Strip, label, paint_text, side_of_strip
from klarsyn.ui.theme import theme
from klarsyn.ui.words import BEFORE_SIGNING, age_on, identity, priors_words, result_line

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession
    from klarsyn.ui.hung import HungExam

READ_STEP = 76
HANGING = 250
STEPS = ((Step.READING, "Read"), (Step.SIGNED, "Signed"), (Step.REVEALED, "AI"), (Step.FINAL, "Confirmed"))


class StepBar(QWidget):
    """How far the read has come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start at the first step."""
        super().__init__(parent)
        self.step = Step.READING
        self.setFont(theme().font(theme().small))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for all steps, the same at each of them."""
        return QSize(len(STEPS) * READ_STEP, theme().strip)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Underline the present step."""
        look = theme()
        painter = QPainter(self)
        painter.setFont(self.font())
        for number, (step, words) in enumerate(STEPS):
            here = step is self.step
            cell = QRectF(number * READ_STEP + 4, 0, READ_STEP - 8, self.height())
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
        self.setFont(theme().font(theme().small))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The same room for every title."""
        return QSize(HANGING, theme().strip)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Steps that have been seen are brighter than those that have not; the present one is coloured."""
        if self.hung is None:
            return
        look, sequence = theme(), self.hung.sequence
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(look.text)
        words = self.fontMetrics().elidedText(self.hung.where, Qt.TextElideMode.ElideRight, self.width() - 8)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        wide = self.width() / len(sequence.steps)
        for number in range(len(sequence.steps)):
            here = number == sequence.position
            colour = look.accent if here else look.faint if number in sequence.visited else look.line
            high = 3 if here else 2
            painter.fillRect(QRectF(number * wide + 1, self.height() - high, wide - 2, high), colour)
        painter.end()


class TopStrip(Strip):
    """One thin line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty strip."""
        super().__init__(parent)
        look = theme()
        self.who = label(bold=True)
        self.exam = label(size=look.small, colour=look.dim)
        self.hanging = HangingBar()
        self.steps = StepBar()
        self.ai = label(size=look.small, colour=look.dim)
        self.ai.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        left = QHBoxLayout()
        left.setSpacing(24)
        left.addWidget(self.who)
        # The identity goes first: what is left is for the rest.
        self.exam.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        left.addWidget(self.exam, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        right = QHBoxLayout()
        right.addWidget(self.ai)
        layout.addWidget(side_of_strip(left), 1)
        layout.addWidget(self.hanging)
        layout.addSpacing(16)
        layout.addWidget(self.steps)
        layout.addWidget(side_of_strip(right), 1)

    def show_step(self, hung: "HungExam | None") -> None:
        """Say where in the hanging protocol the reader is."""
        self.hanging.hung = hung
        self.hanging.update()

    def show_session(self, session: "ReadingSession") -> None:
        """Say who and what. Before signing the AI's place holds one constant text (invariant 6)."""
        look = theme()
        exam, patient = session.exam, session.exam.patient
        age = age_on(patient.birth_date, exam.study_date)
        self.who.setText(" · ".join(p for p in (identity(patient), age) if p))
        when = exam.study_date.isoformat() if exam.study_date else "date unknown"
        self.exam.setText(" · ".join([when, exam.exam_type.value, *priors_words(session.prior_dates)]))
        self.steps.step = session.step
        self.steps.update()
        if session.policy.reveal is RevealPolicy.NEVER:
            text, colour = "AI not shown by this site's policy", look.dim
        elif session.step is Step.READING:
            text, colour = BEFORE_SIGNING, look.dim
        elif session.step is Step.SIGNED:
            text, colour = "AI ready to be shown: A", look.dim
        elif session.overlay_shown:
            text, colour = result_line(session.result, exam), look.attention
        else:
            text, colour = "AI hidden: A", look.dim
        paint_text(self.ai, colour)
        self.ai.setText(text)
