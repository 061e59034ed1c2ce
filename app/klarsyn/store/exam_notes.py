"""What persons have noted of exams: rows that are added; the newest of each kind counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from klarsyn.domain.reading_facts import NOTED, FactKind
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.models import ExamRow
from klarsyn.store.policy_models import ExamNoteRow


@dataclass(frozen=True, slots=True)
class ExamNote:
    """One row: a fact holds of an exam from `at` on, or no longer does."""

    exam_id: str
    kind: FactKind
    holds: bool
    by: str
    at: datetime
    reason: str


class ExamNoteRepository:
    """Notes as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(self, note: ExamNote) -> bool:
        """Append one note; return False, and add nothing, where that is how it stands already.

        Raises
        ------
        KeyError
            If there is no such exam.
        ValueError
            If nobody notes facts of this kind.
        """
        if note.kind not in NOTED:
            raise ValueError(f"{note.kind.value} is found in headers and rows, not noted by persons.")
        with self._database.writing() as session:
            if session.get(ExamRow, note.exam_id) is None:
                raise KeyError(note.exam_id)
            stands = note.kind in notes_in_force(session, [note.exam_id]).get(note.exam_id, ())
            if stands is note.holds:
                return False
            session.add(
                ExamNoteRow(
                    exam_id=note.exam_id,
                    kind=note.kind.value,
                    holds=note.holds,
                    by=note.by,
                    at=note.at,
                    reason=note.reason,
                )
            )
            return True

    def of_exam(self, exam_id: str) -> tuple[ExamNote, ...]:
        """Return all that was ever noted of an exam, in order."""
        query = select(ExamNoteRow).where(ExamNoteRow.exam_id == exam_id).order_by(ExamNoteRow.number)
        with self._database.reading() as session:
            return tuple(
                ExamNote(r.exam_id, FactKind(r.kind), r.holds, r.by, r.at, r.reason)
                for r in session.scalars(query)
            )

    def declined(self, exam_ids: Iterable[str]) -> set[str]:
        """Return those of the exams that no engine may see."""
        with self._database.reading() as session:
            return {
                exam_id
                for portion in portions(exam_ids)
                for exam_id, kinds in notes_in_force(session, portion).items()
                if FactKind.DECLINED_AI in kinds
            }

    def find(self, words: str) -> list[str]:
        """Return the exam_ids that `words` name: an accession number, or how a key begins; 20 at most."""
        if not words:
            return []
        exact: ColumnElement[bool] = ExamRow.accession_number == words
        begins = ExamRow.exam_id.startswith(words, autoescape=True)
        query = select(ExamRow.exam_id).where(or_(exact, begins)).order_by(ExamRow.exam_id).limit(20)
        with self._database.reading() as session:
            return list(session.scalars(query))


def notes_in_force(session: Session, exam_ids: list[str] | None) -> dict[str, set[FactKind]]:
    """Return what holds of those exams of which anything does; None asks of all."""
    newest = select(func.max(ExamNoteRow.number)).group_by(ExamNoteRow.exam_id, ExamNoteRow.kind)
    if exam_ids is not None:
        newest = newest.where(ExamNoteRow.exam_id.in_(exam_ids))
    query = select(ExamNoteRow.exam_id, ExamNoteRow.kind).where(
        ExamNoteRow.number.in_(newest), ExamNoteRow.holds
    )
    found: dict[str, set[FactKind]] = {}
    for exam_id, kind in session.execute(query):
        found.setdefault(exam_id, set()).add(FactKind(kind))
    return found
