"""Calibrations of the site: what they belong to, the exams of their samples, and their history."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from klarsyn.domain.calibration_collecting import Observation
from klarsyn.domain.calibration_history import CalibrationEvent, CalibrationRecord, EventKind, SampleRef
from klarsyn.domain.calibration_key import CalibrationKey, Device
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.store.calibration_models import CalibrationEventRow, CalibrationExamRow, CalibrationRow
from klarsyn.store.calibration_rows import event_from_row, event_to_row, sample_from_json, sample_to_json
from klarsyn.store.database import Database


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Exams of a sample in the order in which they were taken: row numbers and raw values, shape (n,).

    `raw_finding` is the highest raw value of each exam's regions, NaN where it has none.
    """

    numbers: npt.NDArray[np.int64]
    raw: npt.NDArray[np.float64]
    raw_finding: npt.NDArray[np.float64]


class CalibrationRepository:
    """What is known of each calibration of this site."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def begin(self, key: CalibrationKey, reference: SampleRef | None, at: datetime, *, factory: bool) -> str:
        """Return the id of a key's calibration, begun now if there is none yet."""
        with self._database.writing() as session:
            row = session.scalar(_by_key(key))
            if row is None:
                row = CalibrationRow(
                    calibration_id=str(uuid.uuid4()),
                    engine=key.engine,
                    engine_version=key.engine_version,
                    model_sha256=key.model_sha256,
                    manufacturer=key.device.manufacturer,
                    software_versions=key.device.software_versions,
                    factory=factory,
                    reference=sample_to_json(reference),
                    begun_at=at,
                )
                session.add(row)
            return row.calibration_id

    def all(self) -> tuple[CalibrationRecord, ...]:
        """Return all calibrations, oldest first, with their counts."""
        query = select(CalibrationRow).order_by(CalibrationRow.begun_at, CalibrationRow.calibration_id)
        with self._database.reading() as session:
            return tuple(_counted(session, _record(session, row)) for row in session.scalars(query).all())

    def get(self, calibration_id: str) -> CalibrationRecord | None:
        """Return one calibration with its counts."""
        with self._database.reading() as session:
            row = session.get(CalibrationRow, calibration_id)
            return None if row is None else _counted(session, _record(session, row))

    def find(self, key: CalibrationKey) -> CalibrationRecord | None:
        """Return a key's calibration with its counts."""
        with self._database.reading() as session:
            row = session.scalar(_by_key(key))
            return None if row is None else _counted(session, _record(session, row))

    def line_of(self, key: CalibrationKey) -> tuple[CalibrationRecord, ...]:
        """Return the calibrations that this key may follow, without counts."""
        query = select(CalibrationRow).where(CalibrationRow.engine == key.engine)
        with self._database.reading() as session:
            records = [_record(session, row) for row in session.scalars(query).all()]
        return tuple(r for r in records if key.is_line_of(r.key))

    def in_force(self) -> dict[str, str]:
        """Return the valid calibrations by id with the SHA-256 of the sample that each scores by."""
        with self._database.reading() as session:
            records = [_record(session, row) for row in session.scalars(select(CalibrationRow)).all()]
        return {
            r.calibration_id: r.sample.sha256
            for r in records
            if r.sample is not None and r.state is CalibrationState.VALID
        }

    def taken(self, calibration_id: str, *, after: int = 0, most: int | None = None) -> Taken:
        """Return the exams that a calibration took in rows after `after`, the first `most` of them."""
        row = CalibrationExamRow
        query = (
            select(row.number, row.raw, row.raw_finding)
            .where(row.calibration_id == calibration_id, row.left_out == "", row.number > after)
            .order_by(row.number)
            .limit(most)
        )
        with self._database.reading() as session:
            rows = session.execute(query).all()
        return Taken(
            np.array([r.number for r in rows], np.int64),
            np.array([r.raw for r in rows], np.float64),
            np.array([np.nan if r.raw_finding is None else r.raw_finding for r in rows], np.float64),
        )

    def add_event(self, calibration_id: str, event: CalibrationEvent) -> CalibrationEvent:
        """Append one event and return it with its number; a second completion is the first again."""
        with self._database.writing() as session:
            if event.kind is EventKind.COMPLETED:
                row = CalibrationEventRow
                same = select(row).where(row.calibration_id == calibration_id, row.kind == event.kind.value)
                if (there := session.scalar(same)) is not None:
                    return event_from_row(there)
            added = event_to_row(calibration_id, event)
            session.add(added)
            session.flush()
            return replace(event, number=added.number)


def note(session: Session, observation: Observation) -> None:
    """Add what a result tells its calibration, which has begun, to a transaction that writes.

    One exam counts once: later results of it change nothing.
    """
    calibration_id = session.scalars(_by_key(observation.key)).one().calibration_id
    row = CalibrationExamRow
    there = select(row.number).where(
        row.calibration_id == calibration_id,
        row.exam_id == observation.exam_id,
        row.left_out.in_(("", observation.left_out)),
    )
    if session.scalar(there.limit(1)) is None:
        session.add(
            CalibrationExamRow(
                calibration_id=calibration_id,
                exam_id=observation.exam_id,
                result_id=observation.result_id,
                raw=None if observation.raw is None else float(observation.raw),
                raw_finding=observation.raw_finding,
                left_out=observation.left_out,
            )
        )


def _by_key(key: CalibrationKey) -> Select[CalibrationRow]:
    row = CalibrationRow
    return select(row).where(
        row.engine == key.engine,
        row.engine_version == key.engine_version,
        row.model_sha256 == key.model_sha256,
        row.manufacturer == key.device.manufacturer,
        row.software_versions == key.device.software_versions,
    )


def _record(session: Session, row: CalibrationRow) -> CalibrationRecord:
    events = session.scalars(
        select(CalibrationEventRow)
        .where(CalibrationEventRow.calibration_id == row.calibration_id)
        .order_by(CalibrationEventRow.number)
    )
    device = Device(row.manufacturer, row.software_versions)
    return CalibrationRecord(
        row.calibration_id,
        CalibrationKey(row.engine, row.engine_version, row.model_sha256, device),
        row.begun_at,
        sample_from_json(row.reference),
        tuple(event_from_row(event) for event in events),
        factory=row.factory,
    )


def _counted(session: Session, record: CalibrationRecord) -> CalibrationRecord:
    """Add the exams taken, and those left out that were not taken later."""
    row = CalibrationExamRow
    mine = row.calibration_id == record.calibration_id
    taken_exams = select(row.exam_id).where(mine, row.left_out == "")
    taken = session.scalar(select(func.count()).select_from(row).where(mine, row.left_out == "")) or 0
    left_out = session.execute(
        select(row.left_out, func.count())
        .where(mine, row.left_out != "", row.exam_id.not_in(taken_exams))
        .group_by(row.left_out)
    )
    return replace(record, taken=taken, left_out={told.left_out: told[1] for told in left_out})
