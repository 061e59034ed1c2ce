"""A reader's desk: the queue as this reader may see it, and the way into each exam."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.domain.access import Access
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue_filter import QueueFilter
from klarsyn.domain.read import ReadKind
from klarsyn.domain.session_plan import ReadingTimes
from klarsyn.reading.claiming import ClaimDesk, ExamTaken
from klarsyn.reading.done_list import DoneRow, done_rows, signed_today
from klarsyn.reading.exam_images import ExamImages
from klarsyn.reading.explains import Explains
from klarsyn.reading.minimum_scores import MinimumScores
from klarsyn.reading.own_queue import OwnQueue
from klarsyn.reading.protocol_folder import DEFAULT, ProtocolFolder, Protocols
from klarsyn.reading.session import ReadingError, ReadingSession
from klarsyn.reading.state_shelf import StateShelf
from klarsyn.reading.waiting import QueueRow
from klarsyn.store.changes import ChangeWatch
from klarsyn.store.claims import LEASE
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store


class ExamClosed(ReadingError):
    """Somebody has withdrawn this exam, or recalled the woman for images of it."""


@dataclass(frozen=True, slots=True)
class QueuePageState:
    """Everything that the queue page shows.

    `activity` is what goes on behind it, e.g. exams being made; `priors_alone` counts the priors of whose
    women no newer exam is here.
    """

    rows: tuple[QueueRow, ...]
    done: tuple[DoneRow, ...]
    banner: str
    quarantined: int
    activity: str = ""
    priors_alone: int = 0


class ReadingDesk(ExamImages):
    """One reader at one store. Every method touches the database; windows call it off their own thread."""

    def __init__(
        self,
        store: Store,
        images: ImageFolder,
        policy: ReadingPolicy,
        reader: str,
        clock: Clock,
        *,
        activity: Callable[[], str] = str,
        settling: timedelta = timedelta(0),
        protocols: Path | None = None,
        protocol: str = DEFAULT,
        minimum_scores: Path | None = None,
        explains: Explains | None = None,
        times: ReadingTimes | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        """Seat `reader` at `store`; image files lie in `images`.

        `activity` says what goes on in the background; it must say nothing that an engine has found.
        `settling` is how long an exam may be on its way through the engine before it is shown unscored
        (reading/own_queue.py).
        `protocols` is the folder of the site's own hanging protocols, `protocol` the name of its default.
        `minimum_scores` is the file of what readers have chosen; `explains` asks engines why. `times` are the
        site's reading times; an exam that is open is claimed for `lease`, which `state` and each draft renew.
        """
        super().__init__(store, images, policy, clock)
        self._activity = activity
        self._changes = ChangeWatch(store.database)
        self._claims = ClaimDesk(store, policy, reader, clock, lease)
        self._site_protocols = protocols
        self._folder: ProtocolFolder | None = None
        self.protocol = protocol
        self.minimum_scores, self.explains = MinimumScores(minimum_scores), explains
        self.reader = reader
        self.own_queue = OwnQueue(store, policy, reader, clock, settling, times or ReadingTimes())

    def queue(self, wanted: QueueFilter | None = None) -> tuple[QueueRow, ...]:
        """Return this reader's queue, or what a filter shows of it."""
        return self.own_queue.rows(wanted)

    def changed(self) -> bool:
        """True when the store may hold something new since the last call; cheap, to be asked each second."""
        return self._changes.changed()

    def state(self) -> QueuePageState:
        """Return what the queue page shows; being asked again and again, it keeps the claim alive."""
        self._claims.keep()
        self._store.access_log.keep()
        return QueuePageState(
            self.queue(),
            self.done(),
            self.policy.banner,
            self._store.arrivals.quarantined_count(),
            self._activity(),
            len(self._store.exams.priors_alone()),
        )

    def done(self) -> tuple[DoneRow, ...]:
        """Return today's exams whose first impression this reader has signed, newest first."""
        return done_rows(self._store, self.policy, self.reader, self._clock.now())

    def open(self, exam_id: str, rows: tuple[QueueRow, ...] | None = None) -> ReadingSession:
        """Open an exam and remember that it is open; `rows` is the queue, where it is known already.

        Raises
        ------
        ReadingError
            If the exam is not in the store; `ExamClosed` if it is withdrawn or recalled; `ExamTaken` if
            others read it, as many as it needs.
        """
        try:
            exam = self._store.exams.get(exam_id)
        except KeyError as error:
            raise ReadingError("That exam is no longer in the store. Refresh the queue.") from error
        if exam_id in self._store.exam_closings.closed():
            raise ExamClosed(
                "This exam was withdrawn or technically recalled, so that nobody reads it now. "
                "What you have entered is kept. Refresh the queue."
            )
        self._claims.take(exam)
        try:
            self._store.access_log.note(Access.OPENED, [exam])
        except Exception:
            # Whatever kept the entry from being written: nobody reads it now.
            self._claims.release(exam)
            raise
        waiting = self.queue() if rows is None else rows
        position = next((r.position for r in waiting if r.exam_id == exam_id), 0)
        now = self._clock.now()
        done = sum(
            read.kind is ReadKind.FINAL for read in signed_today(self._store, self.reader, now).values()
        )
        text = f"{done + position} of {done + len(waiting)}" if position else ""
        session = ReadingSession(self._store, exam, self.policy, self.reader, self._clock, text)
        session.claims = self._claims
        session.drawings.folder = self._images
        self.minimum_scores.set_for(session)
        if session.final is None:
            session.save_draft()
        return session

    def shelf(self, session: ReadingSession) -> StateShelf:
        """Return where presentation states and overlays of a session's exam are taken from."""
        return StateShelf(self._store, self._images, session, self._clock)

    def open_next(self) -> ReadingSession | None:
        """Open the first exam of the queue that nobody takes before; None when nothing waits."""
        rows = self.queue()
        for row in rows:
            with suppress(ExamTaken, ExamClosed):
                return self.open(row.exam_id, rows)
        return None

    def open_or_next(self, exam_id: str) -> ReadingSession | None:
        """Open an exam, or the next of the queue where it is being read: the session's `told` says so."""
        try:
            return self.open(exam_id)
        except ExamTaken as taken:
            session = self.open_next()
            if session is not None:
                session.told = str(taken)
            return session

    def resume(self) -> ReadingSession | None:
        """Open the exam that was open when the program ended, if any, unless it has been closed since."""
        left_open = self._store.reads.open_of(self.reader)
        try:
            return self.open_or_next(left_open.exam_id) if left_open else None
        except ExamClosed:
            # The draft stays for when it is open again; the next start asks for it no more.
            self._store.reads.close_open(self.reader)
            return None

    def upcoming(self, count: int) -> tuple[str, ...]:
        """Return the next exams of the queue, for decoding ahead."""
        return tuple(row.exam_id for row in self.queue()[:count])

    def protocols_anew(self) -> Protocols:
        """Return the hanging protocols as their files are now; the same object while no file has changed."""
        if self._folder is None:
            self._folder = ProtocolFolder(self._site_protocols)
        elif self._folder.changed():
            self._folder.reload()
        return self._folder.protocols
