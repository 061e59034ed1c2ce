"""Images that were rejected (IHE IOCM): rows that are only added; the images' own rows and files stay.

A rejection may come before its images: which of them it takes away is asked anew whenever an exam is put
together.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Patient
from klarsyn.domain.rejection import Rejection, RejectionReason
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.exam_state_models import ImageRejectionRow
from klarsyn.store.identity import same_patient
from klarsyn.store.models import ExamRow, ImageRow


class DuplicateRejection(Exception):
    """Two different files carry the SOPInstanceUID of one rejection."""


@dataclass(frozen=True, slots=True)
class KeptRejection:
    """A rejection, whose it is by what it says, its content's hash, and when it came."""

    rejection: Rejection
    patient: Patient
    sha256: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class RejectedImage:
    """One image that a rejection has taken away."""

    image_uid: str
    reason: RejectionReason
    document_uid: str
    arrived_at: datetime


class RejectionRepository:
    """Rejections as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    @staticmethod
    def add_in(session: Session, kept: KeptRejection) -> bool:
        """Append a rejection inside the caller's transaction; returns whether it was new.

        Raises
        ------
        DuplicateRejection
            If its UID is known with another content; the known one stays.
        """
        rejection, patient = kept.rejection, kept.patient
        known = session.scalar(
            select(ImageRejectionRow.sha256)
            .where(ImageRejectionRow.document_uid == rejection.document_uid)
            .limit(1)
        )
        if known is not None:
            if known != kept.sha256:
                raise DuplicateRejection
            return False
        for study, uid in rejection.images:
            session.add(
                ImageRejectionRow(
                    document_uid=rejection.document_uid,
                    image_uid=uid,
                    study_instance_uid=study,
                    reason=rejection.reason.value,
                    patient_id=_text(patient.patient_id, 200),
                    patient_issuer=_text(patient.issuer, 200),
                    patient_name=_text(patient.name, 400),
                    birth_date=patient.birth_date,
                    sha256=kept.sha256,
                    arrived_at=kept.arrived_at,
                )
            )
        session.flush()
        return True

    def of_exam(self, exam_id: str) -> list[RejectedImage]:
        """Return what has been taken from an exam, by time."""
        with self._database.reading() as session:
            found = [row for row, _ in _applying(session, [exam_id])]
        return sorted(
            (
                RejectedImage(r.image_uid, RejectionReason(r.reason), r.document_uid, r.arrived_at)
                for r in found
            ),
            key=lambda one: (one.arrived_at, one.image_uid),
        )

    def touched(self, document_uids: Collection[str]) -> dict[str, bool]:
        """Return the exams whose images these documents name, and whether each is of the same woman."""
        found: dict[str, bool] = {}
        with self._database.reading() as session:
            for row, exam in _naming(session, document_uids):
                found[exam.exam_id] = found.get(exam.exam_id, True) and same_patient(exam, _patient(row))
        return found

    def of_other_patients(self, document_uids: Collection[str]) -> list[str]:
        """Return those of the documents that name an image of another woman's exam."""
        with self._database.reading() as session:
            return sorted(
                {
                    row.document_uid
                    for row, exam in _naming(session, document_uids)
                    if not same_patient(exam, _patient(row))
                }
            )


def _naming(session: Session, document_uids: Collection[str]) -> Iterator[tuple[ImageRejectionRow, ExamRow]]:
    """Give each rejection of these documents with the exam that has its image."""
    for portion in portions(document_uids):
        query = (
            select(ImageRejectionRow, ExamRow)
            .join(ImageRow, ImageRow.sop_instance_uid == ImageRejectionRow.image_uid)
            .join(ExamRow, ExamRow.exam_id == ImageRow.exam_id)
            .where(ImageRejectionRow.document_uid.in_(portion))
        )
        yield from session.execute(query).tuples()


def rejected_uids(session: Session, exam_ids: Iterable[str] | None = None) -> frozenset[str]:
    """Return the images of these exams, or of all, that have been rejected."""
    if exam_ids is None:
        return frozenset(uid for _, uid in _applying(session, None))
    return frozenset(uid for portion in portions(exam_ids) for _, uid in _applying(session, portion))


def _applying(session: Session, exam_ids: list[str] | None) -> list[tuple[ImageRejectionRow, str]]:
    query = (
        select(ImageRejectionRow, ImageRow, ExamRow)
        .join(ImageRow, ImageRow.sop_instance_uid == ImageRejectionRow.image_uid)
        .join(ExamRow, ExamRow.exam_id == ImageRow.exam_id)
    )
    if exam_ids is not None:
        query = query.where(ImageRow.exam_id.in_(exam_ids))
    return [
        (row, image.sop_instance_uid)
        for row, image, exam in session.execute(query)
        if image.facts["study_instance_uid"] == row.study_instance_uid and same_patient(exam, _patient(row))
    ]


def _patient(row: ImageRejectionRow) -> Patient:
    return Patient(row.patient_id, row.patient_name, row.birth_date, row.patient_issuer)


def _text(value: str, longest: int) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:longest]
