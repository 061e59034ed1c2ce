"""What reads hold beside the assessment: signed rows, and the reader's draft of them.

Reader-facing methods take the reader and give only his or her own draft (invariant 5).
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from klarsyn.domain.finding import Finding
from klarsyn.domain.read import Density, ReadDetails, TechnicalQuality
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.decision_models import DraftDetailRow, ReadDetailRow

_FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])
_DETAILS: TypeAdapter[ReadDetails] = TypeAdapter(ReadDetails)


class ReadDetailRepository:
    """Details of reads as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    @staticmethod
    def add_in(session: Session, read_id: str, details: ReadDetails) -> None:
        """Append what one read holds, inside the caller's transaction."""
        session.add(
            ReadDetailRow(
                read_id=read_id,
                density=details.density.value if details.density else None,
                quality=details.quality.value if details.quality else None,
                comment=details.comment,
                findings=_FINDINGS.dump_python(details.findings, mode="json"),
            )
        )

    def of_reads(self, read_ids: Iterable[str]) -> dict[str, ReadDetails]:
        """Return the details of these reads; a read that was signed without any is not among them.

        Whose they are is not asked here: the caller decides who may see them.
        """
        query = select(ReadDetailRow)
        with self._database.reading() as session:
            return {
                row.read_id: _details(row)
                for portion in portions(read_ids)
                for row in session.scalars(query.where(ReadDetailRow.read_id.in_(portion)))
            }

    def draft_of(self, exam_id: str, reader: str) -> ReadDetails | None:
        """Return this reader's unsigned draft for this exam."""
        with self._database.reading() as session:
            row = session.get(DraftDetailRow, (reader, exam_id))
            return _DETAILS.validate_python(row.body) if row is not None else None

    def save_draft(self, exam_id: str, reader: str, details: ReadDetails, at: datetime) -> None:
        """Remember the draft."""
        body = _DETAILS.dump_python(details, mode="json")
        with self._database.writing() as session:
            session.merge(DraftDetailRow(reader=reader, exam_id=exam_id, body=body, saved_at=at))

    def clear_draft(self, exam_id: str, reader: str) -> None:
        """Forget a draft that has become part of a signed read."""
        of_reader = DraftDetailRow.reader == reader
        with self._database.writing() as session:
            session.execute(delete(DraftDetailRow).where(of_reader, DraftDetailRow.exam_id == exam_id))


def _details(row: ReadDetailRow) -> ReadDetails:
    return ReadDetails(
        Density(row.density) if row.density else None,
        TechnicalQuality(row.quality) if row.quality else None,
        row.comment,
        _FINDINGS.validate_python(row.findings),
    )
