"""The commands that show what others have laid over the images: presentation states, shutters, overlays.

What may be shown when is decided by reading/state_shelf.py; here nothing is asked for before.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from klarsyn.domain.exam import Notice
from klarsyn.domain.overlay_plane import OverlayPlane
from klarsyn.reading.state_shelf import NO_OVERLAYS_YET, OfferedState, TakenState
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.drawings.state_layer import StateLayer
from klarsyn.ui.drawings.state_list import StateList
from klarsyn.ui.hanging.image_flow import nothing, sentence_of
from klarsyn.ui.view.applied_state import AppliedState
from klarsyn.ui.view.coverings import Coverings
from klarsyn.ui.view.prepared import Prepared

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage

_Overlays = dict[str, tuple[tuple[OverlayPlane, ...], list[Notice]]]


class OthersDrawings(QObject):
    """What others have drawn, on the open exam."""

    def __init__(self, page: "ReadingPage") -> None:
        """Show it on the views of `page`."""
        super().__init__(page)
        self._page = page
        self.coverings, self.graphics = Coverings(), StateLayer()
        self.list = StateList(page)
        self.applied: AppliedState | None = None
        self.list.chosen.connect(self.choose)
        page.flow.exam_opened.connect(lambda _: self._reset())
        page.flow.exam_left.connect(self._reset)
        page.flow.images.ready.connect(self._take)
        page.grid.step_changed.connect(self._place)

    @property
    def in_force(self) -> str:
        """UID of the state through which images are shown, "" for none."""
        return self.applied.state.sop_instance_uid if self.applied is not None else ""

    def ask(self) -> None:
        """Open the list of presentation states, or say why there is none."""
        shelf = self._page.flow.shelf()
        if shelf is not None:
            self._on_desk(lambda: (shelf.offered(), shelf.waiting()), self._offer, "states")

    def choose(self, offered: OfferedState | None) -> None:
        """Show the images through a state, or through none."""
        shelf = self._page.flow.shelf()
        if shelf is None:
            return
        if offered is None:
            if self.applied is not None:
                uid = self.in_force
                self._take_away()
                self._on_desk(lambda: shelf.put_back(uid), nothing, "state")
        elif offered.facts.sop_instance_uid != self.in_force:
            self._on_desk(lambda: shelf.take(offered), partial(self._apply, own=offered.own), "state")

    def toggle(self) -> None:
        """Show what the files lay over their images: shutters; both; nothing; and again.

        Overlay planes come only where the shelf gives them: not before the first impression.
        """
        shelf, coverings = self._page.flow.shelf(), self.coverings
        session = self._page.flow.session
        if shelf is None or session is None:
            return
        if coverings.planes:
            coverings.planes, coverings.shutters_on = {}, False
            self._on_desk(shelf.overlays_hidden, nothing, "overlays")
            self._tell("Shutters and overlays of the files are off.")
        elif not coverings.shutters_on:
            coverings.shutters_on = True
            self._tell("Shutters of the files are on.")
        elif session.step is Step.READING:
            coverings.shutters_on = False
            self._tell(f"Shutters of the files are off. {NO_OVERLAYS_YET}")
        else:
            self._on_desk(shelf.overlays, self._show_overlays, "overlays")

    def _show_overlays(self, found: _Overlays) -> None:
        self.coverings.planes = {uid: planes for uid, (planes, _) in found.items() if planes}
        notices = [notice.text for _, said in found.values() for notice in said]
        if self.coverings.planes:
            count = len(self.coverings.planes)
            shown = "The overlay of 1 image is" if count == 1 else f"Overlays of {count} images are"
            self._tell(" ".join((f"{shown} shown.", *notices[:1])))
        else:
            self.coverings.shutters_on = False
            self._tell(notices[0] if notices else "Shutters are off; these files have no overlays.")

    def _offer(self, found: tuple[tuple[OfferedState, ...], str]) -> None:
        states, waiting = found
        if states:
            self.list.ask(states, self.in_force, waiting)
        else:
            self._tell(f"There is no presentation state to show now. {waiting}".rstrip())

    def _apply(self, taken: TakenState, *, own: bool) -> None:
        before, state = self.applied, taken.state
        if before is not None:
            # One state replaces another as a whole: first back to the files, then the new one.
            self._take_away()
        self.applied, self.graphics.state = AppliedState(self._page, state), state
        self._page.drawing.layer.hidden, self.coverings.of_state = own, taken.planes
        self.applied.apply()
        more = state.notices[0].text if state.notices else ""
        words = (f"Shown through {state.label}.", self.applied.where_drawn, more)
        self._tell(" ".join(filter(None, words)))

    def _take_away(self) -> None:
        if self.applied is not None:
            self.applied.take_away()
        self.applied, self.graphics.state = None, None
        self._page.drawing.layer.hidden, self.coverings.of_state = False, {}
        self._tell("Shown as the files say.")

    def _take(self, prepared: Prepared) -> None:
        if self.applied is not None:
            self.applied.take(prepared[1])

    def _place(self) -> None:
        if self.applied is not None:
            self.applied.place()

    def _reset(self) -> None:
        self.list.hide()
        self.coverings.reset()
        self.applied, self.graphics.state = None, None

    def _tell(self, words: str) -> None:
        self._page.bar.tell(words)
        for viewport in self._page.grid.viewports:
            viewport.update()

    def _on_desk(self, work: Callable[[], Any], done: Callable[[Any], None], what: str) -> None:
        self._page.flow.background.desk(
            work, done, lambda e: self._tell(sentence_of(e)), what=what, scope=self._page.flow.scope
        )


def add_others_drawings(commands: "Commands", page: "ReadingPage") -> OthersDrawings:
    """Add the commands."""
    others = OthersDrawings(page)
    commands.add(Command.PRESENTATION_STATES, others.ask)
    commands.add(Command.OVERLAYS, others.toggle, checked=lambda: others.coverings.shutters_on)
    return others
