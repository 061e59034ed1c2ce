"""Results and documents that come while an exam is read: told in a line, and shown when the reader asks.

Nothing here exists before the reveal, not even a timer (invariant 6); of a final read nothing is asked.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy import RevealPolicy
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.words import engine_text

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession
    from klarsyn.ui.reading_page import ReadingPage

EVERY_MS = 20_000


class LateResults(QObject):
    """Asks from time to time, on the desk's worker, while the open exam is revealed and not final."""

    def __init__(self, page: "ReadingPage", parent: QObject) -> None:
        """Wait for a reveal."""
        super().__init__(parent)
        self._page = page
        self.timer: QTimer | None = None
        self._asked = False
        self._told: set[str] = set()
        self._saying: frozenset[str] = frozenset()
        self._line = ""
        page.bar.told.changed.connect(self._heed)
        page.flow.session_changed.connect(self._follow)
        page.flow.exam_opened.connect(lambda _: self._follow())
        page.flow.exam_left.connect(self._end)
        page.flow.closing.connect(self._end)

    def acknowledge(self, result_id: str) -> None:
        """The late result is shown: the line about it has been heard."""
        told = self._page.bar.told
        if result_id in self._told and told.warns and told.text() == self._line:
            told.acknowledge()

    def _heed(self) -> None:
        if self.timer is not None:
            # Once the line has changed for all who listen, and the step that changed it is done.
            QTimer.singleShot(0, self, self._line_changed)

    def _line_changed(self) -> None:
        """Tell what has waited for other warnings, and again what one of them has covered."""
        session, warning = self._page.flow.session, self._page.bar.told.warning
        if self.timer is None or session is None:
            return
        if self._line and warning and warning != self._line:
            self._told -= self._saying
        if warning != self._line:
            self._line, self._saying = "", frozenset()
        self._tell(session)

    def _follow(self) -> None:
        session = self._page.flow.session
        if (
            session is None
            or session.step is not Step.REVEALED
            or session.policy.reveal is RevealPolicy.NEVER
        ):
            self._end()
            return
        if self.timer is None:
            self.timer = QTimer(self, interval=EVERY_MS)
            self.timer.timeout.connect(self._ask)
            self.timer.start()
            # What was there at the reveal is listed, and no news.
            self._told.update(each.sha256 for each in session.documents)
        # What the reveal itself has found: after a restart a newer one than was shown before.
        self._tell(session)

    def _end(self) -> None:
        if self.timer is not None:
            self.timer.stop()
            self.timer.deleteLater()
        self.timer, self._asked = None, False
        if self._line and self._page.bar.told.warning == self._line:
            # It speaks of this exam alone.
            self._page.bar.told.acknowledge()
        self._line, self._saying = "", frozenset()
        self._told.clear()

    def _ask(self) -> None:
        flow, session = self._page.flow, self._page.flow.session
        if session is None or self._asked:
            return
        self._asked = True
        # What cannot be asked now is asked the next time; the log says that it failed.
        flow.background.desk(
            session.look_again,
            partial(self._take, session),
            lambda _: self._take(session),
            what="late results",
            scope=flow.scope,
        )

    def _take(self, session: "ReadingSession", _late: object = None) -> None:
        self._asked = False
        if session is self._page.flow.session and self.timer is not None:
            self._tell(session)

    def _tell(self, session: "ReadingSession") -> None:
        known, warning = self._told, self._page.bar.told.warning
        ids = {*(each.result_id for each in session.late), *(each.sha256 for each in session.documents)}
        # Another warning that nobody has acknowledged yet comes first; this one waits for it.
        if not ids - known or warning not in ("", self._line):
            return
        # What stands there already is said together with what is new.
        known = known - self._saying if warning else known
        results = [each for each in session.late if each.result_id not in known]
        documents = [each.sha256 for each in session.documents if each.sha256 not in known]
        hint = self._page.commands.keys.hint
        told = (
            late_line(results, session, hint(Command.NEXT_RESULT)) if results else "",
            documents_line(len(documents), hint(Command.DOCUMENTS)) if documents else "",
        )
        self._saying = frozenset([*(each.result_id for each in results), *documents])
        self._told |= self._saying
        self._line = " ".join(filter(None, told))
        self._page.flow.warned.emit(self._line)


def late_line(new: list[AiResult], session: "ReadingSession | None", key: str) -> str:
    """Say which results have come, and which key shows the first of them."""
    shown = session.result if session is not None else None
    what = "A result" if shown is None else "A newer result" if _is_newer(new[0], shown) else "Another result"
    more = f", and {len(new) - 1} more" if len(new) > 1 else ""
    shows = f"; {key} shows it" if key else ""
    return f"{what} of {engine_text(new[0])} has come{more}{shows}."


def documents_line(count: int, key: str) -> str:
    """Say that documents have come, and which key lists them."""
    what = f"{count} documents have" if count > 1 else "A document has"
    return f"{what} come{f'; {key} lists them' if key and count > 1 else f'; {key} lists it' if key else ''}."


def _is_newer(result: AiResult, shown: AiResult) -> bool:
    one, other = result.provenance, shown.provenance
    same = (one.origin, one.source or one.engine) == (other.origin, other.source or other.engine)
    return same and one.made_at >= other.made_at
