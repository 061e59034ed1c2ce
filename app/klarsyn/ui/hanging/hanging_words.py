"""What the reader is told about the hanging: where in the protocol, what is left out, what was not seen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from klarsyn.domain.exam import Notice
from klarsyn.reading.session import ReadingSession
from klarsyn.ui.hanging.seen import coverage_sentence, seen_in_part, slices_sentence
from klarsyn.ui.panels.float_places import place_floats
from klarsyn.ui.slices.stack_words import stack_notices
from klarsyn.ui.view.notice_words import short

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage


_BEHIND = "tomosynthesis"
"""The notice of the four-up, which another protocol may make untrue."""


class HangingWords(QObject):
    """Listens to grid and flow, and writes into the strips and the sheet of notices."""

    def __init__(self, page: "ReadingPage") -> None:
        """Speak on `page`."""
        super().__init__(page)
        self._page = page
        page.grid.step_changed.connect(self._show_step)
        page.grid.scrolling.lost.connect(self._tell_lost)
        page.flow.protocols.changed.connect(self._follow_protocols)
        page.flow.keeping.connect(self._note_coverage)
        page.flow.signed.connect(self._tell_coverage)

    def _show_step(self) -> None:
        page = self._page
        session, hung = page.flow.session, page.grid.hung
        page.top.show_step(hung)
        if session is None or hung is None:
            return
        of_exam = self._of_exam(session)
        # Two or three words each; the sheet has the sentences.
        page.bar.notices.setText(" · ".join(dict.fromkeys(short(notice) for notice in of_exam)))
        problems = tuple(Notice("hanging-protocol", text) for text in page.flow.protocols.problems)
        page.notices.set_notices((*of_exam, *problems, *hung.skipped))
        place_floats(page)

    def _tell_lost(self) -> None:
        if self._page.flow.session is not None:
            self._show_step()

    def _of_exam(self, session: ReadingSession) -> tuple[Notice, ...]:
        """What must be told of the exam, with what was found out about its slices since it came."""
        views = [v for uid, v in self._page.grid.views.items() if session.exam.image(uid) is not None]
        lost = tuple(
            Notice(notice.code, f"{view.loaded.image.view_label}: {notice.text}")
            for view in views
            for notice in stack_notices(view)
        )
        told = (n for n in session.hanging.notices if n.code != _BEHIND or self._hangs_behind())
        return (*session.exam.notices, *told, *lost)

    def _hangs_behind(self) -> bool:
        """Return whether a step of the protocol in force has tomosynthesis that hangs nowhere by itself."""
        hung = self._page.grid.hung
        steps = hung.sequence.steps if hung is not None else ()
        return any(notice.code == _BEHIND for step in steps for notice in step.notices)

    def _follow_protocols(self) -> None:
        page = self._page
        hung, watch = page.grid.hung, page.flow.protocols
        if hung is None:
            return
        protocol = watch.protocols.by_name.get(hung.protocol.name, watch.default)
        if page.grid.looks.follow(protocol):
            page.bar.tell(f"The hanging protocol {protocol.name!r} has changed and is in force.")
        self._show_step()

    def _note_coverage(self) -> None:
        session = self._page.flow.session
        if session is not None:
            images = seen_in_part(session.exam, self._page.grid.views)
            session.seen_in_part_now = tuple(image.sop_instance_uid for image in images)

    def _tell_coverage(self) -> None:
        grid, session = self._page.grid, self._page.flow.session
        if session is None:
            return
        slices = slices_sentence(session.exam, grid.views)
        if slices:
            # Whole slices were left out: that is said until it is acknowledged, and hinders nobody.
            self._page.bar.warn(slices)
        else:
            self._page.bar.tell(coverage_sentence(session.seen_in_part))
        for place in range(len(grid.viewports)):
            grid.refresh(place)
