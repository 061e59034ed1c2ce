"""The command line, as a user types it."""

from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.cli.context import opened
from klarsyn.cli.main import main
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLARSYN_WORKERS", "1")


def test_import_then_queue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_exam(tmp_path / "in")
    assert main(["import", "--read", str(tmp_path / "in")]) == 0
    assert "4 new images" in capsys.readouterr().out
    assert main(["queue"]) == 0
    printed = capsys.readouterr().out
    assert "FFDM" in printed
    assert "2026-01-02" in printed


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_readers_queue_prints_the_same_whatever_the_engine_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_exam(tmp_path / "in")
    main(["import", "--read", str(tmp_path / "in")])
    capsys.readouterr()
    main(["queue"])
    before = capsys.readouterr().out
    with opened() as context:
        (exam,) = context.store.exams.many()
        uids = tuple(i.sop_instance_uid for i in exam.images)
        made = Provenance(
            "Strange", "V", "9.9", "00", IntendedUse.CLINICAL, "site", 1, uids, context.clock.now()
        )
        score = ExamScore(10, 0.9, 98.0, provisional=False)
        context.store.results.add(
            AiResult("r", exam.exam_id, ResultStatus.SCORED, made, score, considered=uids)
        )
    main(["queue"])
    assert capsys.readouterr().out == before
    main(["queue", "--full"])
    full = capsys.readouterr().out
    assert "score 10 by Strange 9.9, 0 min old, band 10" in full
    for word in ("score", "band", "engine", "second", "first read"):
        assert word not in before


def test_the_quarantine_is_listed_with_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.dcm").write_bytes(b"")
    main(["import", str(tmp_path / "bad.dcm")])
    main(["quarantine"])
    printed = capsys.readouterr().out
    assert "bad.dcm" in printed
    assert "empty" in printed
    assert "1 file in quarantine" in printed


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path / "nowhere")]) == 1
    assert "no such file or folder" in capsys.readouterr().out


def test_an_empty_queue_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    main(["queue"])
    assert "Nothing waits" in capsys.readouterr().out


def test_a_wrong_setting_ends_with_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLARSYN_POLICY", "nonsense")
    assert main(["queue"]) == 1
    error = capsys.readouterr().err
    assert "nonsense" in error
    assert "practice" in error
    assert "Traceback" not in error


def test_an_unknown_repair_ends_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_exam(tmp_path / "in")
    assert main(["import", "--repair", "nonsense", str(tmp_path / "in")]) == 1
    assert "nonsense" in capsys.readouterr().err


def test_doctor_says_what_is_set_and_what_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "policy = practice  [default]" in printed
    assert "workers = 1  [environment]" in printed
    assert "ok" in printed
