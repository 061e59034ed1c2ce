"""Every move that an exam has made: rows that are only added."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from klarsyn.domain.exam_state import ExamState, Move, Mover, check_move
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.exam_state_models import ExamClosingRow, ExamMoveRow, ImageRejectionRow
from klarsyn.store.image_folder import CannotKeep
from klarsyn.store.models import ExamRow, ImageRow, ReadRow

SHORTEST_KEY = 8
"""Letters of an exam's key that are enough to name it: fewer are a typing error."""

_SETTLED = (ExamState.ARRIVED.value, ExamState.DECIDED.value, ExamState.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class KeptMove:
    """A move, and when it was noted."""

    move: Move
    at: datetime


class ExamMoveRepository:
    """Moves as rows. No reader's page asks here (invariants 5 and 6)."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def states(self, exam_ids: Iterable[str]) -> dict[str, ExamState]:
        """Return the state that each exam has moved to last; those that have not moved yet are left out."""
        with self._database.reading() as session:
            return {i: s for portion in portions(exam_ids) for i, s in _states(session, portion).items()}

    def record(self, exam_id: str, expected: ExamState | None, moves: Sequence[Move], at: datetime) -> bool:
        """Append moves, all or none; False when another process has moved the exam since `expected`.

        Raises
        ------
        NotAllowed
            If one of them is not in the table.
        CannotKeep
            If the database cannot be written; nothing is.
        """
        for move in moves:
            check_move(move.before, move.after, move.mover)
        with writing(self._database) as session:
            if _states(session, [exam_id]).get(exam_id) is not expected:
                return False
            last = session.scalar(select(func.max(ExamMoveRow.step)).where(ExamMoveRow.exam_id == exam_id))
            for step, move in enumerate(moves, start=(last or 0) + 1):
                session.add(_row(exam_id, step, move, at))
            return True

    def last_images(self, exam_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when the last image of each exam came, be it rejected since."""
        newest = select(ImageRow.exam_id, func.max(ImageRow.arrived_at)).group_by(ImageRow.exam_id)
        with self._database.reading() as session:
            return {
                exam_id: at
                for portion in portions(exam_ids)
                for exam_id, at in session.execute(newest.where(ImageRow.exam_id.in_(portion)))
            }

    def all_states(self) -> dict[str, ExamState]:
        """Return the state that every exam has moved to last."""
        newest = select(func.max(ExamMoveRow.number)).group_by(ExamMoveRow.exam_id)
        query = select(ExamMoveRow.exam_id, ExamMoveRow.after).where(ExamMoveRow.number.in_(newest))
        with self._database.reading() as session:
            return {exam_id: ExamState(after) for exam_id, after in session.execute(query)}

    def named(self, begins: str) -> list[str]:
        """Return the exams, be it without an image, whose key begins so or with this accession number."""
        fits = ExamRow.accession_number == begins
        if len(begins) >= SHORTEST_KEY:
            fits = fits | ExamRow.exam_id.startswith(begins, autoescape=True)
        query = select(ExamRow.exam_id).where(fits)
        with self._database.reading() as session:
            return list(session.scalars(query.order_by(ExamRow.exam_id)))

    def of_exam(self, exam_id: str) -> list[KeptMove]:
        """Return the moves of an exam, oldest first."""
        query = select(ExamMoveRow).where(ExamMoveRow.exam_id == exam_id).order_by(ExamMoveRow.step)
        with self._database.reading() as session:
            return [_kept(row) for row in session.scalars(query)]

    def unsettled(self) -> list[str]:
        """Return the exams whose state time or rows may have changed, oldest first.

        Left out are those that stand where nothing but new rows about them moves them, and have none.
        """
        move = ExamMoveRow
        newest = select(move.exam_id, func.max(move.step).label("step")).group_by(move.exam_id).subquery()
        last = (
            select(move.exam_id, move.after, move.at)
            .join(newest, (newest.c.exam_id == move.exam_id) & (newest.c.step == move.step))
            .subquery()
        )
        changed = [
            select(ImageRow.exam_id).where(
                ImageRow.exam_id == last.c.exam_id, ImageRow.arrived_at >= last.c.at
            ),
            select(ImageRow.exam_id)
            .join(ImageRejectionRow, ImageRejectionRow.image_uid == ImageRow.sop_instance_uid)
            .where(ImageRow.exam_id == last.c.exam_id, ImageRejectionRow.arrived_at >= last.c.at),
            select(ExamClosingRow.exam_id).where(
                ExamClosingRow.exam_id == last.c.exam_id, ExamClosingRow.at >= last.c.at
            ),
            select(ReadRow.exam_id).where(ReadRow.exam_id == last.c.exam_id, ReadRow.signed_at >= last.c.at),
        ]
        query = (
            select(ExamRow.exam_id)
            .outerjoin(last, last.c.exam_id == ExamRow.exam_id)
            .where(
                last.c.exam_id.is_(None)
                | last.c.after.not_in(_SETTLED)
                | ((last.c.after == ExamState.ARRIVED.value) & ExamRow.reading_task)
                | changed[0].exists()
                | changed[1].exists()
                | changed[2].exists()
                | changed[3].exists()
            )
            .order_by(ExamRow.arrived_at, ExamRow.exam_id)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))


@contextmanager
def writing(database: Database) -> Iterator[Session]:
    """A transaction that writes; raises CannotKeep where the database cannot be written."""
    with trouble_told(), database.writing() as session:
        yield session


@contextmanager
def trouble_told() -> Iterator[None]:
    """Raise CannotKeep for whatever a database refuses meanwhile."""
    try:
        yield
    except DBAPIError as error:
        # The driver's words only: the statement's parameters name persons.
        raise CannotKeep(f"the database cannot be used ({error.orig})") from error


def _states(session: Session, exam_ids: list[str]) -> dict[str, ExamState]:
    query = select(ExamMoveRow.exam_id, ExamMoveRow.after).where(ExamMoveRow.exam_id.in_(exam_ids))
    return {i: ExamState(after) for i, after in session.execute(query.order_by(ExamMoveRow.step))}


def _row(exam_id: str, step: int, move: Move, at: datetime) -> ExamMoveRow:
    return ExamMoveRow(
        exam_id=exam_id,
        step=step,
        before=move.before.value if move.before is not None else "",
        after=move.after.value,
        moved_by=move.by,
        mover=move.mover.value,
        reason=move.reason,
        at=at,
    )


def _kept(row: ExamMoveRow) -> KeptMove:
    before = ExamState(row.before) if row.before else None
    return KeptMove(Move(before, ExamState(row.after), row.moved_by, Mover(row.mover), row.reason), row.at)
