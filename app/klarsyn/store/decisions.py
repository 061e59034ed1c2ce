"""Decisions as rows: added, never altered.

No page of a reader asks here before the exam's decision has left: who decided, and how, tells of reads.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from klarsyn.domain.decision import Decision, DecisionKind, DecisionOutcome
from klarsyn.domain.read import ReadKind
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.decision_models import DecisionReadRow, DecisionRow, LetterRow
from klarsyn.store.models import ReadRow


class DecidedAlready(Exception):
    """The exam has another decision, or a read has been taken back, since this one was thought of."""


class DecisionRepository:
    """What was decided of exams."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(self, decision: Decision) -> None:
        """Append one decision.

        Raises
        ------
        DecidedAlready
            If the exam's newest decision is not the one that this supersedes, or a read that it rests on
            has been withdrawn; nothing is written.
        """
        try:
            with self._database.writing() as session:
                if _newest_id(session, decision.exam_id) != decision.supersedes:
                    raise DecidedAlready("This exam has been decided meanwhile. Open it again to see how.")
                withdrawn = select(ReadRow.read_id).where(ReadRow.supersedes.in_(decision.reads)).limit(1)
                if session.scalar(withdrawn) is not None:
                    raise DecidedAlready("A reader has taken a read of this exam back. It waits to be read.")
                session.add(_row(decision))
                session.flush()
                session.add_all(
                    DecisionReadRow(decision_id=decision.decision_id, read_id=r) for r in decision.reads
                )
        except IntegrityError as error:
            raise DecidedAlready("This exam has been decided meanwhile. Open it again to see how.") from error

    def newest(self, exam_ids: Iterable[str]) -> dict[str, Decision]:
        """Return the newest decision of those exams that have one; whether it still stands is not asked."""
        with self._database.reading() as session:
            return {
                decision.exam_id: decision
                for portion in portions(exam_ids)
                for decision in _decisions(session, DecisionRow.exam_id.in_(portion), _newest())
            }

    def history(self, exam_id: str) -> list[Decision]:
        """Return every decision on an exam, oldest first."""
        with self._database.reading() as session:
            found = {d.supersedes: d for d in _decisions(session, DecisionRow.exam_id == exam_id)}
        chain: list[Decision] = []
        before: str | None = None
        while before in found:
            chain.append(found[before])
            before = found[before].decision_id
        return chain

    def unsent(self, batch: date) -> list[Decision]:
        """Return the newest decisions of this batch or an earlier one whose letters have not left, in order.

        One that came too late for its own batch, by a clock that was wrong, leaves with the next.
        """
        no_letter = ~exists().where(LetterRow.decision_id == DecisionRow.decision_id)
        with self._database.reading() as session:
            found = _decisions(session, DecisionRow.batch <= batch, _newest(), no_letter)
        return sorted(found, key=lambda d: (d.at, d.decision_id))

    def many(self, decision_ids: Iterable[str]) -> list[Decision]:
        """Return these decisions, in order of signing."""
        with self._database.reading() as session:
            found = [
                decision
                for portion in portions(decision_ids)
                for decision in _decisions(session, DecisionRow.decision_id.in_(portion))
            ]
        return sorted(found, key=lambda d: (d.at, d.decision_id))

    def undecided(self) -> list[str]:
        """Return the exams with a final read that no decision rests on yet."""
        withdrawn = select(ReadRow.supersedes).where(ReadRow.supersedes.is_not(None))
        query = (
            select(ReadRow.exam_id)
            .where(
                ReadRow.kind == ReadKind.FINAL.value,
                ReadRow.read_id.not_in(withdrawn),
                ~exists().where(DecisionReadRow.read_id == ReadRow.read_id),
            )
            .distinct()
            .order_by(ReadRow.exam_id)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))


def _newest() -> ColumnElement[bool]:
    later = DecisionRow.__table__.alias("later")
    return ~exists().where(later.c.supersedes == DecisionRow.decision_id)


def _newest_id(session: Session, exam_id: str) -> str | None:
    return session.scalar(select(DecisionRow.decision_id).where(DecisionRow.exam_id == exam_id, _newest()))


def _decisions(session: Session, *conditions: ColumnElement[bool]) -> list[Decision]:
    rows = session.scalars(select(DecisionRow).where(*conditions)).all()
    reads: dict[str, list[str]] = {row.decision_id: [] for row in rows}
    for portion in portions(reads):
        query = select(DecisionReadRow).where(DecisionReadRow.decision_id.in_(portion))
        for rest in session.scalars(query.order_by(DecisionReadRow.read_id)):
            reads[rest.decision_id].append(rest.read_id)
    return [_decision(row, tuple(reads[row.decision_id])) for row in rows]


def _decision(row: DecisionRow, reads: tuple[str, ...]) -> Decision:
    return Decision(
        decision_id=row.decision_id,
        exam_id=row.exam_id,
        kind=DecisionKind(row.kind),
        outcome=DecisionOutcome(row.outcome),
        by=tuple(row.by),
        at=row.at,
        batch=row.batch,
        covers=tuple(row.covers),
        reads=reads,
        reason=row.reason,
        signed_by=row.signed_by,
        result_id=row.result_id,
        supersedes=row.supersedes,
    )


def _row(decision: Decision) -> DecisionRow:
    return DecisionRow(
        decision_id=decision.decision_id,
        exam_id=decision.exam_id,
        kind=decision.kind.value,
        outcome=decision.outcome.value,
        by=list(decision.by),
        signed_by=decision.signed_by,
        reason=decision.reason,
        at=decision.at,
        batch=decision.batch,
        covers=list(decision.covers),
        result_id=decision.result_id,
        supersedes=decision.supersedes,
    )
