"""Documents that came beside the images: rows that are only added. What a reader may see of them is not
decided here."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from klarsyn.domain.document import Document
from klarsyn.store.database import Database
from klarsyn.store.models import ExamRow
from klarsyn.store.received import (
    Match,
    Received,
    add_received,
    asked_for,
    exams_of_images,
    exams_under,
    match,
    patient_in,
)
from klarsyn.store.report_models import ReceivedDocumentRow

_FACTS: TypeAdapter[Document] = TypeAdapter(Document)


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document, and with what it came; `received.sha256` names its file in the images folder."""

    document: Document
    received: Received


class DocumentRepository:
    """Received documents as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    @staticmethod
    def add_in(session: Session, kept: KeptDocument) -> bool:
        """Append one document in the caller's transaction (`add_received`); returns whether it was new."""
        told = kept.document
        facts = _FACTS.dump_python(told, mode="json")
        return add_received(
            session, ReceivedDocumentRow, kept.received, told.sop_instance_uid, told.maker, facts
        )

    def of_exam(self, exam_id: str) -> tuple[KeptDocument, ...]:
        """Return the documents about an exam and its woman, in order of arrival."""
        with self._database.reading() as session:
            return tuple(_kept(row) for row, found in _about(session, [exam_id]) if exam_id in found.exam_ids)

    def matches(self, exam_ids: Collection[str], uids: Collection[str]) -> dict[str, Match]:
        """Return which exams the documents of these exams, and those named, are about."""
        with self._database.reading() as session:
            return {row.sop_instance_uid: found for row, found in _about(session, exam_ids, uids)}


def _about(
    session: Session, exam_ids: Collection[str], uids: Collection[str] = ()
) -> list[tuple[ReceivedDocumentRow, Match]]:
    rows = asked_for(session, ReceivedDocumentRow, exam_ids, uids)
    exams = exams_under(session, {each.exam_key for each in rows})
    return [(each, match(each, exams.get(each.exam_key) or _elsewhere(session, each))) for each in rows]


def _elsewhere(session: Session, row: ReceivedDocumentRow) -> list[ExamRow]:
    return exams_of_images(session, row.exam_key, _FACTS.validate_python(row.facts).refers_to)


def _kept(row: ReceivedDocumentRow) -> KeptDocument:
    received = Received(
        row.exam_key, patient_in(row), row.study_date, row.accession_number, row.sha256, row.arrived_at
    )
    return KeptDocument(_FACTS.validate_python(row.facts), received)
