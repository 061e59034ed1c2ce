"""An exam with tomosynthesis is not worse off than one without."""

from pathlib import Path

import numpy as np
import pytest
import tomo_files
from small_mammograms import mammogram

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.policy import ReadingPolicy, reads_required
from klarsyn.engine import registry
from klarsyn.engine import sealed as sealed_runs
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.folder import NoRoom
from klarsyn.engine.private_folder import no_room
from klarsyn.intake import exam_run
from klarsyn.intake.asking_again import Preparer
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.waiting import full_queue

ENGINES = str(Path(__file__).parent / "engines")
FLAT = {
    "PatientID": "TEST-7", "PatientName": "Prov^Dora", "StudyInstanceUID": "2.25.7000",
    "StudyDate": "20260107", "AccessionNumber": "",
}  # fmt: skip
FAILURES = {
    "no room": no_room(NoRoom(10**9, 10**6)),
    "disk full": EngineFailure(FailureKind.DISK_FULL, sentence(FailureKind.DISK_FULL)),
    "deadline": EngineFailure(FailureKind.DEADLINE, sentence(FailureKind.DEADLINE)),
    "memory": EngineFailure(FailureKind.MEMORY, sentence(FailureKind.MEMORY)),
    "raised": EngineFailure(FailureKind.RAISED, sentence(FailureKind.RAISED)),
    "our own memory": MemoryError(),
}


def sure_calibration(engine: str, model_sha256: str) -> Calibration:
    """Score everything 10."""
    ends = np.array([0.0, 1.0])
    return Calibration(
        "test", engine, model_sha256, np.linspace(0, 0.2, 101), 101, True, ends, np.array([1.0, 100.0])
    )


@pytest.fixture
def scored(installation, tmp_path: Path):
    """Import one exam, with or without a mammogram beside its volume; score it, and store the result."""

    def _scored(engine: str = "ReadsVolumes", *, flat: bool = True) -> tuple:
        folder = tmp_path / "incoming"
        folder.mkdir()
        tomo_files.write(folder / "0.dcm", tomo_files.tomosynthesis())
        if flat:
            mammogram("L", "CC", 0, **FLAT).save_as(folder / "flat.dcm", enforce_file_format=True)
        store = installation.store
        Importer(store, installation.settings.folders, installation.clock, workers=1).run([folder], read=True)
        (exam,) = store.exams.many()
        registry.register(engine, f"scripted:{engine}", (ENGINES,))
        try:
            chosen = installation.with_settings(engine=engine, engine_allow_unsealed=True).settings
            result = Scorer(store, chosen, installation.clock, sure_calibration).score(exam)
        finally:
            registry.unregister(engine)
        store.results.add(result)
        return exam, result

    return _scored


@pytest.fixture
def fails_with_volumes(monkeypatch: pytest.MonkeyPatch):
    """Let runs with a volume end in `failure`; return the deadlines of all runs, as they come."""

    def _fails(failure: Exception) -> list[float]:
        deadlines: list[float] = []

        def run(name, exam, **limits):
            deadlines.append(limits["deadline_s"])
            if any(view.is_volume for view in exam.views):
                raise failure
            return sealed_runs.run_sealed(name, exam, **limits)

        monkeypatch.setattr(exam_run, "run_sealed", run)
        return deadlines

    return _fails


@pytest.mark.invariant(1)
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_no_exam_is_lost_to_its_volumes_the_2d_images_are_analysed_alone_and_the_result_is_partial(
    scored, fails_with_volumes, installation, failure: Exception
) -> None:
    deadlines = fails_with_volumes(failure)
    exam, result = scored()

    assert result.status is ResultStatus.PARTIAL
    assert result.reason.startswith("the engine has seen the 2D images only, as with the tomosynthesis ")
    assert len(result.findings) == 1
    (flat,) = (i.sop_instance_uid for i in exam.images if not i.is_tomosynthesis)
    assert result.provenance.input_instances == (flat,)
    assert reads_required(exam, result, ReadingPolicy("p", "P", single_read_below=5)).count == 2
    # Both within the one deadline.
    assert len(deadlines) == 2
    assert deadlines[0] < installation.settings.engine_deadline_s
    assert deadlines[1] <= installation.settings.engine_deadline_s


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_evidence_on_its_2d_images_lifts_it_as_if_it_had_no_volumes(
    scored, fails_with_volumes, installation
) -> None:
    fails_with_volumes(FAILURES["no room"])
    _, result = scored()
    assert result.score is not None
    assert result.score.value == 10

    policy = ReadingPolicy("p", "P", letter_days=0)
    (row,) = full_queue(installation.store, policy, reader="one", now=installation.clock.now())
    assert row.place.risk_band == 0
    assert row.score_text == "not scored"
    assert "10 for a part of it" in row.place.full_reason
    assert row.place.reader_reason == "arrived today"


@pytest.mark.parametrize("kind", [FailureKind.CANCELLED, FailureKind.INVALID_RESULT, FailureKind.WRONG_EXAM])
def test_an_answer_that_was_thrown_away_is_not_asked_for_again(
    scored, fails_with_volumes, kind: FailureKind
) -> None:
    deadlines = fails_with_volumes(EngineFailure(kind, "It ended."))
    _, result = scored()
    assert result.status is ResultStatus.FAILED
    assert len(deadlines) == 1


def test_without_2d_images_the_volumes_have_the_whole_deadline_and_a_failure_is_one(
    scored, fails_with_volumes, installation
) -> None:
    deadlines = fails_with_volumes(FAILURES["deadline"])
    _, result = scored(flat=False)
    assert result.status is ResultStatus.FAILED
    assert deadlines == [installation.settings.engine_deadline_s]


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_an_engine_that_breaks_off_on_volumes_and_its_result_can_be_explained(
    scored, installation
) -> None:
    _, result = scored("BreaksOnVolumes")
    assert result.status is ResultStatus.PARTIAL
    assert "the engine broke off" in result.reason
    assert len(result.findings) == 1

    registry.register("BreaksOnVolumes", "scripted:BreaksOnVolumes", (ENGINES,))
    try:
        chosen = installation.with_settings(engine="BreaksOnVolumes", engine_allow_unsealed=True).settings
        preparer = Preparer(
            installation.store, chosen, EngineSet(installation.store, chosen), sure_calibration
        )
        prepared = preparer.prepare(result)
    finally:
        registry.unregister("BreaksOnVolumes")
    assert prepared.sent.volumes == {}
    assert tuple(prepared.sent.instances.values()) == result.provenance.input_instances
