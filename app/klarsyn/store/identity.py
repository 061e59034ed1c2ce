"""Who a patient is: what a file says of her, what an exam says, and what was merged and corrected since.

Keys never are the number. A number that was merged or corrected is known here under the new one from then on,
whichever of the two a later file bears.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from klarsyn.domain.exam import Patient
from klarsyn.store.exam_state_models import IdentityEventRow
from klarsyn.store.models import ExamRow


def patient_of(row: ExamRow) -> Patient:
    """Return the identity in a row."""
    return Patient(row.patient_id, row.patient_name, row.birth_date, row.patient_issuer)


def same_patient(row: ExamRow, patient: Patient) -> bool:
    """True when what a file says of its patient does not contradict an exam's.

    An attribute that one side lacks decides nothing.
    """
    session = object_session(row)
    if session is not None:
        patient = current(session, patient, row.exam_id)
    known = identity(patient_of(row))
    return all(not a or not b or a == b for a, b in zip(known, identity(patient), strict=True))


def identity(patient: Patient) -> tuple[str, str, str]:
    """Return number, name and birth date as they are compared."""
    name = "".join(c for c in patient.name.casefold() if c.isalnum())
    return patient.patient_id.strip(), name, patient.birth_date.isoformat() if patient.birth_date else ""


def current(session: Session, patient: Patient, exam_id: str | None = None) -> Patient:
    """Return who a file's patient is by all that was merged and corrected, in its order.

    What was corrected of one exam alone counts for files of that exam.
    """
    event = IdentityEventRow
    mine = (
        event.exam_id.is_(None) if exam_id is None else event.exam_id.is_(None) | (event.exam_id == exam_id)
    )
    for row in session.scalars(select(event).where(mine).order_by(event.number)):
        if (row.old_id, row.old_issuer) == (patient.patient_id.strip(), patient.issuer.strip()):
            patient = changed(patient, row)
    return patient


def changed(patient: Patient, event: IdentityEventRow) -> Patient:
    """Return a patient after one event."""
    return replace(
        patient,
        patient_id=event.new_id,
        issuer=event.new_issuer,
        name=event.new_name or patient.name,
        birth_date=event.new_birth_date or patient.birth_date,
    )
