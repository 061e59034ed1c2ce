"""Outcomes of exams: noted, never altered; and the results that they are set against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.finding import AiResult
from klarsyn.domain.outcome import NotedOutcome, Outcome, OutcomeKind, Place, in_force
from klarsyn.store.calibration_models import CalibrationExamRow
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.engine_models import ShadowResultRow
from klarsyn.store.exam_rows import exams_of
from klarsyn.store.models import ExamRow, ImageRow, ResultRow
from klarsyn.store.outcome_models import OutcomeRow
from klarsyn.store.records import result_from_json


@dataclass(frozen=True, slots=True)
class Import:
    """One file of outcomes that a person brings in."""

    import_id: str
    file_sha256: str
    at: datetime
    by: str


class OutcomeRepository:
    """What became of exams. No reader's page asks here."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def note(self, lines: Mapping[int, Outcome], made: Import) -> int:
        """Add the outcomes by their line, all or none; return how many were new.

        What a file says of a breast or of a whole exam is left out where it is in force already, or was noted
        from the same file: an old file that is imported again does not undo what came after it.
        """
        parts: dict[tuple[str, Laterality | None], dict[int, Outcome]] = {}
        for line, outcome in lines.items():
            parts.setdefault((outcome.exam_id, outcome.side), {})[line] = outcome
        with self._database.writing() as session:
            known = _noted(session, {exam_id for exam_id, _ in parts})
            from_file = session.execute(
                select(OutcomeRow.exam_id, OutcomeRow.side)
                .where(OutcomeRow.file_sha256 == made.file_sha256)
                .distinct()
            )
            before = {(row.exam_id, row.side) for row in from_file}
            new = {
                line: outcome
                for (exam_id, side), part in parts.items()
                if (exam_id, side.value if side else "") not in before
                and set(part.values()) != {o for o in in_force(known.get(exam_id, [])) if o.side is side}
                for line, outcome in part.items()
            }
            session.add_all(_row(line, new[line], made) for line in sorted(new))
            return len(new)

    def of_exams(self, exam_ids: Iterable[str]) -> dict[str, tuple[Outcome, ...]]:
        """Return the outcomes in force of those exams that have one."""
        with self._database.reading() as session:
            return {exam_id: in_force(rows) for exam_id, rows in _noted(session, exam_ids).items()}

    def noted(self, exam_id: str) -> list[NotedOutcome]:
        """Return all that was ever noted of an exam, in order."""
        with self._database.reading() as session:
            return _noted(session, [exam_id]).get(exam_id, [])

    def count(self) -> int:
        """Return how many exams have an outcome."""
        with self._database.reading() as session:
            return session.scalar(select(func.count(func.distinct(OutcomeRow.exam_id)))) or 0

    def answered(self, calibration_id: str) -> list[tuple[Exam, AiResult, tuple[Outcome, ...]]]:
        """Return the exams of a calibration whose outcome is known, with the result that it took of each."""
        exam = CalibrationExamRow
        mine = (
            select(exam.exam_id, exam.result_id)
            .where(exam.calibration_id == calibration_id, exam.left_out == "")
            .where(exists().where(OutcomeRow.exam_id == exam.exam_id))
            .subquery()
        )
        found: dict[str, AiResult] = {}
        with self._database.reading() as session:
            for table in (ResultRow, ShadowResultRow):
                query = select(mine.c.exam_id, table.body).join(mine, mine.c.result_id == table.result_id)
                found |= {row.exam_id: result_from_json(row.body) for row in session.execute(query)}
            outcomes = {exam_id: in_force(rows) for exam_id, rows in _noted(session, found).items()}
            exams = [e for portion in portions(sorted(found)) for e in exams_of(session, portion)]
        return [(e, found[e.exam_id], outcomes[e.exam_id]) for e in exams]

    def by_accession(self, numbers: Iterable[str]) -> list[tuple[str, str]]:
        """Return (accession number, exam_id) of the exams that carry one of these."""
        with self._database.reading() as session:
            query = select(ExamRow.accession_number, ExamRow.exam_id)
            return [
                (row.accession_number, row.exam_id)
                for portion in portions(numbers)
                for row in session.execute(query.where(ExamRow.accession_number.in_(portion)))
            ]

    def by_study(self, uids: Iterable[str]) -> list[tuple[str, str]]:
        """Return (StudyInstanceUID, exam_id) of the exams with an image of one of these."""
        study = ImageRow.facts["study_instance_uid"].as_string()
        with self._database.reading() as session:
            query = select(study.label("study"), ImageRow.exam_id).distinct()
            return [
                (row.study, row.exam_id)
                for portion in portions(uids)
                for row in session.execute(query.where(study.in_(portion)))
            ]


def _noted(session: Session, exam_ids: Iterable[str]) -> dict[str, list[NotedOutcome]]:
    found: dict[str, list[NotedOutcome]] = {}
    for portion in portions(exam_ids):
        query = select(OutcomeRow).where(OutcomeRow.exam_id.in_(portion))
        rows = session.scalars(query.order_by(OutcomeRow.exam_id, OutcomeRow.number))
        for exam_id, mine in groupby(rows, key=lambda row: row.exam_id):
            found[exam_id] = [_noted_from(row) for row in mine]
    return found


def _noted_from(row: OutcomeRow) -> NotedOutcome:
    place = None
    if row.image_uid is not None and row.place_column is not None and row.place_row is not None:
        place = Place(row.image_uid, row.place_column, row.place_row)
    side = Laterality(row.side) if row.side else None
    outcome = Outcome(row.exam_id, OutcomeKind(row.kind), side, row.known_on, place)
    return NotedOutcome(outcome, row.import_id, row.noted_at, row.noted_by, row.number)


def _row(line: int, outcome: Outcome, made: Import) -> OutcomeRow:
    place = outcome.place
    return OutcomeRow(
        exam_id=outcome.exam_id,
        side=outcome.side.value if outcome.side else "",
        kind=outcome.kind.value,
        known_on=outcome.known_on,
        image_uid=place.sop_instance_uid if place else None,
        place_column=place.column if place else None,
        place_row=place.row if place else None,
        import_id=made.import_id,
        file_sha256=made.file_sha256,
        line=line,
        noted_at=made.at,
        noted_by=made.by,
    )
