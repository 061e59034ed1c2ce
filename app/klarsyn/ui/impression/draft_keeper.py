"""The unsigned assessments of the open exam, kept on disk from digit to digit."""

from collections.abc import Callable

from klarsyn.reading.session import ReadingSession, Step
from klarsyn.ui.background import Background
from klarsyn.ui.hanging.image_flow import nothing


class DraftKeeper:
    """Asks the worker to save drafts; remembers one that could not be saved."""

    def __init__(self, background: Background, tell: Callable[[BaseException], None]) -> None:
        """Save on the desk worker of `background`; `tell` is called with what went wrong."""
        self._background, self._tell = background, tell
        self._open: ReadingSession | None = None
        self._waiting: ReadingSession | None = None
        self._unsaved: ReadingSession | None = None

    def turn_to(self, session: ReadingSession | None) -> None:
        """From now on only drafts of this exam are saved. Called on the desk worker, where exams are opened.

        The store holds one open exam of a reader: a late draft must not bring back one that was left.
        """
        self._open = session

    def save(self, session: ReadingSession) -> None:
        """Save the draft as it is when the worker comes to it; digits in quick succession are one save."""
        if self._waiting is session:
            return
        self._waiting = session

        def work() -> None:
            # Cleared before the draft is read: a digit that comes from now on asks for a save of its own.
            self._waiting = None
            if session is self._open and session.step is not Step.FINAL:
                self._unsaved = session
                session.save_draft()
                self._unsaved = None

        self._background.desk(work, nothing, self._tell, what="draft", must_be_kept=True)

    def save_left_over(self, session: ReadingSession | None) -> None:
        """Save the draft of the exam on the screen, if it could not be saved, or more has been seen since."""
        if session is not None and (session is self._unsaved or session.looked.is_unsaved):
            self.save(session)
