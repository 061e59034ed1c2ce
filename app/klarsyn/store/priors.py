"""Which exams of one woman are priors, settled anew with each image that comes.

The rule is the domain's (domain/task.py). It is asked about all her exams whenever one of them changes, so
that what it says never hangs on the order in which they came.
"""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from klarsyn.domain.exam import Image, ViewPosition
from klarsyn.domain.task import Study, TaskRule, possible
from klarsyn.store.identity import patient_of as patient_of
from klarsyn.store.models import DraftRow, ExamRow, ImageRow, ReadRow
from klarsyn.store.records import image_from_json
from klarsyn.store.rejections import rejected_uids


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


def hanging_beside(session: Session, exam: ExamRow) -> list[ExamRow]:
    """Return this woman's other exams that are priors, or older tasks whose identity is not in doubt."""
    others = [row for row in of_same_patient(session, exam) if row.exam_id != exam.exam_id]
    return [row for row in others if not row.reading_task or _is_older(row, exam)]


def _is_older(row: ExamRow, exam: ExamRow) -> bool:
    if row.study_date is None or exam.study_date is None or row.identity_conflict:
        return False
    return row.study_date < exam.study_date


def alone(session: Session) -> set[str]:
    """Return the exam_ids of priors of whose women no newer study is here: no queue leads anybody to them.

    In one query, not by the rule for each: an archive may hold thousands, and every queue asks.
    """
    newer = aliased(ExamRow)
    # An exam whose images a header repair has moved elsewhere is none.
    images = select(ImageRow.exam_id)
    same_woman = and_(
        newer.patient_id == ExamRow.patient_id,
        newer.patient_issuer == ExamRow.patient_issuer,
        newer.birth_date == ExamRow.birth_date,
        ExamRow.patient_id != "",
    )
    rows = session.execute(
        select(ExamRow.exam_id, newer.study_date, newer.arrived_at)
        .outerjoin(
            newer,
            and_(
                same_woman,
                newer.study_date > ExamRow.study_date,
                ~newer.identity_conflict,
                newer.exam_id.in_(images),
            ),
        )
        .where(~ExamRow.reading_task, ExamRow.exam_id.in_(images))
    ).all()
    followed = {
        row.exam_id
        for row in rows
        if row.study_date is not None and possible(row.study_date, row.arrived_at.date())
    }
    return {row.exam_id for row in rows} - followed


def _study(session: Session, row: ExamRow) -> Study:
    signed = session.scalar(select(ReadRow.read_id).where(ReadRow.exam_id == row.exam_id).limit(1))
    drafted = session.scalar(select(DraftRow.reader).where(DraftRow.exam_id == row.exam_id).limit(1))
    images = session.scalars(select(ImageRow).where(ImageRow.exam_id == row.exam_id))
    # What was rejected takes no older study's place.
    gone = rejected_uids(session, [row.exam_id])
    facts = [image.facts for image in images if image.sop_instance_uid not in gone]
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
