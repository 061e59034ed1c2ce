"""A reader's desk: the queue as this reader may see it, and the way into each exam."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import ReadKind
from klarsyn.domain.volumes import volumes_of
from klarsyn.reading.beside import priors_beside
from klarsyn.reading.done_list import DoneRow, done_rows, signed_today
from klarsyn.reading.explains import Explains
from klarsyn.reading.images import StoredImage, StoredVolume
from klarsyn.reading.minimum_scores import MinimumScores
from klarsyn.reading.protocol_folder import DEFAULT, ProtocolFolder, Protocols
from klarsyn.reading.session import ReadingError, ReadingSession
from klarsyn.reading.state_shelf import StateShelf
from klarsyn.reading.waiting import QueueRow, full_queue, reader_rows
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store


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


class ReadingDesk:
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
    ) -> None:
        """Seat `reader` at `store`; image files lie in `images`.

        `activity` says what goes on in the background; it must say nothing that an engine has found.
        `settling` is how long an exam may be on its way through the engine before it is shown unscored. Where
        it is set, an exam once shown unscored keeps that place at this desk until the next day, when the
        queue is shuffled anew: a jump to its band would tell its score (invariant 6).
        `protocols` is the folder of the site's own hanging protocols, `protocol` the name of its default.
        `minimum_scores` is the file of what readers have chosen; `explains` asks engines why.
        """
        self._store, self._images, self._clock = store, images, clock
        self._activity, self._settling = activity, settling
        self._shown_unscored: tuple[date | None, set[str]] = (None, set())
        self._site_protocols = protocols
        self._folder: ProtocolFolder | None = None
        self.protocol = protocol
        self.minimum_scores, self.explains = MinimumScores(minimum_scores), explains
        self.policy, self.reader = policy, reader

    def queue(self) -> tuple[QueueRow, ...]:
        """Return this reader's queue."""
        now = self._clock.now()
        if self._shown_unscored[0] != now.date():
            self._shown_unscored = (now.date(), set())
        shown = self._shown_unscored[1]
        rows = full_queue(
            self._store, self.policy, reader=self.reader, now=now, settling=self._settling, unscored=shown
        )
        if self._settling:
            shown.update(row.exam.exam_id for row in rows if row.place.entry.score is None)
        return reader_rows(rows, now)

    def state(self) -> QueuePageState:
        """Return what the queue page shows."""
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
            If the exam is not in the store.
        """
        try:
            exam = self._store.exams.get(exam_id)
        except KeyError as error:
            raise ReadingError("That exam is no longer in the store. Refresh the queue.") from error
        waiting = self.queue() if rows is None else rows
        position = next((r.position for r in waiting if r.exam_id == exam_id), 0)
        now = self._clock.now()
        done = sum(
            read.kind is ReadKind.FINAL for read in signed_today(self._store, self.reader, now).values()
        )
        text = f"{done + position} of {done + len(waiting)}" if position else ""
        session = ReadingSession(self._store, exam, self.policy, self.reader, self._clock, text)
        session.drawings.folder = self._images
        self.minimum_scores.set_for(session)
        if session.final is None:
            session.save_draft()
        return session

    def shelf(self, session: ReadingSession) -> StateShelf:
        """Return where presentation states and overlays of a session's exam are taken from."""
        return StateShelf(self._store, self._images, session, self._clock)

    def open_next(self) -> ReadingSession | None:
        """Open the first exam of the queue; None when nothing waits."""
        rows = self.queue()
        return self.open(rows[0].exam_id, rows) if rows else None

    def resume(self) -> ReadingSession | None:
        """Open the exam that was open when the program ended, if any."""
        left_open = self._store.reads.open_of(self.reader)
        return self.open(left_open.exam_id) if left_open else None

    def upcoming(self, count: int) -> tuple[str, ...]:
        """Return the next exams of the queue, for decoding ahead."""
        return tuple(row.exam_id for row in self.queue()[:count])

    def images_of(self, exam_id: str) -> tuple[StoredImage, ...]:
        """Return the images of an exam with their files."""
        return self._stored(self._store.exams.get(exam_id))

    def images_of_session(self, session: ReadingSession) -> tuple[StoredImage, ...]:
        """Return the images of the exam that is read and of all its priors, with their files."""
        return tuple(each for exam in (session.exam, *session.priors) for each in self._stored(exam))

    def images_ahead(self, exam_ids: Iterable[str]) -> tuple[StoredImage, ...]:
        """Return what is to be decoded for these exams, in this order: their images, then the newest priors'.

        A reader looks at the exam first; a prior that is not ready yet comes while she does.
        """
        wanted = tuple(exam_ids)
        own = [each for exam_id in wanted for each in self.images_of(exam_id)]
        now = self._clock.now()
        priors = [priors_beside(self._store, exam_id, self.policy, now)[:1] for exam_id in wanted]
        beside = [each for newest in priors for exam in newest for each in self._stored(exam)]
        led = {
            uid
            for each in (*own, *beside)
            if each.volume is not None
            for uid in each.volume.volume.instances[1:]
        }
        return tuple(
            each for each in (*own, *beside) if each.image.hangs and each.image.sop_instance_uid not in led
        )

    def protocols_anew(self) -> Protocols:
        """Return the hanging protocols as their files are now; the same object while no file has changed."""
        if self._folder is None:
            self._folder = ProtocolFolder(self._site_protocols)
        elif self._folder.changed():
            self._folder.reload()
        return self._folder.protocols

    def _stored(self, exam: Exam) -> tuple[StoredImage, ...]:
        files = self._store.exams.files(exam.exam_id)
        stored = {
            i.sop_instance_uid: StoredImage(
                i, self._images.path(files[i.sop_instance_uid]), files[i.sop_instance_uid]
            )
            for i in exam.images
        }
        for volume in volumes_of(exam):
            whole = StoredVolume(volume, {uid: stored[uid] for uid in volume.instances})
            leading = volume.image.sop_instance_uid
            stored[leading] = replace(stored[leading], volume=whole)
        return tuple(stored.values())
