"""Calibrations in the database: each exam once, in order, and nothing is altered."""

import numpy as np
import pytest
from calibration_samples import KEY, NOW, exam_row, feed, normal_exams
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.calibration_collecting import Observation
from klarsyn.domain.calibration_findings import FindingMap
from klarsyn.domain.calibration_history import Basis, CalibrationEvent, EventKind, SampleRef
from klarsyn.domain.drift import compare
from klarsyn.store.calibrations import note


@pytest.fixture
def began(installation):
    """A calibration without exams, and three exams to take."""
    calibration_id = installation.store.calibrations.begin(KEY, None, NOW, factory=True)
    with installation.store.database.writing() as session:
        session.add_all(exam_row(f"e{n}") for n in range(3))
    return calibration_id


def observe(installation, exam_id: str, raw: float | None, left_out: str = "") -> None:
    with installation.store.database.writing() as session:
        note(session, Observation(KEY, exam_id, "r", raw, None, left_out))


def test_exams_are_taken_in_the_order_in_which_they_were_scored_each_once(installation, began) -> None:
    for exam_id, raw in (("e1", 3.0), ("e0", 1.0), ("e1", 9.0), ("e2", 2.0)):
        observe(installation, exam_id, raw)
    assert installation.store.calibrations.taken(began).raw.tolist() == [3.0, 1.0, 2.0]
    assert installation.store.calibrations.get(began).taken == 3


def test_exams_left_out_are_counted_until_they_are_whole(installation, began) -> None:
    for exam_id in ("e0", "e1", "e1"):
        observe(installation, exam_id, None, "partially processed")
    observe(installation, "e2", None, "failed")
    record = installation.store.calibrations.get(began)
    assert (record.taken, record.left_out) == (0, {"partially processed": 2, "failed": 1})
    observe(installation, "e1", 2.0)
    record = installation.store.calibrations.get(began)
    assert (record.taken, record.left_out) == (1, {"partially processed": 1, "failed": 1})


def test_a_key_has_one_calibration(installation, began) -> None:
    assert installation.store.calibrations.begin(KEY, None, NOW, factory=True) == began
    assert len(installation.store.calibrations.all()) == 1


def test_an_event_comes_back_as_it_was(installation, began) -> None:
    calibrations = installation.store.calibrations
    sample = SampleRef(began, 1, 2000, 2000, "aa" * 32, 0.01)
    told = compare(normal_exams(50), normal_exams(40, 2))
    for event in (
        CalibrationEvent(EventKind.COMPARED, NOW, "A", "why", sample, sample, told),
        CalibrationEvent(EventKind.RELEASED, NOW, "B", sample=sample, of=1, basis=Basis.KEPT),
        CalibrationEvent(EventKind.FROZEN, NOW, "B", "why", sample, after_row=7),
    ):
        added = calibrations.add_event(began, event)
        assert calibrations.get(began).events[-1] == added
    knots = FindingMap(np.array([0.0, 0.1]), np.array([1.0, 33.3]), "test", 200, "bb" * 32)
    calibrations.add_event(began, CalibrationEvent(EventKind.FINDINGS, NOW, "A", findings=knots))
    back = calibrations.get(began).events[-1].findings
    assert (back.raw.tolist(), back.score.tolist(), back.count, back.sha256) == (
        [0.0, 0.1],
        [1.0, 33.3],
        200,
        "bb" * 32,
    )


def test_a_sample_is_complete_once(installation, began) -> None:
    calibrations = installation.store.calibrations
    sample = SampleRef(began, 1, 2000, 2000, "aa" * 32, 0.01)
    done = CalibrationEvent(EventKind.COMPLETED, NOW, "Klarsyn", sample=sample)
    assert calibrations.add_event(began, done) == calibrations.add_event(began, done)
    assert len(calibrations.get(began).events) == 1


def test_the_database_itself_refuses_a_second_signature_of_one_person(installation, began) -> None:
    calibrations = installation.store.calibrations
    calibrations.add_event(began, CalibrationEvent(EventKind.SIGNED, NOW, "Anna", "why", of=1))
    with pytest.raises(DatabaseError):
        calibrations.add_event(began, CalibrationEvent(EventKind.SIGNED, NOW, "ANNA ", "why", of=1))
    calibrations.add_event(began, CalibrationEvent(EventKind.SIGNED, NOW, "Bo", "why", of=1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calibration SET factory = 0",
        "DELETE FROM calibration",
        "INSERT OR REPLACE INTO calibration SELECT 'x', engine, engine_version, model_sha256, manufacturer, "
        "software_versions, factory, reference, begun_at FROM calibration",
        "UPDATE calibration_exam SET raw = 0",
        "DELETE FROM calibration_exam",
        "INSERT OR REPLACE INTO calibration_exam SELECT number, calibration_id, exam_id, result_id, 0, 0, "
        "left_out FROM calibration_exam",
        "INSERT OR REPLACE INTO calibration_exam SELECT 99, calibration_id, exam_id, result_id, 0, 0, "
        "left_out FROM calibration_exam",
        "UPDATE calibration_event SET who = 'another'",
        "DELETE FROM calibration_event",
        "INSERT OR REPLACE INTO calibration_event SELECT 99, calibration_id, kind, at, 'x', person, about, "
        "reason, sample_sha256, body FROM calibration_event",
    ],
)
def test_the_history_of_calibrations_is_append_only_the_database_refuses_a_change(
    installation, began, statement: str
) -> None:
    observe(installation, "e0", 1.0)
    calibrations = installation.store.calibrations
    calibrations.add_event(began, CalibrationEvent(EventKind.SIGNED, NOW, "Anna", "why", of=1))
    before = calibrations.get(began)
    with pytest.raises(DatabaseError, match="append-only"):
        _as_another_program(installation, statement)
    assert calibrations.get(began) == before


def _as_another_program(installation, statement: str) -> None:
    """Run a statement without the protection that this program switches on for itself."""
    with installation.store.database.writing() as session:
        session.connection().exec_driver_sql("PRAGMA recursive_triggers = OFF")
        session.execute(text(statement))


def test_exam_values_keep_every_bit(installation) -> None:
    raw = normal_exams(20)
    calibration_id = feed(installation.store, installation.clock, raw)
    assert installation.store.calibrations.taken(calibration_id).raw.tolist() == raw.tolist()
