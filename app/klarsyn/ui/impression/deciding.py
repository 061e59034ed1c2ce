"""The commands of deciding: assess, sign, show the AI, confirm, and why an assessment was changed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment, Impression
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage

ASSESSMENTS = {Command[f"ASSESS_{each.value}"]: each for each in Assessment}


class Deciding:
    """What the reader decides about the open exam."""

    def __init__(self, page: "ReadingPage", commands: "Commands") -> None:
        """Decide on `page`; while a reason is asked for, all commands come here."""
        self._page, self._commands = page, commands
        self._asked_for: Impression | None = None
        self.settling = QTimer(commands, singleShot=True, interval=page.announce_ms)

    @property
    def is_asking(self) -> bool:
        """True while the reader is asked for the reason of a change."""
        return self._asked_for is not None

    def assess(self, side: Laterality, assessment: Assessment) -> None:
        """Assess one breast and go to the other when it is still open."""
        page, session = self._page, self._page.flow.session
        if session is not None and page.is_ready and page.flow.assess(side, assessment):
            page.bar.tell("")
            page.bar.move_on(session, side)
            page.refresh()

    def give_reason(self, reason: str) -> None:
        """Sign the changed final read with its reason."""
        if self._asked_for is not None:
            impression = self._asked_for
            self.stop_asking()
            self._page.flow.finalise(impression, reason)

    def stop_asking(self) -> None:
        """Back from the question to the impression."""
        self._asked_for = None
        self._commands.divert(None)
        self._page.bottom.setCurrentWidget(self._page.bar)
        self._page.setFocus()

    def go_on(self) -> None:
        """Sign, confirm, or open the next exam: what comes next in this one."""
        page, session = self._page, self._page.flow.session
        if session is None or page.flow.busy:
            return
        if session.step is Step.FINAL:
            page.flow.open_next()
        elif session.missing():
            page.bar.tell(session.missing())
        elif session.step is Step.READING and (why := page.grid.shelf.unfinished(session.exam)):
            page.bar.tell(why)
        elif session.step is Step.READING:
            page.bar.tell("")
            self.settling.start()
            page.flow.sign()
        elif self.settling.isActive():
            # A second Enter that comes this soon is the same press, and would confirm unseen.
            page.bar.tell(f"Signed. {self._commands.keys.first(Command.GO_ON)} once more confirms.")
        elif session.first is not None and session.draft != session.first.impression:
            self._asked_for = session.draft
            self._commands.divert(self._answer)
            page.reasons.ask(
                f"{session.first.impression} to {session.draft}",
                ai_was_shown=session.step is Step.REVEALED and session.result is not None,
            )
            page.bottom.setCurrentWidget(page.reasons)
        else:
            page.flow.finalise(session.draft)

    def toggle_ai(self) -> None:
        """Show the AI, or hide it when it is shown."""
        session = self._page.flow.session
        if session is not None and session.overlay_shown:
            self._page.flow.hide()
        else:
            self._page.flow.reveal()

    def other_breast(self) -> None:
        """Let the next assessment be for the other breast."""
        if self._page.flow.session is not None:
            self._page.bar.other_breast(self._page.flow.session)

    def fold_findings(self) -> bool:
        """Hide or show the list of findings; before there is one, nothing is changed for later either."""
        findings, session = self._page.findings, self._page.flow.session
        if not findings.may_show(session):
            return False
        findings.folded = not findings.folded
        self._page.refresh()
        return True

    def _answer(self, command: Command) -> None:
        if command in ASSESSMENTS:
            self._page.reasons.choose(int(ASSESSMENTS[command].value))
        elif command in (Command.LEAVE, Command.OTHER_BREAST):
            self.stop_asking()


def add_deciding(commands: "Commands", page: "ReadingPage") -> None:
    """Add the commands of deciding."""
    deciding = commands.deciding
    for command, assessment in ASSESSMENTS.items():
        commands.add(command, lambda a=assessment: deciding.assess(page.bar.focus, a))
    commands.add(Command.OTHER_BREAST, deciding.other_breast)
    commands.add(Command.GO_ON, deciding.go_on)
    commands.add(Command.UNDO, page.flow.undo)
    commands.add(Command.AI, deciding.toggle_ai)
    commands.add(Command.HIDE_AI, page.flow.hide)
    commands.add(Command.NEXT_FINDING, lambda: page.findings.choose(page.findings.chosen + 1))
    commands.add(Command.FINDINGS, deciding.fold_findings)
