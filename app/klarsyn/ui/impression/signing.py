"""What the reader does with the open exam: assess, sign, reveal, confirm. Its session decides."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment, Impression
from klarsyn.reading.session import ReadingError, ReadingSession
from klarsyn.ui.impression.acting import Acting
from klarsyn.ui.impression.draft_keeper import DraftKeeper


class Signing(Acting):
    """The acts on the open exam, and its draft on disk."""

    signed = Signal()
    keeping = Signal()
    """Comes before each read is signed: who knows how the images stand says it to the session now."""
    confirmed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """No exam is open."""
        super().__init__(parent)
        self.session: ReadingSession | None = None
        self._drafts = DraftKeeper(self.background, self._tell)

    def assess(self, side: Laterality, assessment: Assessment) -> bool:
        """Take one breast's assessment, and remember it on disk until the final read is signed."""
        session = self.session
        if session is None or self.busy:
            return False
        try:
            session.assess(side, assessment)
        except ReadingError as error:
            self.told.emit(str(error))
            return False
        self.session_changed.emit()
        self._drafts.save(session)
        return True

    def keep_draft(self) -> None:
        """Remember the draft of the open exam on disk, with its drawings."""
        if self.session is not None:
            self._drafts.save(self.session)

    def sign(self) -> None:
        """Sign the first impression."""
        if self.session is not None:
            if not self.busy:
                self.keeping.emit()
            self._act(self.session.sign, "sign", lambda _: self.signed.emit(), must_be_kept=True)

    def reveal(self, then: Callable[[Any], None] | None = None) -> None:
        """Show what the AI says; the session logs it first, and refuses before signing.

        `then` is called with the result, once it may be seen; what explains it comes in by this way alone.
        """
        if self.session is not None:
            self._act(self.session.reveal, "reveal", then)

    def show_result(self, result_id: str, then: Callable[[Any], None] | None = None) -> None:
        """Show another result of the exam in place of the one that is shown; the session logs it first."""
        if self.session is not None:
            self._act(partial(self.session.show_result, result_id), "result", then)

    def hide(self) -> None:
        """Hide what the AI says."""
        if self.session is not None:
            self._act(self.session.hide, "hide")

    def finalise(self, impression: Impression, reason: str = "") -> None:
        """Sign the final read; `confirmed` comes then."""
        session = self.session
        if session is None:
            return
        if not self.busy:
            self.keeping.emit()
        self._act(
            lambda: session.finalise(impression, reason),
            "finalise",
            lambda _: self.confirmed.emit(session),
            must_be_kept=True,
        )
