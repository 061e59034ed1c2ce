"""Which exam an arriving image belongs to.

Files of one key form one exam, unless they carry different patients: images of two women never share
an exam, whatever their study says. They are kept apart, each under its own identity, and both exams
tell it.
"""

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import ExamType, Image, Patient
from klarsyn.domain.task import TaskRule
from klarsyn.store.identity import current, identity
from klarsyn.store.identity import same_patient as same_patient
from klarsyn.store.models import ExamRow, ImageRow, ReadRow
from klarsyn.store.records import image_from_json, image_to_json


@dataclass(frozen=True, slots=True)
class Arrival:
    """One readable file, ready to be joined to its exam.

    `asked_for` makes the exam a reading task whatever `rule` says of it.
    """

    image: Image
    sha256: str
    exam_key: str
    patient: Patient
    study_date: date | None
    accession_number: str
    exam_type: ExamType
    asked_for: bool
    arrived_at: datetime
    repairs_applied: tuple[str, ...] = ()
    rule: TaskRule = field(default_factory=TaskRule)


def exam_of(session: Session, arrival: Arrival) -> ExamRow:
    """Return the row of the arrival's exam, made when it is the first image."""
    row = _row(session, arrival.exam_key)
    if row is not None and not same_patient(row, arrival.patient):
        row.identity_conflict = True
        key = f"{arrival.exam_key}|identity:{_digest(arrival.patient)}"
        row = _row(session, key) or _new(session, arrival, key)
        row.identity_conflict = True
    elif row is None:
        row = _new(session, arrival, arrival.exam_key)
    row.exam_type = _joined_type(ExamType(row.exam_type), arrival.exam_type).value
    if arrival.study_date is not None and row.study_date is not None:
        # Images of one study under two dates: the later one, so that no stray old date files it away.
        row.study_date = max(row.study_date, arrival.study_date)
    row.asked_for = row.asked_for or arrival.asked_for
    return row


def read_anew(session: Session, known: ImageRow, arrival: Arrival) -> bool:
    """True when a header repair reads a known image differently and nobody has signed its exam yet.

    An import without the repair never undoes it.
    """
    if not arrival.repairs_applied:
        return False
    exam = session.get_one(ExamRow, known.exam_id)
    if exam.key == arrival.exam_key and known.facts == image_to_json(arrival.image):
        return False
    return session.scalar(select(ReadRow.read_id).where(ReadRow.exam_id == exam.exam_id).limit(1)) is None


def fill_in_stack(known: ImageRow, image: Image) -> None:
    """Add what an image's header says of its slices to a row from before that was read (migration 0006).

    Side, view and exam stay as they were read, be it by a repair or with a read signed since.
    """
    if image.stack is None or known.facts.get("stack") is not None:
        return
    before = image_from_json(known.facts)
    told = tuple(dict.fromkeys((*before.notices, *image.notices)))
    known.facts = image_to_json(replace(before, stack=image.stack, frames=image.frames, notices=told))


def _row(session: Session, key: str) -> ExamRow | None:
    return session.scalar(select(ExamRow).where(ExamRow.key == key))


def _new(session: Session, arrival: Arrival, key: str) -> ExamRow:
    patient = current(session, arrival.patient)
    row = ExamRow(
        exam_id=str(uuid.uuid4()),
        key=key,
        patient_id=patient.patient_id,
        patient_issuer=patient.issuer,
        patient_name=patient.name,
        birth_date=patient.birth_date,
        study_date=arrival.study_date,
        accession_number=arrival.accession_number,
        exam_type=arrival.exam_type.value,
        reading_task=True,
        asked_for=arrival.asked_for,
        identity_conflict=False,
        arrived_at=arrival.arrived_at,
    )
    session.add(row)
    session.flush()
    return row


def _digest(patient: Patient) -> str:
    return hashlib.sha256("\0".join(identity(patient)).encode()).hexdigest()[:16]


def _joined_type(one: ExamType, other: ExamType) -> ExamType:
    if {one, other} == {ExamType.FFDM, ExamType.DBT}:
        return ExamType.FFDM_DBT
    return one
