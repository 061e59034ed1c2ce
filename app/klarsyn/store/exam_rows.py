"""Exams as they stand in rows: with their images, and with what must be told of them as a whole."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Exam, ExamType, Image, Notice
from klarsyn.domain.reading_facts import ReadingFacts
from klarsyn.domain.volumes import volume_notices
from klarsyn.store.exam_notes import notes_in_force
from klarsyn.store.models import ExamRow, ImageRow
from klarsyn.store.priors import patient_of
from klarsyn.store.records import image_from_json
from klarsyn.store.rejections import rejected_uids

IDENTITY_CONFLICT = Notice(
    "identity-contradiction",
    "Images of this study carry different patient identities. They are kept apart, in an exam for each; "
    "have the identity checked before you sign.",
)


def newest_first(exam: Exam) -> tuple[int, str]:
    """Return what sorts exams by study date, the newest first and those without one last."""
    return -(exam.study_date.toordinal() if exam.study_date else 0), exam.exam_id


def exams_of(session: Session, exam_ids: list[str] | None) -> list[Exam]:
    """Return exams with their images, in no order; all of them for None."""
    query = select(ExamRow)
    images = select(ImageRow).order_by(ImageRow.sop_instance_uid)
    if exam_ids is not None:
        query = query.where(ExamRow.exam_id.in_(exam_ids))
        images = images.where(ImageRow.exam_id.in_(exam_ids))
    by_exam: dict[str, list[Image]] = {}
    gone = rejected_uids(session, exam_ids)
    for row in session.scalars(images):
        if row.sop_instance_uid in gone:
            continue
        by_exam.setdefault(row.exam_id, []).append(image_from_json(row.facts))
    noted = notes_in_force(session, exam_ids)
    # An exam whose images were all rejected, or moved elsewhere by a header repair, is no exam.
    return [
        _exam(r, by_exam[r.exam_id], ReadingFacts(frozenset(noted.get(r.exam_id, ()))))
        for r in session.scalars(query)
        if r.exam_id in by_exam
    ]


def _exam(row: ExamRow, images: list[Image], facts: ReadingFacts) -> Exam:
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
    notices = (*facts.notices, *exam.contradictions(), *volume_notices(exam))
    if row.identity_conflict:
        notices = (IDENTITY_CONFLICT, *notices)
    return replace(exam, notices=notices)
