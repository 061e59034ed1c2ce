"""The strip above the images: who, which exam, which step of hanging and reading, what the AI may say.

Where it is too narrow for all of it, number and age are never cut, and the name only after the exam's type
and the end of the step's title. What is left out last is the exam's date, its prior, what the AI is not made
for, and a screen that cannot be trusted.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from klarsyn.domain.minimum_score import hidden
from klarsyn.domain.policy import RevealPolicy
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.panels.identity_line import IdentityLine
from klarsyn.ui.panels.pieces import Strip
from klarsyn.ui.panels.ranked_line import Part, RankedLine
from klarsyn.ui.panels.step_bars import HangingBar, StepBar
from klarsyn.ui.theme import theme
from klarsyn.ui.words import BEFORE_SIGNING, age_on, priors_words, result_parts

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession
    from klarsyn.ui.hanging.hung import HungExam

EDGE, GAP = 14, 20
NARROW, WIDE = 1366, 1700
"""Widths between which the two bars in the middle grow from their least to their full size."""

BARS = ((176, 284), (250, 312))
"""Width of hanging bar and step bar in a narrow and in a wide window."""

LEAST_OF_AI = "exam score 100 · not for clinical use · uncalibrated screen"
"""The right side always has room for this: what is said there must not move anything when it comes."""

LEAST_OF_NAME = 60
"""Room that the name has at least, beside number and age; it stands on every image too."""

LEAST_OF_STEP = 72
"""Room that the step of hanging has at least: its number, and the beginning of its title."""

ONE_ROW_FROM = 1300
"""Narrower windows, as on an upright monitor, have a second row: who and which exam above all else."""


class TopStrip(Strip):
    """One thin line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty strip."""
        super().__init__(parent)
        self.who = IdentityLine(self)
        self.exam = RankedLine(self)
        self.hanging = HangingBar(self)
        self.steps = StepBar(self)
        self.ai = RankedLine(self, right=True)
        self.keys = KeySet()
        self._ai_parts: tuple[Part, ...] = ()
        screen_book().changed.connect(self._show_ai)

    def minimumSizeHint(self) -> QSize:
        """No width at all: no text widens a window."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Deal the width out anew."""
        super().resizeEvent(event)
        self._deal_out()

    def show_step(self, hung: "HungExam | None") -> None:
        """Say where in the hanging protocol the reader is."""
        self.hanging.hung, self.hanging.on = hung, self._looks_on()
        self.hanging.update()
        self._deal_out()

    def show_session(self, session: "ReadingSession") -> None:
        """Say who and what. Before signing the AI's place holds one constant text (invariant 6)."""
        exam, patient = session.exam, session.exam.patient
        age = age_on(patient.birth_date, exam.study_date)
        self.who.show_patient(patient, age)
        when = exam.study_date.isoformat() if exam.study_date else "date unknown"
        priors = priors_words(session.prior_dates)
        self.exam.show_parts([Part(when), Part(exam.exam_type.value, 1), *(Part(p) for p in priors)])
        self.hanging.on = self._looks_on()
        self.steps.step = session.step
        self.steps.update()
        self._ai_parts = _ai_parts(session, self.keys)
        self._show_ai()
        self._deal_out()

    def _looks_on(self) -> str:
        """Return the key that goes through the whole exam: the keypad's, beside which readers sit."""
        pad = self.keys.on_paper(Command.LOOK_ON, keypad=True)
        return pad.split()[0] if pad else self.keys.first(Command.LOOK_ON)

    def _show_ai(self) -> None:
        # Said once for the screen, here, in colour; on each image it stands in grey (invariant 4).
        screen = screen_book().look(self)
        warning = () if screen.sound else (Part(screen.statement, colour=theme().attention),)
        self.ai.show_parts([*self._ai_parts, *warning])

    def _deal_out(self) -> None:
        """Give each side its place: the bars in the middle where both sides have room there.

        What the AI says is not asked: nothing may move when it is shown.
        """
        look = theme()
        grown = min(max((self.width() / look.scale - NARROW) / (WIDE - NARROW), 0.0), 1.0)
        bars = [look.sized(a + (b - a) * grown) for a, b in zip(*BARS, strict=True)]
        inner = self.width() - 2 * EDGE
        rows = 1 if self.width() >= look.sized(ONE_ROW_FROM) else 2
        self.setFixedHeight(rows * look.strip)
        room = inner - sum(bars) - 3 * GAP
        wanted = self.who.sizeHint().width() + GAP + self.exam.width_of_all + 2
        least = self.ai.fontMetrics().horizontalAdvance(LEAST_OF_AI) + 4
        left = round(min(max(wanted, room / 2), max(room - least, room / 2))) if rows == 1 else inner
        # A name may be cut; what tells the exams of one woman apart may not, nor who she is.
        who, needed = self.who.sizeHint().width(), round(self.exam.width_of_needed) + 2
        if rows == 1:
            # Before the name is, the title of the step.
            given = min(max(who + GAP + needed - left, 0), bars[0] - look.sized(LEAST_OF_STEP))
            left, bars[0] = left + given, bars[0] - given
            # What neither side needs is the title's.
            spare = min(max(self.hanging.width_of_all - bars[0], 0), max(round(left - wanted), 0))
            left, bars[0] = left - spare, bars[0] + spare
        spare = max(inner - (left + GAP if rows == 1 else 0) - sum(bars) - 2 * GAP - least, 0)
        bars[0] += min(max(self.hanging.width_of_all - bars[0], 0), spare)
        name = min(who, max(self.who.least + look.sized(LEAST_OF_NAME), left - GAP - needed))
        self._put_in_a_row(0, (self.who, name), (self.exam, left - name - GAP))
        start = left + GAP if rows == 1 else 0
        below = (rows - 1) * look.strip
        ai = inner - start - sum(bars) - 2 * GAP
        self._put_in_a_row(below, (self.hanging, bars[0]), (self.steps, bars[1]), (self.ai, ai), start=start)

    def _put_in_a_row(self, y: int, *pieces: tuple[QWidget, int], start: int = 0) -> None:
        x = EDGE + start
        for piece, width in pieces:
            piece.setGeometry(x, y, max(0, width), theme().strip)
            x += max(0, width) + GAP


def _ai_parts(session: "ReadingSession", keys: KeySet) -> tuple[Part, ...]:
    look, key = theme(), keys.hint(Command.AI)
    if session.policy.reveal is RevealPolicy.NEVER:
        return (Part("AI not shown by this site's policy"),)
    if session.step is Step.READING:
        return (Part(BEFORE_SIGNING),)
    if session.step is Step.SIGNED:
        return (Part(f"AI ready to be shown: {key}" if key else "AI ready to be shown"),)
    if not session.overlay_shown:
        return (Part(f"AI hidden: {key}" if key else "AI hidden"),)
    parts = result_parts(session.result, session.exam, readers=session.readers, beside=session.is_beside)
    findings = session.result.findings if session.result else ()
    below = hidden(filter(session.wants, findings), session.minimum_score).words()
    # Left out before what the AI is not made for: each view says it of its own marks.
    more = ((below, 1),) if below else ()
    return tuple(Part(text, rank, look.attention) for text, rank in (*parts, *more))
