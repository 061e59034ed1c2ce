"""The reader's minimum score: keys and mouse change it, the worker remembers it for the next exams."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from klarsyn.domain.minimum_score import STEP, hidden
from klarsyn.ui.actions.command import Command
from klarsyn.ui.hanging.image_flow import nothing
from klarsyn.ui.panels.float_places import show_finding

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage

KEEP_MS = 400
"""A slider passes many values: only where it comes to rest is written."""


class Minimum(QObject):
    """Changes the minimum score of the open exam; before the reveal there is nothing to change."""

    def __init__(self, page: "ReadingPage") -> None:
        """Act on `page`."""
        super().__init__(page)
        self._page = page
        self._keep = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keep.timeout.connect(self._write)
        page.findings.minimum_chosen.connect(self.choose)
        page.flow.closing.connect(self._close)

    def step(self, by: int) -> bool:
        """Go so many points up, or down below 0; False where there is no list."""
        session = self._page.flow.session
        if session is None or not self._page.findings.may_show(session):
            return False
        return self.choose(session.minimum_score + by)

    def choose(self, score: int) -> bool:
        """Draw findings from this score up, as far as the site lets any be hidden."""
        page, session = self._page, self._page.flow.session
        if session is None or not page.findings.may_show(session):
            return False
        allowed = session.policy.within_limit(score)
        if allowed != session.minimum_score:
            session.minimum_score = allowed
            page.flow.desk.minimum_scores.choose(session.reader, allowed)
            self._keep.start()
            page.refresh()
        of_result = session.result.findings if session.result is not None else ()
        findings = [finding for finding in of_result if session.wants(finding)]
        words = hidden(findings, allowed).words() or ("No mark is hidden." if findings else "")
        stops = score > allowed
        page.bar.tell(f"This site lets no score above {allowed} be hidden. {words}" if stops else words)
        return True

    def _close(self) -> None:
        if self._keep.isActive():
            self._keep.stop()
            self._write()

    def _write(self) -> None:
        # What cannot be written lasts until the program ends; the log says it.
        flow = self._page.flow
        keep = flow.desk.minimum_scores.keep
        flow.background.desk(keep, nothing, nothing, what="minimum score", must_be_kept=True)


def add_findings(commands: "Commands", page: "ReadingPage") -> Minimum:
    """Join list and marks, and add the commands of the minimum score."""
    page.findings.jumped.connect(lambda finding: show_finding(page, finding))
    page.grid.mark_picked.connect(page.findings.mark)
    page.grid.mark_picked.connect(page.grid.highlight)
    minimum = Minimum(page)
    commands.add(Command.FEWER_MARKS, lambda: minimum.step(STEP))
    commands.add(Command.MORE_MARKS, lambda: minimum.step(-STEP))
    return minimum
