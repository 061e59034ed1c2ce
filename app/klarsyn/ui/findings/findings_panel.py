"""The list of findings: floats over the black surround and moves nothing (invariants 3, 6 and 7)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from klarsyn.domain.finding import AiResult, Finding
from klarsyn.domain.minimum_score import is_shown
from klarsyn.domain.volumes import volumes_of
from klarsyn.reading.step import Step
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.findings.finding_row import FindingRow
from klarsyn.ui.findings.key_words import key_words
from klarsyn.ui.findings.list_key import list_key
from klarsyn.ui.findings.minimum_control import MinimumControl
from klarsyn.ui.findings.notice_lines import notice_labels
from klarsyn.ui.findings.optional_head import OptionalHead
from klarsyn.ui.findings.result_names import ResultNames
from klarsyn.ui.findings.result_words import findings_line, made_lines, not_drawn_words, use_line
from klarsyn.ui.panels.head_and_body import HeadAndBody
from klarsyn.ui.panels.pieces import label
from klarsyn.ui.theme import theme
from klarsyn.ui.words import STALE

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam
    from klarsyn.reading.session import ReadingSession

WIDTH, NARROW = 280, 232


class FindingsPanel(HeadAndBody):
    """All that the engine says of this exam, once it may be said."""

    jumped = Signal(object)
    minimum_chosen = Signal(int)
    optional_chosen = Signal(bool)
    result_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden panel."""
        super().__init__(parent, widths=(WIDTH, NARROW), spacing=5, least_body=84)
        self._rows: list[FindingRow] = []
        self.minimum: MinimumControl | None = None
        self.names: ResultNames | None = None
        self.optional: OptionalHead | None = None
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._sizes: tuple[QSize, ...] = ()
        self.folded = self.gives_way = False
        """`folded` once the reader has hidden it, until it is asked for; `gives_way` while why is told."""
        self.keys = KeySet()
        self.shown_for: tuple[object, ...] = ()
        """What the list was written for."""
        self.stands_for: tuple[object, ...] | None = None
        """What was on the screen when the list got its place."""
        self.placed_for_a_jump = False
        """Its place may have been chosen for images that a jump has zoomed and moved."""

    @staticmethod
    def may_show(session: "ReadingSession | None") -> bool:
        """Return whether there is a list that a reader may see: none before the reveal, none when hidden."""
        return session is not None and session.step in (Step.REVEALED, Step.FINAL) and session.overlay_shown

    def show_session(self, session: "ReadingSession | None") -> None:
        """Show or hide; nothing exists in the panel before the reveal."""
        if session is None or not self.may_show(session):
            self._empty()
            self.hide()
            return
        key = list_key(session, self.keys)
        if key != self.shown_for:
            before, chosen = self.shown_for[:2], [row.finding.finding_id for row in self._rows if row.chosen]
            # What is put into a layout in sight has no size before the next events.
            self.hide()
            self._fill(session)
            self.shown_for = key
            # With all rows: what is hidden later leaves its room, so that no list moves under the mouse.
            self._sizes = self._measured()
            if not before or before[0] is not session:
                # Of the same exam it stays where it stands, if it can (float_places.place_findings).
                self.setFixedSize(self._sizes[0])
                self.stands_for = None
            elif chosen and before == key[:2]:
                self.mark(chosen[0])
        self._show_from(session)
        self.setVisible(not self.folded and not self.gives_way)
        self.raise_()

    @property
    def rows(self) -> list[FindingRow]:
        """The rows of the findings that are drawn, the highest score first, optional ones last."""
        drawn = self.optional is not None and self.optional.drawn
        return [r for r in self._rows if not r.isHidden() and (drawn or r.chosen or not r.finding.optional)]

    @property
    def sizes(self) -> tuple[QSize, ...]:
        """Sizes at which nothing has to be scrolled for, the better first."""
        return self._sizes or self._measured()

    def choose(self, number: int) -> None:
        """Choose a row as if it were clicked; counts round."""
        if self.rows:
            self._jump(self.rows[number % len(self.rows)].finding)

    def mark(self, finding_id: str) -> None:
        """Show which row belongs to a mark that was clicked; the images stay where they are."""
        for row in self._rows:
            row.chosen = row.finding.finding_id == finding_id
            row.update()

    @property
    def chosen(self) -> int:
        """Number of the chosen row, -1 without."""
        return next((n for n, row in enumerate(self.rows) if row.chosen), -1)

    def _jump(self, finding: Finding) -> None:
        self.mark(finding.finding_id)
        if self.chosen >= 0:
            self._scroll.ensureWidgetVisible(self.rows[self.chosen])
        self.jumped.emit(finding)

    def _show_from(self, session: "ReadingSession") -> None:
        """Show the findings from the reader's minimum score up, and say how many are hidden."""
        for row in self._rows:
            row.setVisible(is_shown(row.finding, session.minimum_score))
        if self.optional is not None:
            self.optional.show_drawn(session.optional_shown)
        if self.minimum is not None:
            self.minimum.show_session(session, filter(session.wants, [row.finding for row in self._rows]))

    def _empty(self) -> None:
        self.shown_for, self._rows, self._sizes = (), [], ()
        self.minimum = self.names = self.optional = None
        self._take_all()

    def _fill(self, session: "ReadingSession") -> None:
        self._empty()
        result, exam = session.result, session.exam
        stale = result is not None and result.is_stale_for(exam)
        self._head.addWidget(label("Findings", bold=True))
        self._name(session)
        # In the part that stays when the rest is scrolled (invariant 7).
        self._say(use_line(result), warns=True)
        self._say(STALE if stale else "", warns=True)
        for said in notice_labels(result):
            self._head.addWidget(said)
        self._say(findings_line(result, exam))
        self._list(result, exam)
        if any(row.finding.score for row in self._rows):
            self.minimum = MinimumControl()
            self.minimum.chosen.connect(self.minimum_chosen)
            self._head.addWidget(self.minimum)
        for finding, reason in result.unplaced if result else ():
            self._say(not_drawn_words(finding, reason))
        for line in made_lines(result, stale=stale) if result is not None else ():
            self._say(line)
        others = self.names is not None and len(self.names.names) > 1
        documents = len(session.documents)
        self._say(key_words(self.keys, findings=bool(self._rows), others=others, documents=documents))
        self._body.addStretch(1)
        self._scroll.verticalScrollBar().setValue(0)

    def _name(self, session: "ReadingSession") -> None:
        """Say whose result is shown, and which others there are."""
        result = session.result
        results = session.results or ((result,) if result is not None else ())
        if results:
            shown = result.result_id if result is not None else ""
            new = frozenset(each.result_id for each in session.late)
            self.names = ResultNames(results, shown, self.now(), new, ordering=session.ordering)
            self.names.chosen.connect(self.result_chosen)
            self._head.addWidget(self.names)

    def _list(self, result: AiResult | None, exam: "Exam") -> None:
        """Make a row for each finding: those that are drawn, then those that are when asked for."""
        volumes = volumes_of(exam)
        findings = sorted(result.findings if result else (), key=lambda f: (f.optional, -f.score))
        optional = [finding for finding in findings if finding.optional]
        for finding in findings:
            if optional and finding is optional[0]:
                self.optional = OptionalHead(len(optional))
                self.optional.chosen.connect(self.optional_chosen)
                self._body.addWidget(self.optional)
            row = FindingRow(finding, exam, volumes)
            row.clicked.connect(self._jump)
            self._rows.append(row)
            self._body.addWidget(row)

    def _say(self, text: str, *, warns: bool = False) -> None:
        if text:
            colour = theme().attention if warns else theme().dim
            said = label(text, size=theme().small, colour=colour, wraps=True)
            (self._head if warns else self._body).addWidget(said)
