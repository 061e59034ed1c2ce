"""What an import has seen: files dealt with, and files that could not be read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from klarsyn.store.database import Database
from klarsyn.store.exams import Arrival, DuplicateInstance, ExamRepository
from klarsyn.store.models import ExamRow, ImageRow, QuarantineRow, SourceFileRow


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the import found it, and the header repairs that were in force then."""

    path: str
    size: int
    mtime_ns: int
    repairs: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that could not be read: reason, and what to do."""

    path: str
    reason: str
    advice: str
    seen_at: datetime


class ArrivalRepository:
    """The import's own book-keeping. Each file is settled in one transaction with its rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def settled(self, source: SourceFile, *, make_task: bool = False) -> bool:
        """True when this very file (path, size, time) needs no second look.

        Quarantined files always get one: the next version may read them. `make_task` turns the exam of
        a settled image into a reading task.
        """
        with self._database.reading() as session:
            row = session.get(SourceFileRow, source.path)
            if row is None or row.outcome == "quarantine":
                return False
            if (row.size, row.mtime_ns, row.repairs) != (source.size, source.mtime_ns, source.repairs):
                return False
            uid = row.sop_instance_uid
        if make_task and uid is not None:
            with self._database.writing() as session:
                image = session.get_one(ImageRow, uid)
                session.get_one(ExamRow, image.exam_id).reading_task = True
        return True

    def settle_image(self, source: SourceFile, arrival: Arrival) -> bool:
        """Store one image and its file's settlement together; return whether the image was new.

        A file that was quarantined before and can be read now leaves the quarantine.

        Raises
        ------
        DuplicateInstance
            If another content is known under this UID; nothing is stored.
        """
        with self._database.writing() as session:
            _, new = ExamRepository.add_in(session, arrival)
            uid = arrival.image.sop_instance_uid
            session.merge(SourceFileRow(**_columns(source), outcome="image", sop_instance_uid=uid))
            session.execute(delete(QuarantineRow).where(QuarantineRow.path == source.path))
        return new

    def settle_other(self, source: SourceFile) -> None:
        """Remember a file that is not DICOM at all and needs nothing."""
        with self._database.writing() as session:
            session.merge(SourceFileRow(**_columns(source), outcome="other"))

    def quarantine(self, source: SourceFile, reason: str, advice: str, at: datetime) -> None:
        """Put a file on the list of those that could not be read; the file itself stays untouched."""
        with self._database.writing() as session:
            session.merge(SourceFileRow(**_columns(source), outcome="quarantine"))
            session.merge(QuarantineRow(path=source.path, reason=reason, advice=advice, seen_at=at))

    def quarantined(self) -> list[Quarantined]:
        """Return the list, by path."""
        with self._database.reading() as session:
            rows = session.scalars(select(QuarantineRow).order_by(QuarantineRow.path))
            return [Quarantined(r.path, r.reason, r.advice, r.seen_at) for r in rows]

    def quarantined_count(self) -> int:
        """Return the length of the list."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(QuarantineRow)) or 0


def _columns(source: SourceFile) -> dict[str, str | int]:
    return {
        "path": source.path,
        "size": source.size,
        "mtime_ns": source.mtime_ns,
        "repairs": source.repairs,
    }


__all__ = ["ArrivalRepository", "DuplicateInstance", "Quarantined", "SourceFile"]
