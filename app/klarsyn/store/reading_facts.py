"""All facts that rows hold of exams, for deciding how many readers they get.

They hold what other readers have signed of a woman's earlier exams and what became of these: for that
arithmetic, not for eyes (invariants 5 and 6).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from klarsyn.domain.outcome import OutcomeKind
from klarsyn.domain.read import Assessment, ReadKind
from klarsyn.domain.reading_facts import NO_FACTS, FactKind, ReadingFacts
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.exam_notes import notes_in_force
from klarsyn.store.models import ExamRow, ReadRow
from klarsyn.store.outcome_models import OutcomeRow

_RECALLED = tuple(a.value for a in Assessment if a.asks_for_recall)
_LOOKED_INTO = (OutcomeKind.CANCER.value, OutcomeKind.BENIGN.value)


class ReadingFactsRepository:
    """Facts of exams, found in one look."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def of_exams(self, exam_ids: Iterable[str], now: datetime) -> dict[str, ReadingFacts]:
        """Return the facts of each exam; headers are not asked here (domain/reading_facts.with_headers)."""
        found: dict[str, ReadingFacts] = {}
        with self._database.reading() as session:
            for portion in portions(exam_ids):
                noted = notes_in_force(session, portion)
                earlier = _with_finding_before(session, portion, now)
                for exam_id in portion:
                    kinds = noted.get(exam_id, set())
                    if exam_id in earlier:
                        kinds = kinds | {FactKind.PRIOR_WITH_FINDING}
                    found[exam_id] = ReadingFacts(frozenset(kinds)) if kinds else NO_FACTS
        return found


def _with_finding_before(session: Session, exam_ids: list[str], now: datetime) -> set[str]:
    """Return those exams of whose women an exam that is not newer was recalled, or looked into.

    Whose woman an exam is, number, issuer and birth date say. From the few exams with a finding to the many:
    most queries end at once.
    """
    prior, exam = aliased(ExamRow), aliased(ExamRow)
    same_woman: ColumnElement[bool] = and_(
        exam.patient_id == prior.patient_id,
        exam.patient_issuer == prior.patient_issuer,
        exam.birth_date == prior.birth_date,
        exam.exam_id != prior.exam_id,
        prior.patient_id != "",
    )
    not_newer = or_(
        prior.study_date.is_(None), exam.study_date.is_(None), prior.study_date <= exam.study_date
    )
    found: set[str] = set()
    for known in (_recalled(now), select(OutcomeRow.exam_id).where(OutcomeRow.kind.in_(_LOOKED_INTO))):
        query = (
            select(exam.exam_id)
            .join(prior, same_woman)
            .where(prior.exam_id.in_(known), not_newer, exam.exam_id.in_(exam_ids))
            .distinct()
        )
        found |= set(session.scalars(query))
    return found


def _recalled(now: datetime) -> Select[str]:
    """Select the exams with a final read in force that asked for recall."""
    taken_back = aliased(ReadRow)
    return select(ReadRow.exam_id).where(
        ReadRow.kind == ReadKind.FINAL.value,
        ReadRow.effective_at <= now,
        or_(ReadRow.right.in_(_RECALLED), ReadRow.left.in_(_RECALLED)),
        ~exists().where(taken_back.supersedes == ReadRow.read_id),
    )
