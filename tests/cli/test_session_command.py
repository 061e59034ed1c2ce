"""`klarsyn queue --minutes` and `--search`."""

from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.cli.main import main


@pytest.fixture
def waiting(tmp_path: Path) -> None:
    for number in range(3):
        write_exam(tmp_path / "incoming" / str(number), number)
    assert main(["import", "--read", str(tmp_path / "incoming")]) == 0


@pytest.mark.usefixtures("waiting")
def test_a_session_says_what_it_takes_and_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["queue", "--minutes", "1"]) == 0
    said = capsys.readouterr().out
    assert "1 minutes: 1 exam, about 1 minute. 2 stay, the longest waiting" in said
    assert "Left by date of study: " in said


@pytest.mark.invariant(6)
@pytest.mark.usefixtures("waiting")
def test_first_the_eye_scores_stand_in_the_full_plan_alone(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    main(["queue", "--minutes", "1"])
    assert "score" not in capsys.readouterr().out
    main(["queue", "--full", "--minutes", "1"])
    said = capsys.readouterr().out
    assert "Do not show it to a reader" in said
    assert "Left: no exam with a score, 2 not scored. The session reaches about 33 %" in said


@pytest.mark.usefixtures("waiting")
def test_a_search_prints_what_it_finds(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["queue", "--search", "ffdm"]) == 0
    assert "3 found, 3 FFDM." in capsys.readouterr().out
    assert main(["queue", "--search", "dbt"]) == 0
    assert "0 found." in capsys.readouterr().out


def test_what_cannot_be_understood_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["queue", "--search", "soon"]) == 2
    assert "'soon' is not understood" in capsys.readouterr().err
    assert main(["queue", "--minutes", "0"]) == 2
    assert "1 minute or more" in capsys.readouterr().err


def test_a_reading_time_that_is_none_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLARSYN_READING_SECONDS", '{"dbt": 0}')
    assert main(["queue", "--minutes", "5"]) != 0
    assert "Correct reading_seconds in klarsyn.toml" in capsys.readouterr().err
