"""Exams and their images."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Exam
from klarsyn.domain.read import ReadKind
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.exam_closings import closed_exams
from klarsyn.store.exam_rows import exams_of, newest_first
from klarsyn.store.exam_state_models import ImageRejectionRow
from klarsyn.store.joining import Arrival, exam_of, fill_in_stack, read_anew
from klarsyn.store.models import ExamRow, ImageRow, ReadRow
from klarsyn.store.priors import alone, ask_for, hanging_beside, settle
from klarsyn.store.records import image_to_json


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
                found = exams_of(session, None)
            else:
                found = [exam for portion in portions(exam_ids) for exam in exams_of(session, portion)]
        return sorted(found, key=lambda e: (e.arrived_at, e.exam_id))

    def counts(self) -> tuple[int, int]:
        """Return how many reading tasks and images there are: cheap to ask, and other when some have come."""
        with self._database.reading() as session:
            tasks = session.scalar(select(func.count()).select_from(ExamRow).where(ExamRow.reading_task))
            return tasks or 0, session.scalar(select(func.count()).select_from(ImageRow)) or 0

    def open_tasks(self, reader: str, now: datetime) -> list[str]:
        """Return the reading tasks that may wait for this reader, oldest first.

        Left out is only what certainly does not wait: exams that this reader, or any two, have finally
        read, no image having come or been rejected since, and what is withdrawn or recalled. The policy
        decides about the rest.
        """
        rejections = select(ImageRow.exam_id).join(
            ImageRejectionRow, ImageRejectionRow.image_uid == ImageRow.sop_instance_uid
        )
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
                ReadRow.exam_id.not_in(rejections),
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
            .where(ExamRow.exam_id.not_in(closed_exams()))
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
        return sorted(self.many(ids), key=newest_first)

    def beside(self, exam_id: str) -> list[Exam]:
        """Return what may hang beside an exam, newest first: this woman's priors, and her older tasks.

        Whether a task has been read, and is a prior by now, is the policy's to say (reading/beside.py).
        """
        with self._database.reading() as session:
            exam = session.get(ExamRow, exam_id)
            ids = [row.exam_id for row in hanging_beside(session, exam)] if exam is not None else []
        return sorted(self.many(ids), key=newest_first)

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


__all__ = ["Arrival", "DuplicateInstance", "ExamRepository"]
