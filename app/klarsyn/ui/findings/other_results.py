"""Changing to another result of the exam, and drawing what its maker puts below its operating point."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from klarsyn.ui.actions.command import Command
from klarsyn.ui.findings.late_results import LateResults

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage

NOT_SHOWN = "The AI is not shown: there is no result to change."
"""The same before signing, however many results there are (invariant 6)."""


class OtherResults(QObject):
    """What the reader does with the results of the open exam; its session decides and logs."""

    def __init__(self, page: "ReadingPage") -> None:
        """Act on `page`."""
        super().__init__(page)
        self._page = page
        self.late = LateResults(page, self)
        page.findings.now = page.flow.now
        page.findings.result_chosen.connect(self.show)
        page.findings.optional_chosen.connect(self.draw_optional)

    def following(self) -> bool:
        """Show the next result; False where there is none to change."""
        page, session = self._page, self._page.flow.session
        if session is None or page.flow.busy:
            return False
        if not page.findings.may_show(session):
            page.bar.tell(NOT_SHOWN)
            return False
        wanted = session.next_result()
        if not wanted:
            page.bar.tell("This exam has no other result.")
            return False
        self.show(wanted)
        return True

    def show(self, result_id: str) -> None:
        """Show one result in place of the one that is shown; marks, list and explanation follow."""
        self._page.flow.show_result(result_id, lambda _: self._shown(result_id))

    def toggle_optional(self) -> bool:
        """Draw optional findings, or no longer; False where there are none to be seen."""
        session = self._page.flow.session
        return session is not None and self.draw_optional(not session.optional_shown)

    def draw_optional(self, drawn: bool) -> bool:
        """Draw all optional findings, or none but the one that is chosen."""
        page, session = self._page, self._page.flow.session
        if session is None or not page.findings.may_show(session) or page.findings.optional is None:
            return False
        session.optional_shown = drawn
        page.refresh()
        return True

    def optional_drawn(self) -> bool:
        """Return whether all optional findings are drawn."""
        head = self._page.findings.optional
        return head is not None and head.drawn

    def _shown(self, result_id: str) -> None:
        # A finding of the one that has gone may have the name of one of this.
        self._page.grid.highlight(None)
        self.late.acknowledge(result_id)


def add_other_results(commands: "Commands", page: "ReadingPage") -> OtherResults:
    """Add the commands."""
    others = OtherResults(page)
    commands.add(Command.NEXT_RESULT, others.following)
    commands.add(Command.OPTIONAL, others.toggle_optional, checked=others.optional_drawn)
    return others
