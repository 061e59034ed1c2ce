"""One reader's queue through one day: what stands in it, in which order, what a session takes of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from klarsyn.base.clock import Clock
from klarsyn.domain.access import Access
from klarsyn.domain.arrival_rule import ArrivalRule
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue import QueueEntry
from klarsyn.domain.queue_filter import QueueCounts, QueueFilter, counts
from klarsyn.domain.session_plan import ReadingTimes, SessionPlan, plan_session
from klarsyn.domain.steady_order import steady
from klarsyn.reading.beside import priors_beside
from klarsyn.reading.claiming import for_this_reader
from klarsyn.reading.reader_queue import blind_queue
from klarsyn.reading.waiting import FullQueueRow, QueueRow, full_queue, reader_rows
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class ReaderPlan:
    """A session as its reader may know it before reading: exams, minutes, and what is left by dates."""

    rows: tuple[QueueRow, ...]
    seconds: int
    left: QueueCounts
    longest_left: int
    """Days that the oldest of those left has waited; 0 where nothing is left."""

    @property
    def text(self) -> str:
        """E.g. "38 exams, about 39 minutes. 92 stay, the longest waiting 6 days." """
        many, stay = len(self.rows), self.left.total
        if not many:
            return "Nothing waits." if not stay else "The time is too short for any exam that waits."
        minutes = max(1, round(self.seconds / 60))
        taken = f"{many} exam{'s' if many > 1 else ''}, about {minutes} minute{'s' if minutes > 1 else ''}."
        if not stay:
            return f"{taken} Nothing is left then."
        days = f"{self.longest_left} day{'s' if self.longest_left != 1 else ''}"
        return f"{taken} {stay} stay{'s' if stay == 1 else ''}, the longest waiting {days}."


class OwnQueue:
    """The queue of one reader at one desk; every method touches the database."""

    def __init__(
        self,
        store: Store,
        policy: ReadingPolicy,
        reader: str,
        clock: Clock,
        settling: timedelta = timedelta(0),
        times: ReadingTimes | None = None,
    ) -> None:
        """Of `reader`; `settling` is how long an exam may be on its way through the engine before it is shown
        unscored. An exam once shown keeps its band until the next day, when the queue is shuffled anew, or a
        restart: a jump would tell what an engine or maker has said since (invariant 6)."""
        self._store, self._policy, self._reader, self._clock = store, policy, reader, clock
        self._settling, self._times = settling, times or ReadingTimes()
        self.hold: ArrivalRule | None = None
        """How long exams are held for images and scores that may still come; None: not at all."""
        self._day: date | None = None
        self._placed: dict[str, QueueEntry] = {}
        self._shown: tuple[str, ...] = ()
        self._searched: QueueFilter | None = None

    def full(self) -> list[FullQueueRow]:
        """Return what waits for this reader, with every reason: for arithmetic, not for eyes.

        Left out is what others read now. Rows shown before keep their order until the next day.
        """
        now = self._clock.now()
        if self._day != now.date():
            self._day, self._placed, self._shown = now.date(), {}, ()
        if self._store.reader_view.account.is_blind:
            found = blind_queue(self._store, self._policy, now)
        else:
            found = full_queue(
                self._store,
                self._policy,
                reader=self._reader,
                now=now,
                settling=self._settling,
                shown=self._placed,
                hold=self.hold,
            )
        rows = steady(
            for_this_reader(self._store, found, self._reader), self._shown, lambda row: row.exam.exam_id
        )
        self._placed.update((row.exam.exam_id, row.place.entry) for row in rows)
        self._remember(row.exam.exam_id for row in rows)
        # Numbers without gaps: one would tell that others are at an exam.
        return [
            replace(row, place=replace(row.place, position=number))
            for number, row in enumerate(rows, start=1)
        ]

    def rows(self, wanted: QueueFilter | None = None) -> tuple[QueueRow, ...]:
        """Return the reader's rows, or those that a filter shows, with their numbers in the whole queue."""
        full = self.full()
        rows = reader_rows(full, self._clock.now())
        if wanted is None:
            return rows
        if wanted != self._searched:
            # Once, however often the page asks again for what it shows.
            self._store.access_log.note(Access.SEARCHED, detail=str(wanted))
            self._searched = wanted
        numbers = {row.exam.exam_id: row.exam.accession_number for row in full}
        return tuple(row for row in rows if wanted.shows(row, numbers[row.exam_id]))

    def counts(self) -> QueueCounts:
        """Count this reader's queue by type and by date."""
        return counts(self.rows())

    def plan(self, minutes: int) -> ReaderPlan:
        """Say what a session takes, in words of dates alone."""
        plan, rows = self.full_plan(minutes)
        now = self._clock.now()
        by_id = {row.exam_id: row for row in reader_rows(rows, now)}
        left = [by_id[place.entry.exam_id] for place in plan.left]
        return ReaderPlan(
            tuple(by_id[place.entry.exam_id] for place in plan.taken),
            plan.seconds,
            counts(left),
            max((row.days_waiting for row in left), default=0),
        )

    def full_plan(self, minutes: int) -> tuple[SessionPlan, list[FullQueueRow]]:
        """Return a session with everything that decided it: for the administrator, or after the reading."""
        rows, now = self.full(), self._clock.now()

        def has_priors(exam_id: str) -> bool:
            return bool(priors_beside(self._store, exam_id, self._policy, now))

        return plan_session([row.place for row in rows], minutes, self._times, has_priors), rows

    def _remember(self, shown: Iterable[str]) -> None:
        # One that is away for a moment, while another reads it, comes back to where it was.
        now = tuple(shown)
        gone = [each for each in self._shown if each not in set(now)]
        self._shown = now if not gone else _merged(self._shown, now)


def _merged(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """Put what is gone back behind the one that it stood behind."""
    merged = list(now)
    at = {each: n for n, each in enumerate(before)}
    present = set(now)
    for each in before:
        if each not in present:
            ahead = next((p for p in reversed(before[: at[each]]) if p in present), None)
            merged.insert(merged.index(ahead) + 1 if ahead is not None else 0, each)
            present.add(each)
    return tuple(merged)
