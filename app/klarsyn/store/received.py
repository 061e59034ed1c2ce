"""Whose report or document it is, and which exam it is about: the same for both.

A file meets an exam by the exam's key, or by an image of its own study that it names (a header repair may
have put the images of one study under another key). It never meets the exam of another woman: what the file
says of its patient must not contradict the exam's.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from klarsyn.domain.exam import Patient
from klarsyn.store.chunks import portions
from klarsyn.store.joining import same_patient
from klarsyn.store.models import ExamRow, ImageRow
from klarsyn.store.report_models import ReceivedDocumentRow, ReceivedReportRow

ReceivedRow = ReceivedReportRow | ReceivedDocumentRow
_Row = TypeVar("_Row", ReceivedReportRow, ReceivedDocumentRow)

ANOTHER_PATIENT = (
    "It is about the study of an exam that is here, and names another patient than that exam. It is not "
    "shown with the exam and does not order the queue."
)
CHECK_IDENTITY = "Have the identity checked where it was made, and send it again under the right patient."
_OF_SEVERAL = (
    "Images of its study carry different patient identities, and it says too little of its own patient to "
    "tell whose it is. It is not shown with either exam."
)


class DuplicateReceived(Exception):
    """Two different files carry the SOPInstanceUID of one report or document."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a file said beside its facts, when it came, and its content's hash in the images folder."""

    exam_key: str
    patient: Patient
    study_date: date | None
    accession_number: str
    sha256: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """The exams that a file is about; `why_not` says why an exam of its study is none of them."""

    exam_ids: tuple[str, ...] = ()
    why_not: str = ""


def columns_of(received: Received, uid: str, maker: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a row, each cut to what its column takes."""
    patient = received.patient
    return {
        "sop_instance_uid": uid,
        "exam_key": received.exam_key,
        "patient_id": _text(patient.patient_id, 200),
        "patient_issuer": _text(patient.issuer, 200),
        "patient_name": _text(patient.name, 400),
        "birth_date": patient.birth_date,
        "study_date": received.study_date,
        "accession_number": _text(received.accession_number, 64),
        "maker": _text(maker, 200),
        "sha256": received.sha256,
        "facts": facts,
        "arrived_at": received.arrived_at,
    }


def add_received(
    session: Session, table: type[_Row], received: Received, uid: str, maker: str, facts: dict[str, Any]
) -> bool:
    """Append one file's row inside the caller's transaction; returns whether it was new.

    Raises
    ------
    DuplicateReceived
        If its UID is known with another content; the known one is kept.
    ValueError
        If it says what no database takes.
    """
    known = session.get(table, uid)
    if known is not None:
        if known.sha256 != received.sha256:
            raise DuplicateReceived
        return False
    session.add(table(**columns_of(received, uid, maker, storable(facts))))
    session.flush()
    return True


def _text(value: str, longest: int) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def storable(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts that every database takes as JSON; raises ValueError for numbers that are none."""
    json.dumps(facts, allow_nan=False)
    return facts


def patient_in(row: ReceivedRow) -> Patient:
    """Return whose file it is by what it says."""
    return Patient(row.patient_id, row.patient_name, row.birth_date, row.patient_issuer)


def exams_under(session: Session, keys: Collection[str]) -> dict[str, list[ExamRow]]:
    """Return the exams under each key, also those that were kept apart by identity; those without any are
    left out."""
    found: dict[str, list[ExamRow]] = {}
    for portion in portions(sorted(keys)):
        for exam in session.scalars(select(ExamRow).where(ExamRow.key.in_(portion))):
            found[exam.key] = [exam]
    for key, exams in found.items():
        if exams[0].identity_conflict:
            apart = ExamRow.key.startswith(f"{key}|identity:", autoescape=True)
            exams += session.scalars(select(ExamRow).where(apart).order_by(ExamRow.exam_id))
    return found


def match(row: ReceivedRow, exams: Iterable[ExamRow]) -> Match:
    """Say which of the exams of its study a file is about."""
    patient = patient_in(row)
    of_study = list(exams)
    mine = [exam.exam_id for exam in of_study if same_patient(exam, patient)]
    if len(mine) > 1:
        return Match(why_not=_OF_SEVERAL)
    return Match(tuple(mine), ANOTHER_PATIENT if of_study and not mine else "")


def exams_of_images(session: Session, study_key: str, uids: Iterable[str]) -> list[ExamRow]:
    """Return the exams that have one of these images, of the study that `study_key` names."""
    ids: set[str] = set()
    for portion in portions(uids):
        query = select(ImageRow.exam_id, ImageRow.facts).where(ImageRow.sop_instance_uid.in_(portion))
        ids |= {
            i for i, facts in session.execute(query) if f"study:{facts['study_instance_uid']}" == study_key
        }
    return list(session.scalars(select(ExamRow).where(ExamRow.exam_id.in_(sorted(ids)))))


def asked_for(
    session: Session, table: type[_Row], exam_ids: Collection[str] | None, uids: Collection[str]
) -> list[_Row]:
    """Return the rows about exams, and those named by SOPInstanceUID, in order of arrival; all for None."""
    # What a report says may be long; here it is asked whose it is only.
    query = select(table).options(defer(table.facts))
    if exam_ids is None:
        found = list(session.scalars(query))
    else:
        found = []
        for column, values in ((table.exam_key, _keys_of(session, exam_ids)), (table.sop_instance_uid, uids)):
            for portion in portions(values):
                found += session.scalars(query.where(column.in_(portion)))
    each = {one.sop_instance_uid: one for one in found}.values()
    return sorted(each, key=lambda one: (one.arrived_at, one.sop_instance_uid))


def _keys_of(session: Session, exam_ids: Iterable[str]) -> set[str]:
    """Return the keys under which files about exams come: theirs, and those of their images' studies."""
    keys: set[str] = set()
    for portion in portions(exam_ids):
        found = session.scalars(select(ExamRow.key).where(ExamRow.exam_id.in_(portion)))
        keys |= {key.partition("|identity:")[0] for key in found}
        facts = session.scalars(select(ImageRow.facts).where(ImageRow.exam_id.in_(portion)))
        keys |= {f"study:{each['study_instance_uid']}" for each in facts}
    return keys
