"""Scoring feeds the sample of the exam's unit, in order, in the transaction that stores the result."""

from pathlib import Path

import pytest
from calibration_samples import factory_of, no_factory

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.finding import ResultStatus
from klarsyn.engine import registry
from klarsyn.intake.scorer import Scorer

ENGINES = str(Path(__file__).parent / "engines")


@pytest.fixture
def scorer(installation):
    registry.register("Steady", "scripted:Steady", (ENGINES,))
    settings = installation.with_settings(engine="Steady", engine_allow_unsealed=True).settings
    yield lambda of=factory_of: Scorer(installation.store, settings, installation.clock, of)
    registry.unregister("Steady")


def test_each_scored_exam_is_taken_once_into_the_sample_of_its_unit(
    installation, import_exams, scorer
) -> None:
    import_exams(2, SoftwareVersions="5.1")
    scorer().run()
    scorer().run(retry=True)
    (record,) = installation.store.calibrations.all()
    assert (record.taken, record.state, str(record.key.device)) == (
        2,
        CalibrationState.COLLECTING,
        "Testmaker, software 5.1",
    )
    results = installation.store.results.latest()
    order = [results[e.exam_id].raw for e in installation.store.exams.many()]
    assert installation.store.calibrations.taken(record.calibration_id).raw.tolist() == order


def test_the_raw_value_of_an_exam_without_any_calibration_is_kept_for_one(
    installation, import_exams, scorer
) -> None:
    (exam_id,) = import_exams(1, SoftwareVersions="5.1")
    scorer(no_factory).run()
    assert installation.store.results.latest()[exam_id].status is ResultStatus.FAILED
    (record,) = installation.store.calibrations.all()
    assert (record.taken, record.factory) == (1, False)


def test_an_exam_whose_image_is_lost_is_left_out_and_counted(installation, import_exams, scorer) -> None:
    (exam_id,) = import_exams(1, SoftwareVersions="5.1")
    sha256 = next(iter(installation.store.exams.files(exam_id).values()))
    (installation.settings.folders.images / sha256[:2] / f"{sha256}.dcm").unlink()
    scorer().run()
    (record,) = installation.store.calibrations.all()
    assert (record.taken, record.left_out) == (0, {"partially processed": 1})
