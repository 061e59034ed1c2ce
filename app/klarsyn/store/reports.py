"""Reports of other makers' software as they arrived, and what was made of each: rows that are only added."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from klarsyn.domain.finding import AiResult
from klarsyn.domain.reports.cad_report import CadReport
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.models import ExamRow, ImageRow, SiteValueRow
from klarsyn.store.received import (
    Match,
    Received,
    add_received,
    asked_for,
    exams_of_images,
    exams_under,
    match,
)
from klarsyn.store.rejections import rejected_uids
from klarsyn.store.report_models import ReceivedReportRow, ReportConversionRow
from klarsyn.store.results import result_row

_RULES = "vendor_rules"
_FACTS: TypeAdapter[CadReport] = TypeAdapter(CadReport)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report, and with what it came."""

    report: CadReport
    received: Received


@dataclass(frozen=True, slots=True)
class Conversion:
    """Under which rule, and for which images of an exam, a report was read last."""

    exam_id: str
    images_sha256: str
    rule_edition: str


@dataclass(frozen=True, slots=True)
class ReportState:
    """Where a report stands: the exams that it is about, and by exam_id the hash of the present images (an
    exam without any is none) and how it was read last."""

    sop_instance_uid: str
    match: Match
    images: dict[str, str]
    converted: dict[str, Conversion]


class ReportRepository:
    """Received reports as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    @staticmethod
    def add_in(session: Session, kept: KeptReport) -> bool:
        """Append one report in the caller's transaction (`add_received`); returns whether it was new."""
        told = kept.report
        facts = _FACTS.dump_python(told, mode="json")
        return add_received(
            session, ReceivedReportRow, kept.received, told.sop_instance_uid, told.manufacturer, facts
        )

    def get(self, sop_instance_uid: str) -> CadReport | None:
        """Return what a report says."""
        with self._database.reading() as session:
            row = session.get(ReceivedReportRow, sop_instance_uid)
            return _FACTS.validate_python(row.facts) if row is not None else None

    def count(self) -> int:
        """Return how many reports have come."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(ReceivedReportRow)) or 0

    def states(
        self, exam_ids: Collection[str] | None = None, report_uids: Collection[str] = ()
    ) -> list[ReportState]:
        """Return where each report stands, in order of arrival.

        All of them for None, else those about `exam_ids` and those named by `report_uids`.
        """
        with self._database.reading() as session:
            rows = asked_for(session, ReceivedReportRow, exam_ids, report_uids)
            exams = exams_under(session, {row.exam_key for row in rows})
            converted = _converted(session, [row.sop_instance_uid for row in rows])
            matches: dict[str, Match] = {}
            for row in rows:
                candidates = exams.get(row.exam_key) or _elsewhere(
                    session, row, converted, look=exam_ids is not None
                )
                matches[row.sop_instance_uid] = match(row, candidates)
            digests = _digests(session, {i for found in matches.values() for i in found.exam_ids})
        return [
            ReportState(
                uid,
                found,
                {exam_id: digests[exam_id] for exam_id in found.exam_ids if exam_id in digests},
                converted.get(uid, {}),
            )
            for uid, found in matches.items()
        ]

    def noted_rules(self) -> str:
        """Return the edition of all makers' rules under which every report was looked at last."""
        with self._database.reading() as session:
            row = session.get(SiteValueRow, _RULES)
            return row.value if row is not None else ""

    def note_rules(self, edition: str) -> None:
        """Remember that every report has been looked at under this edition of all rules."""
        with self._database.writing() as session:
            session.merge(SiteValueRow(name=_RULES, value=edition))

    def add_result(self, state: ReportState, result: AiResult, rule_edition: str) -> None:
        """Store what a report says of an exam, and that it was read for these images under this rule."""
        with self._database.writing() as session:
            session.add(result_row(result))
            session.flush()
            session.add(
                ReportConversionRow(
                    report_uid=state.sop_instance_uid,
                    exam_id=result.exam_id,
                    images_sha256=state.images[result.exam_id],
                    rule_edition=rule_edition[:64],
                    result_id=result.result_id,
                )
            )


def images_digest(uids: Iterable[str]) -> str:
    """Return one hash over the images of an exam, whatever their order."""
    return hashlib.sha256("\n".join(sorted(uids)).encode()).hexdigest()


def _elsewhere(
    session: Session, row: ReceivedReportRow, converted: dict[str, dict[str, Conversion]], *, look: bool
) -> list[ExamRow]:
    """Return the exams that a report belongs to though they stand under another key."""
    before = [session.get_one(ExamRow, exam_id) for exam_id in converted.get(row.sop_instance_uid, ())]
    if before or not look:
        return before
    report = _FACTS.validate_python(row.facts)
    return exams_of_images(session, row.exam_key, [i.sop_instance_uid for i in report.images])


def _converted(session: Session, report_uids: list[str]) -> dict[str, dict[str, Conversion]]:
    """Return the last reading of each report for each exam."""
    row, found = ReportConversionRow, dict[str, dict[str, Conversion]]()
    for portion in portions(report_uids):
        for one in session.scalars(select(row).where(row.report_uid.in_(portion)).order_by(row.number)):
            found.setdefault(one.report_uid, {})[one.exam_id] = Conversion(
                one.exam_id, one.images_sha256, one.rule_edition
            )
    return found


def _digests(session: Session, exam_ids: set[str]) -> dict[str, str]:
    images: dict[str, list[str]] = {}
    for portion in portions(sorted(exam_ids)):
        query = select(ImageRow.exam_id, ImageRow.sop_instance_uid).where(ImageRow.exam_id.in_(portion))
        gone = rejected_uids(session, portion)
        for exam_id, uid in session.execute(query):
            if uid in gone:
                continue
            images.setdefault(exam_id, []).append(uid)
    return {exam_id: images_digest(uids) for exam_id, uids in images.items()}
