"""What waits for a read, and in which order.

Two faces: rows for a reader, which hold nothing that an engine or another reader said (invariants 5
and 6), and rows for the administrator and the audit, which hold everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from klarsyn.domain.arrival_rule import ArrivalRule
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy import ReadingPolicy, ReadsRequired
from klarsyn.domain.queue import Place, QueueEntry, order
from klarsyn.domain.result_choice import Choice
from klarsyn.domain.result_words import age, result_label
from klarsyn.reading.beside import reads_in_force
from klarsyn.reading.choosing import choices
from klarsyn.reading.held import held_back
from klarsyn.reading.requirements import requirements
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
    """The administrator's row; `choice` has all results, `result` the one that orders the queue.

    `signed_by` are all whose final read covers the exam, be it in force or still to be taken back.
    """

    place: Place
    exam: Exam
    choice: Choice
    required: ReadsRequired
    reads_done: int
    signed_by: frozenset[str] = frozenset()

    @property
    def result(self) -> AiResult | None:
        """The result that the site chooses."""
        return self.choice.result

    @property
    def score_text(self) -> str:
        """E.g. "8 provisional"; "not scored"."""
        return _score_words(self.result, self.exam)

    def others(self, now: datetime) -> tuple[str, ...]:
        """What each other result says, e.g. "Transpara 2.1: 8, 3 h old"."""
        return tuple(
            f"{result_label(r)}: {_score_words(r, self.exam)}, {age(r, now)} old"
            for r in self.choice.ordered
            if r is not self.result
        )


def _score_words(result: AiResult | None, exam: Exam) -> str:
    score = result.score_for(exam) if result is not None else None
    return "not scored" if score is None else f"{score.value}{' provisional' if score.provisional else ''}"


def entry_of(exam: Exam, choice: Choice, reads_done: int, reopened: bool, now: datetime) -> QueueEntry:
    """Return what orders an exam; `reopened` is whether this reader has read it with fewer images."""
    result = choice.result
    score = result.score_for(exam) if result is not None else None
    part = result.lifting_score_for(exam) if result is not None else None
    why = "no engine has processed it" if result is None else result.why_not_scored(exam)
    return QueueEntry(
        exam_id=exam.exam_id,
        study_date=exam.study_date,
        arrived=exam.arrived_at.date(),
        exam_type=exam.exam_type.value,
        score=score.value if score else None,
        provisional=score.provisional if score else True,
        not_scored_reason=why,
        read_number=reads_done + 1,
        reopened=reopened,
        part_score=part.value if part else None,
        made_by=result_label(result) if result is not None and score else "",
        made_ago=age(result, now) if result is not None and score else "",
        instead_of=choice.note,
    )


def _placed_as(shown: QueueEntry, now: QueueEntry) -> QueueEntry:
    """Return what is known now, placed by the score, or the lack of one, that it has been shown by."""
    return replace(
        now,
        score=shown.score,
        provisional=shown.provisional,
        not_scored_reason=shown.not_scored_reason,
        part_score=shown.part_score,
        made_by=shown.made_by,
        made_ago=shown.made_ago,
        instead_of=shown.instead_of,
    )


def full_queue(
    store: Store,
    policy: ReadingPolicy,
    *,
    reader: str,
    now: datetime,
    settling: timedelta = timedelta(0),
    shown: Mapping[str, QueueEntry] = MappingProxyType({}),
    hold: ArrivalRule | None = None,
) -> list[FullQueueRow]:
    """Return everything that waits, ordered as for `reader`, with every reason.

    An exam waits while fewer final reads of all its images are in force than the policy asks for. Exams
    that this reader has signed are left out, they wait for somebody else, unless images came since.

    `settling` leaves an exam out that came less than that ago and has no result yet. Where exams are
    scored while a reader looks at the queue, an exam that jumped to its band would tell its score
    (invariant 6); it appears when it has been through the engine, or at the latest after that time
    (invariant 1). Those that a reader has been `shown` stay where they were placed, by exam_id, whatever has
    come since. With `hold`, what nobody has signed waits for images and a score that may still come, no
    longer than that rule says (reading/held.py).
    """
    exams = store.exams.many(store.exams.open_tasks(reader, now))
    ids = [e.exam_id for e in exams]
    chosen = choices(store, exams, policy)
    finals = store.reads.finals(ids)
    asked = requirements(store, exams, policy, now)
    held = held_back(store, exams, chosen, hold, now)
    known: dict[str, tuple[Exam, Choice, ReadsRequired, int, frozenset[str]]] = {}
    entries: list[QueueEntry] = []
    for exam in exams:
        uids = [i.sop_instance_uid for i in exam.images]
        signed = finals.get(exam.exam_id, [])
        own = [read for read in signed if read.reader == reader]
        if any(read.covers_all(uids) for read in own):
            continue
        choice = chosen[exam.exam_id]
        stands = shown.get(exam.exam_id)
        if stands is None and choice.result is None and now - exam.arrived_at < settling:
            continue
        if stands is None and not signed and exam.exam_id in held:
            continue
        required = asked.of(exam, choice)
        done = len({read.reader for read in reads_in_force(exam, signed, now)})
        if done < required.count:
            entry = entry_of(exam, choice, done, reopened=bool(own), now=now)
            entries.append(entry if stands is None else _placed_as(stands, entry))
            by = frozenset(read.reader for read in signed if read.covers_all(uids))
            known[exam.exam_id] = (exam, choice, required, done, by)
    places = order(
        entries,
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
