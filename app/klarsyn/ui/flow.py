"""Between widgets and desk: asks for work off the UI thread, and tells the widgets what came of it.

No decision is made here; what may be done at which step is the session's to say.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from klarsyn.base.clock import Clock
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader, StoredImage
from klarsyn.reading.protocol_folder import Protocols
from klarsyn.reading.session import ReadingSession
from klarsyn.reading.state_shelf import StateShelf
from klarsyn.ui.background import Scope
from klarsyn.ui.hanging.image_flow import ImageFlow
from klarsyn.ui.hanging.protocol_watch import ProtocolWatch
from klarsyn.ui.impression.signing import Signing

_Entered = tuple[ReadingSession, tuple[StoredImage, ...], Protocols]
"""An exam that has been opened, the files of its images and of its priors', and the protocols as they are."""


class ReadingFlow(Signing):
    """The reader's journey as the window sees it."""

    queue_ready = Signal(object)
    exam_opened = Signal(object)
    exam_left = Signal()
    queue_wanted = Signal()
    closing = Signal()
    """Comes before the workers take no more: what waits to be written is asked for now."""

    def __init__(
        self, desk: ReadingDesk, loader: ImageLoader, clock: Clock, parent: QObject | None = None
    ) -> None:
        """Work for one reader at `desk`."""
        super().__init__(parent)
        self._desk, self._clock = desk, clock
        self.images = ImageFlow(self.background, desk, loader, self)
        self.protocols = ProtocolWatch(self.background, desk, self)
        self.protocols.told.connect(self.warned)
        self._scope = Scope()
        self._undoable: ReadingSession | None = None
        self.confirmed.connect(self._go_on)

    def refresh_queue(self) -> None:
        """Ask for the queue page's state."""
        self.background.desk(self._desk.state, self.queue_ready.emit, self._tell, what="queue")

    def open(self, exam_id: str) -> None:
        """Open one exam; where others read it, the next one, and say so."""
        self._enter(lambda: self._desk.open_or_next(exam_id))

    def open_next(self) -> None:
        """Open the first exam of the queue."""
        self._enter(self._desk.open_next)

    def resume(self) -> None:
        """Come back to the exam that was open when the program ended, if any."""
        self._enter(self._desk.resume)

    @property
    def desk(self) -> ReadingDesk:
        """The desk; what touches its store is asked for on the desk worker."""
        return self._desk

    def now(self) -> datetime:
        """Return the time by the program's clock."""
        return self._clock.now()

    @property
    def scope(self) -> Scope:
        """The stay with the open exam."""
        return self._scope

    def shelf(self) -> StateShelf | None:
        """Return where states and overlays of the open exam are taken from, on the desk worker."""
        return self._desk.shelf(self.session) if self.session is not None else None

    def _go_on(self, session: ReadingSession) -> None:
        """Open the next exam at once; this one can be taken back for a while."""
        self._undoable = session
        self.open_next()

    @property
    def undo_possible(self) -> ReadingSession | None:
        """The read that can still be taken back."""
        session = self._undoable
        if session is None or session.undo_deadline is None or self._clock.now() >= session.undo_deadline:
            return None
        return session

    def undo(self) -> None:
        """Take the last final read back and show its exam again; while an act lasts, right after it.

        The offer stands until that has been done: where it fails the reader is told, and can ask again.
        """
        self._once_free(self._undo)

    def _undo(self) -> None:
        before, current = self.undo_possible, self.session
        if before is None:
            self.told.emit("Nothing can be taken back now.")
            return

        def take_back() -> ReadingSession:
            before.withdraw()
            if current is not None and current is not before:
                current.leave()
                before.save_draft()
            self._desk.minimum_scores.set_for(before)
            return before

        self._enter(take_back, self._taken_back)

    def _taken_back(self) -> None:
        self._undoable = None

    def leave(self) -> None:
        """Put the exam back in the queue and show the queue."""
        session = self.session
        if session is None:
            return

        def put_back() -> None:
            session.leave()
            self._drafts.turn_to(None)

        def left(_: None) -> None:
            self._end_exam()
            self.queue_wanted.emit()

        # Until it is put back the exam stays on the screen: where that fails the reader can go on with it.
        self._begin(put_back, "leave", left, must_be_kept=True)

    def close(self) -> None:
        """Let the workers finish, without waiting for them; an open exam stays open for the next start."""
        self.closing.emit()
        self._drafts.save_left_over(self.session)
        self._scope.end()
        self.protocols.stop()
        self.images.close()
        self.background.close()

    def _end_exam(self) -> None:
        self._scope.end()
        self.protocols.stop()
        self.session = None
        self.exam_left.emit()

    def _enter(
        self, opening: Callable[[], ReadingSession | None], then: Callable[[], None] = lambda: None
    ) -> None:
        before = self.session

        def work() -> _Entered | None:
            if before is not None:
                before.set_aside()
            session = opening()
            if session is None:
                return None
            self._drafts.turn_to(session)
            return session, self._desk.images_of_session(session), self._desk.protocols_anew()

        def entered(found: _Entered | None) -> None:
            then()
            self._end_exam()
            if found is None:
                self.queue_wanted.emit()
                return
            self._scope = Scope()
            self.session, stored, protocols = found
            self.images.enter(self.session.exam.exam_id, stored, self._scope)
            self.protocols.take(protocols)
            self.protocols.start()
            self.exam_opened.emit(self.session)
            if self.session.told:
                self.told.emit(self.session.told)

        self._begin(work, "open", entered)
