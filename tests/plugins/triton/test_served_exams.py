"""Exams go to a server as to any engine, and stay for two readers when it fails or may not be asked."""

from pathlib import Path

import pytest
from any_calibration import any_calibration
from served_models import write_server_toml

from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.engine.installed import announce
from klarsyn.engine.installing import install
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.waiting import full_queue

POLICY = ReadingPolicy("test", "Test", single_read_below=5)


@pytest.fixture
def score(installation, tmp_path: Path):
    """Score all exams by an engine in the server of that address."""

    def _score(url: str, **changes):
        settings = installation.with_settings(engine="served", engine_allow_unsealed=True, **changes).settings
        install(
            write_server_toml(tmp_path / "f", url),
            settings.folders.engines,
            work_root=settings.folders.engine_work,
            memory_mb=1024,
            by="admin",
            at=installation.clock.now(),
            allow_unsealed=True,
        )
        return Scorer(installation.store, settings, installation.clock, any_calibration).run()

    yield _score
    announce(tmp_path / "nowhere", ())


def test_a_result_says_which_version_of_which_model_made_it(installation, import_exams, score, server):
    (exam_id,) = import_exams(1)

    score(f"grpc://{server.address}")

    result = installation.store.results.latest()[exam_id]
    assert result.status is ResultStatus.SCORED
    assert (result.provenance.engine, result.provenance.version) == ("Served", "1.0 (model version 3)")
    assert {m.sop_instance_uid for f in result.findings for m in f.marks} <= {
        image.sop_instance_uid for image in installation.store.exams.get(exam_id).images
    }


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("url", "words"),
    [("grpc://127.0.0.1:9", "does not answer"), ("grpcs://ai.example:8001", "engine_servers")],
)
def test_no_exam_is_lost_to_the_ai_when_its_server_is_away_or_not_agreed_to(
    installation, import_exams, score, url, words
):
    (exam_id,) = import_exams(1)

    score(url)

    result = installation.store.results.latest()[exam_id]
    assert (result.status, result.score) == (ResultStatus.FAILED, None)
    assert words in result.reason
    (row,) = full_queue(installation.store, POLICY, reader="reader-one", now=installation.clock.now())
    assert (row.exam.exam_id, row.score_text, row.required.count) == (exam_id, "not scored", 2)
