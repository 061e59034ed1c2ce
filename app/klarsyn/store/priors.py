"""Which exams of one woman are priors, settled anew with each image that comes.

The rule is the domain's (domain/task.py). It is asked about all her exams whenever one of them changes, so
that what it says never hangs on the order in which they came.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Image, Patient, ViewPosition
from klarsyn.domain.task import Study, TaskRule
from klarsyn.store.models import DraftRow, ExamRow, ImageRow, ReadRow
from klarsyn.store.records import image_from_json


def settle(session: Session, exam: ExamRow, rule: TaskRule) -> None:
    """Say of each exam of this woman whether it is a reading task, and of each prior why it is none."""
    rows = of_same_patient(session, exam)
    studies = {row.exam_id: _study(session, row) for row in rows}
    for row in rows:
        others = [study for exam_id, study in studies.items() if exam_id != row.exam_id]
        row.prior_reason = rule.why_prior(studies[row.exam_id], others)
        row.reading_task = not row.prior_reason


def ask_for(exam: ExamRow) -> None:
    """Make a reading task of an exam for good."""
    exam.asked_for, exam.reading_task, exam.prior_reason = True, True, ""


def of_same_patient(session: Session, exam: ExamRow) -> list[ExamRow]:
    """Return the exams that are certainly this woman's, this one among them."""
    if not exam.patient_id or exam.birth_date is None:
        return [exam]
    query = select(ExamRow).where(
        ExamRow.patient_id == exam.patient_id,
        ExamRow.patient_issuer == exam.patient_issuer,
        ExamRow.birth_date == exam.birth_date,
    )
    return list(session.scalars(query))


def patient_of(row: ExamRow) -> Patient:
    """Return the identity in a row."""
    return Patient(row.patient_id, row.patient_name, row.birth_date, row.patient_issuer)


def _study(session: Session, row: ExamRow) -> Study:
    signed = session.scalar(select(ReadRow.read_id).where(ReadRow.exam_id == row.exam_id).limit(1))
    drafted = session.scalar(select(DraftRow.reader).where(DraftRow.exam_id == row.exam_id).limit(1))
    facts = session.scalars(select(ImageRow.facts).where(ImageRow.exam_id == row.exam_id))
    return Study(
        patient=patient_of(row),
        study_date=row.study_date,
        arrived=row.arrived_at.date(),
        asked_for=row.asked_for,
        begun=signed is not None or drafted is not None,
        doubtful=row.identity_conflict,
        screens=any(_screens(image_from_json(each)) for each in facts),
    )


def _screens(image: Image) -> bool:
    whole = image.is_full_view and image.view_position in (ViewPosition.CC, ViewPosition.MLO)
    return whole and image.hangs and not image.for_processing
