"""What each key does on the reading page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment, Impression
from klarsyn.reading.session import Step
from klarsyn.ui.keys import ASSESSMENTS, Command, Key, key_of
from klarsyn.ui.view_state import ViewState
from klarsyn.ui.viewport import ZOOM_STEP

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage

_ALWAYS = {Command.KEYS, Command.LEAVE}
"""What may be asked for before an exam is painted and announced."""


class Commands(QObject):
    """Keys in, calls out. Holds only what is asked or held at the moment."""

    def __init__(self, page: "ReadingPage") -> None:
        """Act on `page`."""
        super().__init__(page)
        self._page = page
        self._held: set[Command] = set()
        self._asked_for: Impression | None = None
        self.settling = QTimer(self, singleShot=True, interval=page.announce_ms)
        self._acts: dict[Command, Callable[[], None]] = {
            Command.OTHER_BREAST: self._other_breast,
            Command.GO_ON: self._go_on,
            Command.UNDO: page.flow.undo,
            Command.AI: self._toggle_ai,
            Command.HIDE_AI: page.flow.hide,
            Command.NEXT_FINDING: lambda: page.findings.choose(page.findings.chosen + 1),
            Command.FINDINGS: self._fold_findings,
            Command.NEXT_VIEW: lambda: page.grid.pick(page.grid.current + 1),
            Command.NEXT_IMAGE: lambda: page.grid.turn(page.grid.current, 1),
            Command.PRESET: lambda: page.grid.change_grey(ViewState.next_preset),
            Command.INVERT: lambda: page.grid.change_grey(_invert),
            Command.LINK: self._toggle_link,
            Command.ZOOM_IN: lambda: page.grid.viewport.zoom(ZOOM_STEP),
            Command.ZOOM_OUT: lambda: page.grid.viewport.zoom(1 / ZOOM_STEP),
            Command.FIT: page.grid.fit_all,
            # The current view changes; it is asked for when the key comes.
            Command.ONE_TO_ONE: lambda: page.grid.viewport.one_to_one(),
            Command.HISTOGRAM: self._toggle_histogram,
            Command.LEAVE: page.flow.leave,
        }

    @property
    def is_asking(self) -> bool:
        """True while the reader is asked for the reason of a change."""
        return self._asked_for is not None

    def press(self, event: QKeyEvent) -> None:
        """Do what a key asks for, once an exam is painted and announced."""
        key = key_of(event)
        if key is None or (event.isAutoRepeat() and not key.repeats):
            return
        if not self._page.is_ready and key.command not in _ALWAYS:
            return
        if self.is_asking:
            self._answer(key.command)
        elif key.held:
            self._hold(key.command, True)
        elif key.command is Command.MAGNIFIER:
            self._magnify(event)
        elif key.command in ASSESSMENTS:
            self.assess(self._page.bar.focus, Assessment(ASSESSMENTS[key.command]))
        elif key.command in self._acts:
            self._acts[key.command]()

    def release(self, event: QKeyEvent) -> None:
        """End what its key held."""
        key: Key | None = key_of(event)
        if event.isAutoRepeat():
            return
        if key is None and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Shift):
            # "?" is Shift with another key on many layouts: releasing Shift first changes what is released.
            self.release_all()
        elif key is not None and key.command in self._held:
            self._hold(key.command, False)
        elif key is None or key.command in (Command.ZOOM_IN,):
            self._hold(Command.KEYS, False)

    def release_all(self) -> None:
        """End everything that is held."""
        for command in tuple(self._held):
            self._hold(command, False)

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
        self._page.bottom.setCurrentWidget(self._page.bar)
        self._page.setFocus()

    def _go_on(self) -> None:
        page, session = self._page, self._page.flow.session
        if session is None or page.flow.busy:
            return
        if session.step is Step.FINAL:
            page.flow.open_next()
        elif session.missing():
            page.bar.tell(session.missing())
        elif session.step is Step.READING:
            page.bar.tell("")
            self.settling.start()
            page.flow.sign()
        elif self.settling.isActive():
            # A second Enter that comes this soon is the same press, and would confirm unseen.
            page.bar.tell("Signed. Enter once more confirms.")
        elif session.first is not None and session.draft != session.first.impression:
            self._asked_for = session.draft
            page.reasons.ask(
                f"{session.first.impression} to {session.draft}",
                ai_was_shown=session.step is Step.REVEALED and session.result is not None,
            )
            page.bottom.setCurrentWidget(page.reasons)
        else:
            page.flow.finalise(session.draft)

    def _answer(self, command: Command) -> None:
        if command in ASSESSMENTS:
            self._page.reasons.choose(int(ASSESSMENTS[command]))
        elif command in (Command.LEAVE, Command.OTHER_BREAST):
            self.stop_asking()

    def _toggle_ai(self) -> None:
        session = self._page.flow.session
        if session is not None and session.overlay_shown:
            self._page.flow.hide()
        else:
            self._page.flow.reveal()

    def _other_breast(self) -> None:
        if self._page.flow.session is not None:
            self._page.bar.other_breast(self._page.flow.session)

    def _fold_findings(self) -> None:
        self._page.findings.folded = not self._page.findings.folded
        self._page.findings.show_session(self._page.flow.session)

    def _toggle_link(self) -> None:
        grid = self._page.grid
        grid.linked = not grid.linked
        self._page.bar.tell(
            "Windows of all views are linked." if grid.linked else "Each view has its own window."
        )

    def _toggle_histogram(self) -> None:
        chart = self._page.histogram
        chart.setVisible(not chart.isVisible())
        if chart.isVisible():
            chart.raise_()
            chart.show_view(self._page.grid.viewport)

    def _magnify(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
            viewport = self._page.grid.viewport
            viewport.set_glass(not viewport.glass_is_up)
        else:
            self._hold(Command.MAGNIFIER, True)

    def _hold(self, command: Command, down: bool) -> None:
        page = self._page
        (self._held.add if down else self._held.discard)(command)
        if command is Command.KEYS:
            page.cheat_sheet.setVisible(down)
            page.cheat_sheet.raise_()
        elif command is Command.NOTICES:
            for viewport in page.grid.viewports:
                viewport.notices_in_full = down
                viewport.update()
            page.notices.setVisible(down and not page.notices.is_empty)
            page.notices.raise_()
        elif command is Command.MAGNIFIER:
            under = next((v for v in page.grid.viewports if v.underMouse()), page.grid.viewport)
            for viewport in page.grid.viewports:
                viewport.set_glass(down and viewport is under)


def _invert(view: ViewState) -> None:
    view.display.inverted = not view.display.inverted
