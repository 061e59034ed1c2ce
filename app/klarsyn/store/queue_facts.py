"""What a shared database needs to know to order readers' queues itself; written by the service alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from klarsyn.domain.policy import ReadingPolicy
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.role_models import QueueFactRow, QueueRuleRow


@dataclass(frozen=True, slots=True)
class QueueFact:
    """What orders one exam. `band` is the one of its score alone; `images` are those a read must cover."""

    exam_id: str
    band: int
    reads_required: int
    has_result: bool
    waiting: bool
    images: tuple[str, ...]


class QueueFactRepository:
    """Facts as rows, which are replaced: what was read and scored is told by rows that are not."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def keep_rule(self, policy: ReadingPolicy, settling: timedelta = timedelta(0)) -> None:
        """Let the queue be ordered by `policy`; an exam that an engine has not seen waits for `settling`."""
        with self._database.writing() as session:
            session.merge(
                QueueRuleRow(
                    number=1,
                    not_scored_band=policy.not_scored_band,
                    aging_days=policy.aging_days,
                    letter_days=policy.letter_days,
                    letter_margin_days=policy.letter_margin_days,
                    settling_s=int(settling.total_seconds()),
                )
            )

    def keep(self, facts: Iterable[QueueFact], now: datetime, not_scored_band: int) -> int:
        """Bring rows in line with `facts` and return how many have changed.

        The band that counted before is kept beside a new one: an exam that is scored while readers look at
        their queues keeps its place until the next day (invariant 6).
        """
        wanted = {fact.exam_id: fact for fact in facts}
        changed = 0
        with self._database.writing() as session:
            known = {row.exam_id: row for row in _rows(session, wanted)}
            for exam_id, fact in wanted.items():
                row = known.get(exam_id)
                if row is not None and _fact(row) == replace(fact, images=tuple(sorted(fact.images))):
                    continue
                changed += 1
                if row is None:
                    before = not_scored_band
                elif row.band != fact.band:
                    # Of several changes on one day the first one's band still counts.
                    before = row.band_before if row.band_since.date() == now.date() else row.band
                else:
                    before = row.band_before
                since = now if row is None or row.band != fact.band else row.band_since
                session.merge(
                    QueueFactRow(
                        exam_id=exam_id,
                        band=fact.band,
                        band_before=before,
                        band_since=since,
                        reads_required=fact.reads_required,
                        has_result=fact.has_result,
                        waiting=fact.waiting,
                        images=sorted(fact.images),
                    )
                )
        return changed

    def forget(self, exam_ids: Iterable[str]) -> None:
        """Let exams wait among the not-scored again, for two readers."""
        with self._database.writing() as session:
            for portion in portions(exam_ids):
                session.execute(delete(QueueFactRow).where(QueueFactRow.exam_id.in_(portion)))

    def waiting(self) -> list[str]:
        """Return the exams that wait by their facts."""
        with self._database.reading() as session:
            return list(session.scalars(select(QueueFactRow.exam_id).where(QueueFactRow.waiting)))

    def of(self, exam_ids: Iterable[str]) -> dict[str, QueueFact]:
        """Return the facts that are kept of these exams."""
        with self._database.reading() as session:
            return {row.exam_id: _fact(row) for row in _rows(session, exam_ids)}


def _rows(session: Session, exam_ids: Iterable[str]) -> list[QueueFactRow]:
    return [
        row
        for portion in portions(exam_ids)
        for row in session.scalars(select(QueueFactRow).where(QueueFactRow.exam_id.in_(portion)))
    ]


def _fact(row: QueueFactRow) -> QueueFact:
    return QueueFact(
        row.exam_id, row.band, row.reads_required, row.has_result, row.waiting, tuple(row.images or ())
    )
