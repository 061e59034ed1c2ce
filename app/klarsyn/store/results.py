"""Results of engines, and of reports of other makers' software: rows that are added and never altered."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from klarsyn.domain.calibration_collecting import Observation
from klarsyn.domain.finding import AiResult, ResultOrigin
from klarsyn.domain.metering import EngineRun
from klarsyn.domain.reports.reports_in_force import in_force
from klarsyn.store.calibrations import note
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.ledger_writing import enter
from klarsyn.store.models import ResultRow
from klarsyn.store.records import result_from_json, result_to_json
from klarsyn.store.report_models import ReportConversionRow
from klarsyn.store.report_standing import withdrawn


class ResultRepository:
    """What engines and reports have said."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(
        self, result: AiResult, run: EngineRun | None = None, observation: Observation | None = None
    ) -> None:
        """Store one result, and with it its run in the ledger and what it tells its calibration.

        Without `run` it is not billed.
        """
        with self._database.writing() as session:
            session.add(result_row(result))
            enter(session, result, run)
            if observation is not None:
                note(session, observation)

    def latest(self, exam_ids: Iterable[str] | None = None) -> dict[str, AiResult]:
        """Return the newest result of an engine of each exam that has one; reports count for nothing here.

        What may be shown and order the queue is `of_exams`.
        """
        with self._database.reading() as session:
            if exam_ids is None:
                return _latest(session, None)
            found: dict[str, AiResult] = {}
            for portion in portions(exam_ids):
                found |= _latest(session, portion)
            return found

    def of_exams(self, exam_ids: Iterable[str]) -> dict[str, tuple[AiResult, ...]]:
        """Return of each exam the newest result of engines, then those of its reports that count.

        An engine that has taken another's place speaks for both: the older result is history. Of a report
        counts how it was read last, whatever rule read it before, as long as it is the exam's patient's. Of
        one maker's reports none counts that a later one has taken the place of
        (domain/reports/reports_in_force.py); they stand newest first. Which of all orders the queue is the
        site's to say (domain/result_choice.py).
        """
        found: dict[str, list[AiResult]] = {}
        with self._database.reading() as session:
            for portion in portions(exam_ids):
                rows = session.execute(_last_of_each(portion)).all()
                gone = withdrawn(session, [(row.report_uid, row.exam_id) for row in rows if row.report_uid])
                for row in rows:
                    if (row.report_uid, row.exam_id) not in gone:
                        found.setdefault(row.exam_id, []).append(result_from_json(row.body))
        return {exam_id: in_force(results) for exam_id, results in found.items()}

    def get(self, result_id: str) -> AiResult | None:
        """Return one result; None of a report that turned out to be another patient's than the exam."""
        read = ReportConversionRow
        query = select(read.report_uid, read.exam_id).where(read.result_id == result_id)
        with self._database.reading() as session:
            row = session.get(ResultRow, result_id)
            gone = withdrawn(session, [(uid, exam_id) for uid, exam_id in session.execute(query)])
            return result_from_json(row.body) if row is not None and not gone else None

    def any(self) -> bool:
        """True when any exam has been through an engine, whatever came of it."""
        with self._database.reading() as session:
            return session.scalar(select(ResultRow.result_id).limit(1)) is not None

    def count(self, exam_id: str) -> int:
        """Return how many results an exam has."""
        with self._database.reading() as session:
            query = select(func.count()).select_from(ResultRow).where(ResultRow.exam_id == exam_id)
            return session.scalar(query) or 0


def _latest(session: Session, exam_ids: list[str] | None) -> dict[str, AiResult]:
    rank = (
        func.row_number()
        .over(
            partition_by=ResultRow.exam_id,
            order_by=(ResultRow.made_at.desc(), ResultRow.result_id),
        )
        .label("rank")
    )
    inner = select(ResultRow.exam_id, ResultRow.body, rank).where(
        ResultRow.origin == ResultOrigin.ENGINE.value
    )
    if exam_ids is not None:
        inner = inner.where(ResultRow.exam_id.in_(exam_ids))
    newest = inner.subquery()
    rows = session.execute(select(newest.c.exam_id, newest.c.body).where(newest.c.rank == 1))
    return {exam_id: result_from_json(body) for exam_id, body in rows}


def result_row(result: AiResult) -> ResultRow:
    """Return the row of a result, which is not in any session yet."""
    made = result.provenance
    return ResultRow(
        result_id=result.result_id,
        exam_id=result.exam_id,
        status=result.status.value,
        made_at=made.made_at,
        body=result_to_json(result),
        origin=made.origin.value,
        source=made.source.replace("\0", "")[:200],
    )


def _last_of_each(exam_ids: list[str]) -> Select[tuple[str, dict[str, Any], str | None]]:
    read = ReportConversionRow
    # Of one report read twice (the exam has other images, or the maker's rules changed) the later reading.
    report = func.coalesce(read.report_uid, ResultRow.result_id)
    reported = ResultRow.origin == ResultOrigin.REPORT.value
    rank = func.row_number().over(
        partition_by=(ResultRow.exam_id, ResultRow.origin, case((reported, report), else_="")),
        order_by=(read.number.desc(), ResultRow.made_at.desc(), ResultRow.result_id),
    )
    # Ranked without the bodies, which are long.
    ranked = (
        select(ResultRow.result_id, read.report_uid, read.number, rank.label("rank"))
        .outerjoin(read, read.result_id == ResultRow.result_id)
        .where(ResultRow.exam_id.in_(exam_ids))
        .subquery()
    )
    return (
        select(ResultRow.exam_id, ResultRow.body, ranked.c.report_uid)
        .join(ranked, ranked.c.result_id == ResultRow.result_id)
        .where(ranked.c.rank == 1)
        .order_by(
            ResultRow.exam_id,
            ResultRow.origin,
            ResultRow.made_at.desc(),
            ranked.c.number.desc(),
            ResultRow.source,
        )
    )
