"""Which readings of reports still belong to their exam: identity may be told apart after it was read."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from klarsyn.store.chunks import portions
from klarsyn.store.identity import identity, patient_of
from klarsyn.store.models import ExamRow
from klarsyn.store.received import exams_under, match, patient_in
from klarsyn.store.report_models import ReceivedReportRow

Reading = tuple[str, str]
"""A report's SOPInstanceUID, and the exam_id that it was read for."""


def withdrawn(session: Session, readings: Collection[Reading]) -> set[Reading]:
    """Return the readings whose report is not, or not surely, of the exam's patient as both are known now."""
    reports: dict[str, ReceivedReportRow] = {}
    for portion in portions({uid for uid, _ in readings}):
        # What a report says may be long; here it is asked whose it is only.
        query = select(ReceivedReportRow).options(defer(ReceivedReportRow.facts))
        found = session.scalars(query.where(ReceivedReportRow.sop_instance_uid.in_(portion)))
        reports |= {row.sop_instance_uid: row for row in found}
    exams: dict[str, ExamRow] = {}
    for portion in portions({exam_id for _, exam_id in readings}):
        exams |= {e.exam_id: e for e in session.scalars(select(ExamRow).where(ExamRow.exam_id.in_(portion)))}
    asked = [
        (reports[uid], exams[exam_id])
        for uid, exam_id in readings
        if not _is_plain(reports[uid], exams[exam_id])
    ]
    under = exams_under(session, {report.exam_key for report, _ in asked})
    gone = set[Reading]()
    for report, exam in asked:
        of_study = under.get(report.exam_key, [])
        candidates = of_study if exam in of_study else [exam]
        if exam.exam_id not in match(report, candidates).exam_ids:
            gone.add((report.sop_instance_uid, exam.exam_id))
    return gone


def _is_plain(report: ReceivedReportRow, exam: ExamRow) -> bool:
    """True where both name the same patient in full and nobody else is there: nothing has to be looked up."""
    known = identity(patient_of(exam))
    return not exam.identity_conflict and all(known) and known == identity(patient_in(report))
