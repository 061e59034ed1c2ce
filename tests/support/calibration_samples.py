"""Calibrations for tests: raw values drawn at random stand for exams, no image is made."""

import hashlib
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import func, insert, select

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.calibration_collecting import Observation
from klarsyn.domain.calibration_key import CalibrationKey, Device
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.intake.calibration_samples import Collector, reference_for
from klarsyn.intake.calibrations import CalibrationError
from klarsyn.store.calibration_models import CalibrationExamRow
from klarsyn.store.models import ExamRow
from klarsyn.store.store import Store

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
UNIT = Device("Maker One A1", "2.1")
KEY = CalibrationKey("Cad", "1.0", hashlib.sha256(b"").hexdigest(), UNIT)


def normal_exams(count: int, seed: int = 1, shift: float = 0.0) -> np.ndarray:
    """Raw values of `count` normal exams: right-skewed, as maxima over a breast are. Drawn, not imaged."""
    return np.random.default_rng(seed).gumbel(1.0 + shift, 0.2, count)


def calibration(sample: np.ndarray, **changes: object) -> Calibration:
    """A site's valid calibration over `sample`."""
    values = {
        "name": "test",
        "engine": "engine",
        "model_sha256": "00",
        "sample": np.sort(sample),
        "count": sample.size,
        "factory": False,
        "finding_raw": np.array([0.0, 1.0]),
        "finding_score": np.array([1.0, 100.0]),
        "state": CalibrationState.VALID,
        **changes,
    }
    return Calibration(**values)


def factory_of(_engine: str, model_sha256: str) -> Calibration:
    """A maker's calibration for whatever engine there is."""
    return calibration(
        np.linspace(0, 3, 101),
        name="maker's",
        model_sha256=model_sha256,
        factory=True,
        count=60,
        state=CalibrationState.PROVISIONAL,
        operating_point=20,
    )


def no_factory(engine: str, _model_sha256: str) -> Calibration:
    """No maker's calibration, of whatever engine there is."""
    raise CalibrationError(f"{engine} brings none")


def feed(store: Store, clock, raw: np.ndarray, key: CalibrationKey = KEY, *, factory: bool = True) -> str:
    """Take as many new exams as there are raw values into a key's sample; return the calibration's id.

    Rows are written all at once; how one is written with its result is tested by itself.
    """
    calibrations = store.calibrations
    known = calibrations.find(key)
    reference = reference_for(calibrations, key) if known is None else known.reference
    calibration_id = calibrations.begin(key, reference, NOW, factory=factory)
    with store.database.writing() as session:
        there = session.scalar(select(func.count()).select_from(ExamRow)) or 0
        names = [f"exam-{there + n}" for n in range(raw.size)]
        same = {"exam_type": "FFDM", "reading_task": True, "arrived_at": NOW}
        exams = [{"exam_id": name, "key": f"study:{name}", **same} for name in names]
        session.execute(insert(ExamRow), exams)
        told = {"calibration_id": calibration_id, "left_out": ""}
        taken = [
            {"exam_id": name, "result_id": name, "raw": value, "raw_finding": value / 2, **told}
            for name, value in zip(names, raw.tolist(), strict=True)
        ]
        session.execute(insert(CalibrationExamRow), taken)
    last = Observation(key, names[-1], names[-1], float(raw[-1]), None, "")
    Collector(store, clock, lambda engine, model: factory).settle(last)
    return calibration_id


def exam_row(exam_id: str) -> ExamRow:
    """An exam of nobody."""
    return ExamRow(
        exam_id=exam_id, key=f"study:{exam_id}", exam_type="FFDM", reading_task=True, arrived_at=NOW
    )
