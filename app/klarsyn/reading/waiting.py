"""What waits for a read, and in which order.

Two faces: rows for a reader, which hold nothing that an engine or another reader said (invariants 5
and 6), and rows for the administrator and the audit, which hold everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy import ReadingPolicy, ReadsRequired, reads_required
from klarsyn.domain.queue import Place, QueueEntry, order
from klarsyn.store.reads import in_force
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A reader's row: date, type, days waiting, and a reason made of dates."""

    exam_id: str
    position: int
    study_date: date | None
    exam_type: str
    days_waiting: int
    reason: str


@dataclass(frozen=True, slots=True)
class FullQueueRow:
    """The administrator's row."""

    place: Place
    exam: Exam
    result: AiResult | None
    required: ReadsRequired
    reads_done: int

    @property
    def score_text(self) -> str:
        """E.g. "8 provisional"; "not scored"."""
        if self.result is None or not self.result.is_scored or self.result.score is None:
            return "not scored"
        return f"{self.result.score.value}{' provisional' if self.result.score.provisional else ''}"


def _entry(exam: Exam, result: AiResult | None, reads_done: int) -> QueueEntry:
    score = result.score if result is not None and result.is_scored else None
    why = "no engine has processed it" if result is None else (result.reason or result.status.value)
    return QueueEntry(
        exam_id=exam.exam_id,
        study_date=exam.study_date,
        arrived=exam.arrived_at.date(),
        exam_type=exam.exam_type.value,
        score=score.value if score else None,
        provisional=score.provisional if score else True,
        not_scored_reason=why,
        read_number=reads_done + 1,
    )


def full_queue(store: Store, policy: ReadingPolicy, *, reader: str, now: datetime) -> list[FullQueueRow]:
    """Return everything that waits, ordered as for `reader`, with every reason.

    An exam waits while it has fewer final reads in force than the policy asks for. Exams that this
    reader has signed are left out; they wait for somebody else.
    """
    exams = [e for e in store.exams.many() if e.reading_task]
    results = store.results.latest()
    finals = store.reads.finals(now)
    signed = {r.exam_id for r in in_force(store.reads.all_own(reader)) if r.kind.value == "final"}
    known: dict[str, tuple[Exam, AiResult | None, ReadsRequired, int]] = {}
    for exam in exams:
        if exam.exam_id in signed:
            continue
        result = results.get(exam.exam_id)
        required = reads_required(exam, result, policy)
        done = len({r.reader for r in finals.get(exam.exam_id, [])})
        if done < required.count:
            known[exam.exam_id] = (exam, result, required, done)
    places = order(
        (_entry(exam, result, done) for exam, result, _, done in known.values()),
        policy,
        reader=reader,
        today=now.date(),
        seed=store.queue_seed(),
    )
    return [FullQueueRow(p, *known[p.entry.exam_id]) for p in places]


def reader_rows(rows: Iterable[FullQueueRow], now: datetime) -> tuple[QueueRow, ...]:
    """Strip the queue of everything that a reader may not know before the first impression."""
    return tuple(
        QueueRow(
            exam_id=row.exam.exam_id,
            position=row.place.position,
            study_date=row.exam.study_date,
            exam_type=row.exam.exam_type.value,
            days_waiting=row.place.entry.days_waiting(now.date()),
            reason=row.place.reader_reason,
        )
        for row in rows
    )
