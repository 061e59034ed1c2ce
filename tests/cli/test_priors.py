"""What the administrator sees of priors, and how one becomes a reading task."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.cli.context import opened
from klarsyn.cli.main import main
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind

ANNA = {"PatientName": "Testsson^Anna", "PatientID": "1958-TEST", "PatientBirthDate": "19580312"}


@pytest.fixture
def two_studies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Anna's studies of today and of 500 days ago are imported; returns the key of the prior."""
    monkeypatch.setenv("KLARSYN_WORKERS", "1")
    for number, days in ((1, 0), (2, 500)):
        day = datetime.now(UTC) - timedelta(days=days)
        write_exam(tmp_path / "in" / str(number), number, **{**ANNA, "StudyDate": f"{day:%Y%m%d}"})
    assert main(["import", str(tmp_path / "in")]) == 0
    capsys.readouterr()
    with opened() as context:
        (prior,) = context.store.exams.priors()
    return prior.exam_id


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out.splitlines()


def test_the_full_queue_shows_a_prior_below_the_exam_that_waits_and_why(two_studies: str, capsys) -> None:
    printed = lines(capsys, "queue", "--full")
    row = next(n for n, line in enumerate(printed) if line.strip().startswith("1 "))
    assert two_studies[:8] in printed[row + 2]
    assert "500 days old when it arrived" in printed[row + 2]


def test_a_prior_whose_current_exam_does_not_wait_is_listed_all_the_same(
    two_studies: str, capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(tmp_path / "another"))
    main(["import", str(tmp_path / "in" / "2")])
    capsys.readouterr()
    printed = lines(capsys, "queue", "--full")
    assert "Nothing waits to be read." in printed
    assert any("Kept as priors, with no exam of the same woman" in line for line in printed)
    assert "500 days old" in printed[-2]


@pytest.mark.invariant(1)
def test_no_exam_is_lost_an_old_one_without_a_newer_is_told_below_every_queue(
    two_studies: str, capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(tmp_path / "another"))
    main(["import", str(tmp_path / "in" / "2")])
    capsys.readouterr()
    told = (
        "1 exam is kept as a prior because its study is over 365 days old and no newer one is here; "
        "`klarsyn prior` lists it."
    )
    assert lines(capsys, "queue")[-1] == told
    assert lines(capsys, "queue", "--full")[-1] == told
    assert "no newer one of this woman is here" in lines(capsys, "prior")[0]
    main(["import", str(tmp_path / "in" / "1")])
    capsys.readouterr()
    assert told not in lines(capsys, "queue")
    assert "no newer one" not in lines(capsys, "prior")[0]


def test_the_readers_queue_has_one_row_and_no_word_of_priors(two_studies: str, capsys) -> None:
    printed = "\n".join(lines(capsys, "queue"))
    assert printed.count("FFDM") == 1
    assert "prior" not in printed


def test_a_prior_can_be_put_into_the_queue(two_studies: str, capsys) -> None:
    assert "1 exam is kept as priors." in lines(capsys, "prior")[-1]
    assert "reading task from now on" in lines(capsys, "prior", two_studies[:8], "--read")[-1]
    assert "\n".join(lines(capsys, "queue")).count("FFDM") == 2
    assert lines(capsys, "prior") == ["0 exams are kept as priors."]


def test_a_key_that_fits_nothing_changes_nothing(two_studies: str, capsys) -> None:
    assert main(["prior", "nonsense", "--read"]) == 1
    assert "`klarsyn prior` lists the keys" in capsys.readouterr().out
    assert main(["prior", "--read"]) == 1
    assert "\n".join(lines(capsys, "prior")).count("500 days old") == 1


def test_the_full_queue_shows_an_exam_that_was_read_below_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KLARSYN_WORKERS", "1")
    for number, days in ((1, 50), (2, 0)):
        day = datetime.now(UTC) - timedelta(days=days)
        write_exam(tmp_path / str(number), number, **{**ANNA, "StudyDate": f"{day:%Y%m%d}"})
        assert main(["import", str(tmp_path / str(number))]) == 0
    with opened() as context:
        first = min(context.store.exams.many(), key=lambda exam: exam.study_date)
        covers, signed = tuple(i.sop_instance_uid for i in first.images), datetime.now(UTC)
        for reader in ("one", "two"):
            impression = Impression(Assessment.NORMAL, Assessment.NORMAL)
            context.store.reads.add(
                Read(reader, first.exam_id, reader, ReadKind.FINAL, impression, signed, signed, covers=covers)
            )
    capsys.readouterr()
    printed = lines(capsys, "queue", "--full")
    (below,) = [line for line in printed if first.exam_id[:8] in line]
    assert below.endswith("read to its end here, and a prior since")
