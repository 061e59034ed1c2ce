"""What people say of exams: withdrawn, technically recalled, open again. Rows that are only added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, literal, select

from klarsyn.domain.exam_state import ExamState, Mover
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.exam_moves import writing
from klarsyn.store.exam_state_models import ExamClosingRow
from klarsyn.store.models import ImageRow

REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Closing:
    """Somebody's word: `kind` is WITHDRAWN or TECHNICAL_RECALL, None that the exam is open again."""

    exam_id: str
    kind: ExamState | None
    by: str
    mover: Mover
    reason: str
    at: datetime


class ExamClosingRepository:
    """Closings as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def say(self, closing: Closing) -> None:
        """Append somebody's word; raises CannotKeep when the database cannot be written."""
        with writing(self._database) as session:
            there = session.scalars(
                select(ImageRow.sop_instance_uid).where(ImageRow.exam_id == closing.exam_id)
            )
            images = "".join(f"{uid} " for uid in sorted(there))
            session.add(
                ExamClosingRow(
                    exam_id=closing.exam_id,
                    kind=REOPENED if closing.kind is None else closing.kind.value,
                    said_by=closing.by,
                    mover=closing.mover.value,
                    reason=closing.reason,
                    at=closing.at,
                    images=f" {images}",
                )
            )

    def closings(self, exam_ids: Iterable[str]) -> dict[str, list[Closing]]:
        """Return what was said of exams, in order."""
        found: dict[str, list[Closing]] = {}
        query = select(ExamClosingRow).order_by(ExamClosingRow.number)
        with self._database.reading() as session:
            for portion in portions(exam_ids):
                for row in session.scalars(query.where(ExamClosingRow.exam_id.in_(portion))):
                    found.setdefault(row.exam_id, []).append(_closing(row))
        return found

    def closed(self) -> frozenset[str]:
        """Return the exams that somebody's word keeps out of every queue now."""
        with self._database.reading() as session:
            return frozenset(session.scalars(closed_exams()))


def closed_exams() -> Select[str]:
    """Select the exams that are withdrawn, or recalled with no image come since: no queue holds them."""
    closing = ExamClosingRow
    newest = select(func.max(closing.number)).group_by(closing.exam_id)
    # By identity, not by time: a clock that was ahead at the recall would keep every later image out.
    known = closing.images.contains(literal(" ") + ImageRow.sop_instance_uid + " ")
    later = select(ImageRow.exam_id).where(ImageRow.exam_id == closing.exam_id, ~known).exists()
    recalled = (closing.kind == ExamState.TECHNICAL_RECALL.value) & ~later
    return select(closing.exam_id).where(
        closing.number.in_(newest), (closing.kind == ExamState.WITHDRAWN.value) | recalled
    )


def _closing(row: ExamClosingRow) -> Closing:
    kind = None if row.kind == REOPENED else ExamState(row.kind)
    return Closing(row.exam_id, kind, row.said_by, Mover(row.mover), row.reason, row.at)
