"""Claims as a reader's desk uses them: what may be opened, and what is kept while it is open.

A refusal says that the exam is being read, and neither by whom nor how many reads it needs: that it needs
one alone would tell its score (invariants 5 and 6).
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.reading.choosing import choices
from klarsyn.reading.refusal import ReadingError
from klarsyn.reading.requirements import requirements
from klarsyn.reading.waiting import FullQueueRow
from klarsyn.store.claims import LEASE, ClaimAnswer
from klarsyn.store.store import Store

BEATS = 30
"""So many times within a lease the workstation says that it lives: each minute of half an hour."""


class ExamTaken(ReadingError):
    """Others read this exam, as many as it needs."""

    def __init__(self) -> None:
        """Say no more than that."""
        super().__init__("This exam is being read; the next one opens.")


class ClaimDesk:
    """One reader's claim, on the exam that is open; every method touches the database."""

    def __init__(
        self,
        store: Store,
        policy: ReadingPolicy,
        reader: str,
        clock: Clock,
        lease: timedelta = LEASE,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is claimed before `take`; a claim that is not kept ends after `lease`. `seconds` tells this
        workstation when to say so again, and nothing else."""
        self._store, self._policy, self._clock = store, policy, clock
        self._reader, self._lease, self._seconds = reader, lease, seconds
        self._open: Exam | None = None
        self._kept_at = 0.0

    def take(self, exam: Exam, *, again: bool = False) -> bool:
        """Ask for an exam; when it is had, what this reader had before is let go.

        False of one that this reader has read to its end: it may be looked at, and nothing is claimed, unless
        `again`: the reader takes the own final read back.

        Raises
        ------
        ExamTaken
            If others read it, as many as it needs.
        """
        choice = choices(self._store, [exam], self._policy)[exam.exam_id]
        asked = requirements(self._store, [exam], self._policy, self._clock.now())
        required = asked.of(exam, choice).count
        images = [image.sop_instance_uid for image in exam.images]
        answer = self._store.claims.claim(
            exam.exam_id, self._reader, required, images, lease=self._lease, again=again
        )
        if answer is ClaimAnswer.TAKEN:
            raise ExamTaken
        self._open = exam if answer is ClaimAnswer.GRANTED else None
        self._kept_at = self._seconds()
        return self._open is not None

    def keep(self) -> None:
        """Keep the claim alive; take it anew where it has run out, e.g. while the workstation slept.

        Where it cannot be had any more the reader goes on: a read too many does no harm, a lost one does.
        """
        if self._open is None or self._seconds() - self._kept_at < self._lease.total_seconds() / BEATS:
            return
        self._kept_at = self._seconds()
        claims = self._store.claims
        kept = claims.renew(self._open.exam_id, self._reader, lease=self._lease)
        if not kept and claims.of(self._reader) is None:
            with suppress(ExamTaken):
                self.take(self._open)

    def release(self, exam: Exam) -> None:
        """Let an exam go."""
        if self._open is not None and self._open.exam_id == exam.exam_id:
            self._open = None
        self._store.claims.release(exam.exam_id, self._reader)


def for_this_reader(store: Store, rows: Iterable[FullQueueRow], reader: str) -> list[FullQueueRow]:
    """Return the rows without the exams that others are at, as many as each needs [store]."""
    held = store.claims.holders()
    nobody: frozenset[str] = frozenset()
    return [
        row
        for row in rows
        if len((held.get(row.exam.exam_id, nobody) | row.signed_by) - {reader}) < row.required.count
    ]
