"""The audit as rows tell it: one exam's draw, and what the second readers of drawn exams have found.

For administrators: it holds what no reader may know (invariant 6).
"""

from dataclasses import dataclass
from datetime import datetime

from klarsyn.domain.audit_draw import AuditDraw, audit_draw
from klarsyn.domain.decision import DecisionOutcome
from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy, ReadsRequired
from klarsyn.domain.read import Read
from klarsyn.reading.beside import reads_in_force
from klarsyn.reading.choosing import choices
from klarsyn.reading.refusal import ReadingError
from klarsyn.reading.requirements import requirements
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class DrawOfExam:
    """One exam's draw done again, under the policy it arrived under; `required` is what follows for it."""

    draw: AuditDraw
    percent: float
    required: ReadsRequired


@dataclass(frozen=True, slots=True)
class AuditedRead:
    """A drawn exam that two have read; `lost` where the first alone said normal and she was recalled."""

    exam_id: str
    probability: float
    lost: bool


@dataclass(frozen=True, slots=True)
class Audited:
    """All drawn exams: those that are decided, and how many wait for a read or a decision."""

    decided: tuple[AuditedRead, ...]
    waiting: int


def draw_of(store: Store, exam: Exam, policy: ReadingPolicy, now: datetime) -> DrawOfExam:
    """Do an exam's draw again [store].

    Raises
    ------
    ReadingError
        If this account may not know the site's secret.
    """
    asked = requirements(store, [exam], policy, now)
    if not asked.audit_key:
        raise ReadingError(
            "Your account may not know the secret of the audit draw. Ask an administrator or an auditor."
        )
    percent = asked.versions.of(exam).audit_percent
    choice = choices(store, [exam], policy)[exam.exam_id]
    return DrawOfExam(audit_draw(asked.audit_key, exam.exam_id, percent), percent, asked.of(exam, choice))


def audited(store: Store, policy: ReadingPolicy, now: datetime) -> Audited:
    """Return what has come of all exams that were drawn [store]."""
    tasks = [exam for exam in store.exams.many() if exam.reading_task]
    chosen, asked = choices(store, tasks, policy), requirements(store, tasks, policy, now)
    drawn = [
        exam
        for exam in tasks
        if asked.told(exam, chosen[exam.exam_id]).count < asked.of(exam, chosen[exam.exam_id]).count
    ]
    ids = [exam.exam_id for exam in drawn]
    finals, decisions = store.reads.finals(ids), store.decisions.newest(ids)
    found = []
    for exam in drawn:
        reads = reads_in_force(exam, finals.get(exam.exam_id, ()), now)
        decision = decisions.get(exam.exam_id)
        if len({read.reader for read in reads}) < 2 or decision is None:
            continue
        recalled = decision.outcome is DecisionOutcome.RECALL
        share = asked.versions.of(exam).audit_percent / 100
        found.append(AuditedRead(exam.exam_id, share, recalled and not _first_suspects(reads)))
    return Audited(tuple(found), len(drawn) - len(found))


def _first_suspects(reads: list[Read]) -> bool:
    first = min(reads, key=lambda read: (read.signed_at, read.read_id))
    return first.impression is not None and first.impression.asks_for_recall
