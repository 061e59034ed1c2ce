"""Exams and their images."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Exam, ExamType, Image, Notice
from klarsyn.domain.read import ReadKind
from klarsyn.domain.volumes import volume_notices
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.joining import Arrival, exam_of, fill_in_stack, read_anew
from klarsyn.store.models import ExamRow, ImageRow, ReadRow
from klarsyn.store.priors import alone, ask_for, of_same_patient, patient_of, settle
from klarsyn.store.records import image_from_json, image_to_json

IDENTITY_CONFLICT = Notice(
    "identity-contradiction",
    "Images of this study carry different patient identities. They are kept apart, in an exam for each; "
    "have the identity checked before you sign.",
)


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
        if known is not None and not read_anew(session, known, arrival):
            fill_in_stack(known, arrival.image)
            if arrival.asked_for:
                # A later `import --read` makes a reading task of what came as a prior; never the reverse.
                ask_for(session.get_one(ExamRow, known.exam_id))
            return known.exam_id, False
        exam = exam_of(session, arrival)
        if known is not None:
            before = session.get_one(ExamRow, known.exam_id)
            known.exam_id, known.facts = exam.exam_id, image_to_json(arrival.image)
            session.flush()
            settle(session, before, arrival.rule)
            settle(session, exam, arrival.rule)
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
        settle(session, exam, arrival.rule)
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
            if exam_ids is None:
                found = _exams(session, None)
            else:
                found = [exam for portion in portions(exam_ids) for exam in _exams(session, portion)]
        return sorted(found, key=lambda e: (e.arrived_at, e.exam_id))

    def open_tasks(self, reader: str, now: datetime) -> list[str]:
        """Return the reading tasks that may wait for this reader, oldest first.

        Left out is only what certainly does not wait: exams that this reader, or any two, have finally
        read, no image having come since. The policy decides about the rest.
        """
        withdrawn = select(ReadRow.supersedes).where(ReadRow.supersedes.is_not(None))
        newest = (
            select(ImageRow.exam_id, func.max(ImageRow.arrived_at).label("at")).group_by(ImageRow.exam_id)
        ).subquery()
        final = (
            select(ReadRow.exam_id)
            .join(newest, newest.c.exam_id == ReadRow.exam_id)
            .where(
                ReadRow.kind == ReadKind.FINAL.value,
                ReadRow.read_id.not_in(withdrawn),
                ReadRow.signed_at >= newest.c.at,
            )
        )
        own = final.where(ReadRow.reader == reader)
        two = (
            final.where(ReadRow.effective_at <= now)
            .group_by(ReadRow.exam_id)
            .having(func.count(func.distinct(ReadRow.reader)) >= 2)
        )
        query = (
            select(ExamRow.exam_id)
            .where(ExamRow.reading_task, ExamRow.exam_id.not_in(own), ExamRow.exam_id.not_in(two))
            .order_by(ExamRow.arrived_at, ExamRow.exam_id)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))

    def priors(self, among: Iterable[str] | None = None) -> list[Exam]:
        """Return the exams that are kept as priors, newest first; of all, or of those named."""
        query = select(ExamRow.exam_id).where(~ExamRow.reading_task)
        with self._database.reading() as session:
            if among is None:
                ids = list(session.scalars(query))
            else:
                ids = [
                    i for p in portions(among) for i in session.scalars(query.where(ExamRow.exam_id.in_(p)))
                ]
        return sorted(self.many(ids), key=_newest_first)

    def priors_beside(self, exam_id: str) -> list[Exam]:
        """Return the priors that are certainly this exam's woman's, newest first."""
        with self._database.reading() as session:
            exam = session.get(ExamRow, exam_id)
            rows = of_same_patient(session, exam) if exam is not None else []
            ids = [row.exam_id for row in rows if row.exam_id != exam_id and not row.reading_task]
        return sorted(self.many(ids), key=_newest_first)

    def priors_alone(self) -> set[str]:
        """Return the exam_ids of priors of whose women no newer study is here."""
        with self._database.reading() as session:
            return alone(session)

    def make_task(self, exam_id: str) -> None:
        """Make a reading task of a prior, for good.

        Raises
        ------
        KeyError
            If there is no such exam.
        """
        with self._database.writing() as session:
            exam = session.get(ExamRow, exam_id)
            if exam is None:
                raise KeyError(exam_id)
            ask_for(exam)

    def files(self, exam_id: str) -> dict[str, str]:
        """Return SOPInstanceUID -> SHA-256 of the images of one exam."""
        with self._database.reading() as session:
            rows = session.execute(
                select(ImageRow.sop_instance_uid, ImageRow.sha256).where(ImageRow.exam_id == exam_id)
            )
            return {row.sop_instance_uid: row.sha256 for row in rows}


def _newest_first(exam: Exam) -> tuple[int, str]:
    return -(exam.study_date.toordinal() if exam.study_date else 0), exam.exam_id


def _exams(session: Session, exam_ids: list[str] | None) -> list[Exam]:
    query = select(ExamRow)
    images = select(ImageRow).order_by(ImageRow.sop_instance_uid)
    if exam_ids is not None:
        query = query.where(ExamRow.exam_id.in_(exam_ids))
        images = images.where(ImageRow.exam_id.in_(exam_ids))
    by_exam: dict[str, list[Image]] = {}
    for row in session.scalars(images):
        by_exam.setdefault(row.exam_id, []).append(image_from_json(row.facts))
    # An exam whose images a header repair has moved elsewhere has none left, and is no exam.
    return [_exam(r, by_exam[r.exam_id]) for r in session.scalars(query) if r.exam_id in by_exam]


def _exam(row: ExamRow, images: list[Image]) -> Exam:
    exam = Exam(
        exam_id=row.exam_id,
        key=row.key,
        patient=patient_of(row),
        study_date=row.study_date,
        arrived_at=row.arrived_at,
        exam_type=ExamType(row.exam_type),
        images=tuple(images),
        reading_task=row.reading_task,
        accession_number=row.accession_number,
        prior_reason=row.prior_reason,
    )
    notices = (*exam.contradictions(), *volume_notices(exam))
    if row.identity_conflict:
        notices = (IDENTITY_CONFLICT, *notices)
    return replace(exam, notices=notices)


__all__ = ["Arrival", "DuplicateInstance", "ExamRepository"]
