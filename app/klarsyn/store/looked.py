"""What readers have seen at 1:1 of the exams that they have not finished."""

from collections.abc import Mapping
from datetime import datetime

from klarsyn.store.database import Database
from klarsyn.store.models import LookedRow


class LookedRepository:
    """One row for each reader and exam; no reader is given another's (invariant 5)."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def of(self, exam_id: str, reader: str) -> dict[str, str]:
        """Return what this reader has seen of this exam: a packed coverage for each image's UID."""
        with self._database.reading() as session:
            row = session.get(LookedRow, (reader, exam_id))
            return dict(row.seen) if row is not None else {}

    def save(self, exam_id: str, reader: str, seen: Mapping[str, str], at: datetime) -> None:
        """Remember what this reader has seen of this exam."""
        with self._database.writing() as session:
            session.merge(LookedRow(reader=reader, exam_id=exam_id, seen=dict(seen), saved_at=at))
