"""Exams and their images."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Exam, ExamType, Image, Patient
from klarsyn.store.database import Database
from klarsyn.store.models import ExamRow, ImageRow, ReadRow
from klarsyn.store.records import image_from_json, image_to_json


@dataclass(frozen=True, slots=True)
class Arrival:
    """One readable file, ready to be joined to its exam."""

    image: Image
    sha256: str
    exam_key: str
    patient: Patient
    study_date: date | None
    accession_number: str
    exam_type: ExamType
    reading_task: bool
    arrived_at: datetime
    repairs_applied: tuple[str, ...] = ()


class DuplicateInstance(Exception):
    """Two different files carry one SOPInstanceUID."""


class ExamRepository:
    """Exams as rows; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(self, arrival: Arrival) -> tuple[str, bool]:
        """Join one image to its exam; return (exam_id, whether the image was new).

        Raises
        ------
        DuplicateInstance
            If the UID is known with another content; the known one is kept.
        """
        with self._database.writing() as session:
            return self.add_in(session, arrival)

    @staticmethod
    def add_in(session: Session, arrival: Arrival) -> tuple[str, bool]:
        """As `add`, inside the caller's transaction."""
        known = session.get(ImageRow, arrival.image.sop_instance_uid)
        if known is not None and known.sha256 != arrival.sha256:
            raise DuplicateInstance
        if known is not None and not _may_be_read_anew(session, known, arrival):
            exam = session.get_one(ExamRow, known.exam_id)
            # A later `import --read` makes a reading task of what came as a prior; never the reverse.
            exam.reading_task = exam.reading_task or arrival.reading_task
            return known.exam_id, False
        exam = _exam_of(session, arrival)
        if known is not None:
            known.exam_id, known.facts = exam.exam_id, image_to_json(arrival.image)
            return exam.exam_id, False
        session.add(
            ImageRow(
                sop_instance_uid=arrival.image.sop_instance_uid,
                exam_id=exam.exam_id,
                sha256=arrival.sha256,
                facts=image_to_json(arrival.image),
                arrived_at=arrival.arrived_at,
            )
        )
        session.flush()
        return exam.exam_id, True

    def get(self, exam_id: str) -> Exam:
        """Return one exam with its images.

        Raises
        ------
        KeyError
            If there is none.
        """
        found = self.many([exam_id])
        if not found:
            raise KeyError(exam_id)
        return found[0]

    def many(self, exam_ids: Iterable[str] | None = None) -> list[Exam]:
        """Return exams with their images, in order of arrival; all of them without `exam_ids`."""
        with self._database.reading() as session:
            query = select(ExamRow).order_by(ExamRow.arrived_at, ExamRow.exam_id)
            images = select(ImageRow).order_by(ImageRow.sop_instance_uid)
            if exam_ids is not None:
                wanted = list(exam_ids)
                query = query.where(ExamRow.exam_id.in_(wanted))
                images = images.where(ImageRow.exam_id.in_(wanted))
            by_exam: dict[str, list[Image]] = {}
            for row in session.scalars(images):
                by_exam.setdefault(row.exam_id, []).append(image_from_json(row.facts))
            # An exam whose images a header repair has moved elsewhere has none left, and is no exam.
            return [_exam(r, by_exam[r.exam_id]) for r in session.scalars(query) if r.exam_id in by_exam]

    def files(self, exam_id: str) -> dict[str, str]:
        """Return SOPInstanceUID -> SHA-256 of the images of one exam."""
        with self._database.reading() as session:
            rows = session.execute(
                select(ImageRow.sop_instance_uid, ImageRow.sha256).where(ImageRow.exam_id == exam_id)
            )
            return {row.sop_instance_uid: row.sha256 for row in rows}


def _may_be_read_anew(session: Session, known: ImageRow, arrival: Arrival) -> bool:
    """True when a header repair now reads a known image differently and nobody has signed its exam yet."""
    exam = session.get_one(ExamRow, known.exam_id)
    if exam.key == arrival.exam_key and known.facts == image_to_json(arrival.image):
        return False
    return session.scalar(select(ReadRow.read_id).where(ReadRow.exam_id == exam.exam_id).limit(1)) is None


def _exam_of(session: Session, arrival: Arrival) -> ExamRow:
    row = session.scalar(select(ExamRow).where(ExamRow.key == arrival.exam_key))
    if row is None:
        row = ExamRow(
            exam_id=str(uuid.uuid4()),
            key=arrival.exam_key,
            patient_id=arrival.patient.patient_id,
            patient_name=arrival.patient.name,
            birth_date=arrival.patient.birth_date,
            study_date=arrival.study_date,
            accession_number=arrival.accession_number,
            exam_type=arrival.exam_type.value,
            reading_task=arrival.reading_task,
            arrived_at=arrival.arrived_at,
        )
        session.add(row)
        session.flush()
    row.exam_type = _joined_type(ExamType(row.exam_type), arrival.exam_type).value
    row.reading_task = row.reading_task or arrival.reading_task
    return row


def _joined_type(one: ExamType, other: ExamType) -> ExamType:
    if {one, other} == {ExamType.FFDM, ExamType.DBT}:
        return ExamType.FFDM_DBT
    return one


def _exam(row: ExamRow, images: list[Image]) -> Exam:
    exam = Exam(
        exam_id=row.exam_id,
        key=row.key,
        patient=Patient(row.patient_id, row.patient_name, row.birth_date),
        study_date=row.study_date,
        arrived_at=row.arrived_at,
        exam_type=ExamType(row.exam_type),
        images=tuple(images),
        reading_task=row.reading_task,
        accession_number=row.accession_number,
    )
    return replace(exam, notices=exam.contradictions())
