"""Exams go through the engine; whatever it does, they keep their place."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from small_mammograms import COLUMNS, ROWS, write_exam

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.policy import ReadingPolicy, reads_required
from klarsyn.engine import registry
from klarsyn.intake.calibrations import CalibrationError, factory_calibration
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.waiting import full_queue

POLICY = ReadingPolicy("test", "Test", single_read_below=5)
ENGINES = str(Path(__file__).parent / "engines")


def any_calibration(engine: str, model_sha256: str) -> Calibration:
    """A calibration for whatever engine a test brings."""
    return Calibration(
        "test",
        engine,
        model_sha256,
        np.linspace(0, 1, 101),
        101,
        True,
        np.array([0.0, 1.0]),
        np.array([1.0, 100.0]),
    )


@pytest.fixture
def scorer_with(installation):
    """A scorer whose engine is the named class of tests/intake/engines/scripted.py."""
    made: list[str] = []

    def _scorer(engine: str, calibration_of=any_calibration, **changes: object) -> Scorer:
        registry.register(engine, f"scripted:{engine}", (ENGINES,))
        made.append(engine)
        values = {"engine": engine, "engine_allow_unsealed": True, **changes}
        settings = installation.with_settings(**values).settings
        return Scorer(installation.store, settings, installation.clock, calibration_of)

    yield _scorer
    for name in made:
        registry.unregister(name)


def test_a_scored_exam_has_marks_on_its_own_images_and_says_who_made_them(
    installation, import_exams, scorer_with
) -> None:
    (exam_id,) = import_exams(1)
    scorer_with("Steady").run()
    result = installation.store.results.latest()[exam_id]
    exam = installation.store.exams.get(exam_id)
    assert result.status is ResultStatus.SCORED
    assert result.score is not None
    assert result.score.provisional
    assert {m.sop_instance_uid for f in result.findings for m in f.marks} == {
        i.sop_instance_uid for i in exam.images
    }
    # The engine's own value stays beside the score: outcomes are set against it.
    assert max(m.raw for f in result.findings for m in f.marks) == result.raw_finding
    assert (result.provenance.engine, result.provenance.version) == ("Steady", "1.2")
    assert result.provenance.calibration.startswith("test")
    assert set(result.provenance.input_instances) == {i.sop_instance_uid for i in exam.images}
    assert result.provenance.made_at == installation.clock.now()


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_and_a_failed_one_too(installation, import_exams, scorer_with) -> None:
    (exam_id,) = import_exams(1)
    scorer_with("Raising").run()
    result = installation.store.results.latest()[exam_id]
    assert result.provenance.engine == "Raising"
    assert result.provenance.made_at == installation.clock.now()


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "engine", ["Raising", "NotANumber", "OutsideTheImage", "AnotherExam", "DiesBySignal"]
)
def test_no_exam_is_lost_to_the_ai_a_failed_engine_leaves_the_exam_for_two_readers(
    installation, import_exams, scorer_with, engine: str
) -> None:
    (exam_id,) = import_exams(1)
    summary = scorer_with(engine).run()
    assert (summary.scored, summary.failed) == (0, 1)
    result = installation.store.results.latest()[exam_id]
    assert result.status is ResultStatus.FAILED
    assert result.reason
    assert result.score is None
    (row,) = full_queue(installation.store, POLICY, reader="reader-one", now=installation.clock.now())
    assert (row.exam.exam_id, row.score_text, row.required.count) == (exam_id, "not scored", 2)
    assert list(installation.settings.folders.engine_work.iterdir()) == []


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_nothing_waits_longer_than_the_deadline(
    installation, import_exams, scorer_with
) -> None:
    (exam_id,) = import_exams(1)
    scorer_with("SleepsForEver", engine_deadline_s=2.0).run()
    result = installation.store.results.latest()[exam_id]
    assert result.status is ResultStatus.FAILED
    assert reads_required(installation.store.exams.get(exam_id), result, POLICY).count == 2


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_the_engine_is_missing(installation, import_exams) -> None:
    (exam_id,) = import_exams(1)
    settings = installation.with_settings(engine="not-installed").settings
    Scorer(installation.store, settings, installation.clock).run()
    assert "not installed" in installation.store.results.latest()[exam_id].reason
    assert len(full_queue(installation.store, POLICY, reader="r", now=installation.clock.now())) == 1


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_before_any_engine_has_run(installation, import_exams) -> None:
    import_exams(2)
    rows = full_queue(installation.store, POLICY, reader="r", now=installation.clock.now())
    assert [r.required.count for r in rows] == [2, 2]


def test_the_others_are_scored_when_one_exam_fails(
    installation, import_exams, scorer_with, tmp_path: Path
) -> None:
    bright = np.full((ROWS, COLUMNS), 3500, np.uint16).tobytes()
    write_exam(tmp_path / "incoming" / "bright", 7, PixelData=bright)
    import_exams(2)
    summary = scorer_with("FailsOnBrightImages").run()
    assert (summary.scored, summary.failed) == (2, 1)


def test_failed_exams_are_tried_again_only_when_asked(installation, import_exams, scorer_with) -> None:
    (exam_id,) = import_exams(1)
    scorer_with("Raising").run()
    steady = scorer_with("Steady")
    installation.clock.advance(timedelta(minutes=1))
    assert steady.run().scored == 0
    assert steady.run(retry=True).scored == 1
    assert installation.store.results.latest()[exam_id].is_scored
    assert installation.store.results.count(exam_id) == 2


def test_a_late_image_makes_the_result_stale(installation, import_exams, scorer_with, tmp_path: Path) -> None:
    from small_mammograms import mammogram

    from klarsyn.intake.importer import Importer

    (exam_id,) = import_exams(1)
    steady = scorer_with("Steady")
    steady.run()
    assert steady.pending() == []
    late = mammogram("R", "CC", 0, SOPInstanceUID="2.25.4712", WindowCenter=1700)
    (tmp_path / "late").mkdir()
    late.save_as(tmp_path / "late" / "late.dcm", enforce_file_format=True)
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [tmp_path / "late"], read=True
    )
    assert [e.exam_id for e in steady.pending()] == [exam_id]


def test_an_exam_without_a_coded_view_is_not_for_the_engine_and_gets_two_readers(
    installation, import_exams, scorer_with
) -> None:
    (exam_id,) = import_exams(1, ImageLaterality=None)
    scorer_with("Steady").run()
    result = installation.store.results.latest()[exam_id]
    assert result.status is ResultStatus.NOT_FOR_THIS_EXAM
    assert scorer_with("Steady").pending() == []
    assert reads_required(installation.store.exams.get(exam_id), result, POLICY).count == 2


def test_an_image_that_vanished_makes_the_result_partial(installation, import_exams, scorer_with) -> None:
    (exam_id,) = import_exams(1)
    sha256 = next(iter(installation.store.exams.files(exam_id).values()))
    (installation.settings.folders.images / sha256[:2] / f"{sha256}.dcm").unlink()
    scorer_with("Steady").run()
    result = installation.store.results.latest()[exam_id]
    assert result.status is ResultStatus.PARTIAL
    assert not result.is_scored


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_whatever_its_answer_provokes(
    installation, import_exams, scorer_with, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_exams(2)

    def stumble(*_: object) -> None:
        raise OverflowError("an answer that nobody foresaw")

    monkeypatch.setattr("klarsyn.intake.exam_run.linked_result", stumble)
    assert scorer_with("Steady").run().failed == 2
    results = installation.store.results.latest().values()
    assert {r.status for r in results} == {ResultStatus.FAILED}


@pytest.mark.invariant(9)
def test_nothing_private_escapes_images_with_burnt_in_text_stay_here(
    installation, import_exams, scorer_with
) -> None:
    (exam_id,) = import_exams(1, BurnedInAnnotation="YES")
    scorer_with("Steady").run()
    assert installation.store.results.latest()[exam_id].status is ResultStatus.NOT_FOR_THIS_EXAM


@pytest.mark.invariant(9)
def test_nothing_private_escapes_the_engine_gets_no_identity(installation, import_exams, scorer_with) -> None:
    import_exams(1)
    scorer_with("LooksForIdentity").run()
    (result,) = installation.store.results.latest().values()
    assert result.status is not ResultStatus.FAILED, result.reason


@pytest.mark.invariant(7)
def test_without_a_calibration_for_this_model_there_is_no_score(
    installation, import_exams, scorer_with
) -> None:
    (exam_id,) = import_exams(1)
    scorer_with("Steady", calibration_of=factory_calibration).run()
    result = installation.store.results.latest()[exam_id]
    assert result.status is ResultStatus.FAILED
    assert "calibration" in result.reason


def test_a_calibration_of_another_model_is_refused() -> None:
    with pytest.raises(CalibrationError, match="another model"):
        factory_calibration("demo_cad", "0" * 64)


@pytest.mark.invariant(9)
def test_nothing_private_escapes_into_the_logs(installation, import_exams, scorer_with) -> None:
    from klarsyn.base import log

    log.configure(installation.settings.folders.logs)
    import_exams(1)
    scorer_with("Raising").run()
    written = (installation.settings.folders.logs / "klarsyn.log").read_text()
    log.configure(None)
    assert "engine failed" in written
    assert 'scored"' not in written
    for secret in ("Testsson", "1958", "TEST", "A0"):
        assert secret not in written
