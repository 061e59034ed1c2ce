"""`klarsyn letters`, as a secretary types it."""

from datetime import timedelta
from pathlib import Path

import hl7
import pytest
from decided_exams import read

from klarsyn.base.clock import SystemClock
from klarsyn.base.settings import load_settings


@pytest.fixture
def batch(installation, import_exams, monkeypatch: pytest.MonkeyPatch) -> str:
    """An exam that two readers agree on; returns the day of its batch."""
    monkeypatch.setenv("KLARSYN_POLICY", "region")
    monkeypatch.setenv("KLARSYN_READER", "doris")
    assert load_settings().data_folder == installation.settings.data_folder
    installation.clock.moment = SystemClock().now() - timedelta(days=3)
    (exam_id,) = import_exams(1)
    for reader in ("anna", "berit"):
        read(installation, exam_id, reader)
    return (SystemClock().now() - timedelta(days=1)).date().isoformat()


def test_letters_are_listed_exported_and_not_exported_again(say, batch: str, tmp_path: Path) -> None:
    status, said = say("letters", "list", "--batch", batch)
    assert status == 0
    assert "A0  normal\n1 letter waits to be exported." in said
    assert "Testsson" not in said
    status, said = say("letters", "export", "--batch", batch, "--format", "hl7", tmp_path / "out")
    (file,) = (tmp_path / "out").iterdir()
    assert (status, said) == (0, f"1 letter written to {file}.\n")
    (messages,) = hl7.parse_file(file.read_bytes().decode())
    assert str(messages[0].extract_field("PID", 1, 5, 1, 1)) == "Testsson"
    status, said = say("letters", "export", "--batch", batch, "--format", "csv", tmp_path / "out")
    assert status == 1
    assert "1 by doris on" in said
    status, said = say(
        "letters", "export", "--batch", batch, "--format", "csv", "--again", "lost", tmp_path / "out"
    )
    assert status == 0
    _, said = say("letters", "list", "--batch", batch)
    assert "0 letters wait to be exported." in said
    assert said.rstrip().endswith("by doris, again: lost")


def test_a_file_of_the_site_that_is_broken_is_a_sentence(
    say, installation, batch: str, tmp_path: Path
) -> None:
    (installation.settings.data_folder / "decisions.toml").write_text("title = 3\n")
    status, said = say("letters", "export", "--batch", batch, "--format", "csv", tmp_path / "out")
    assert status == 1
    assert "decisions.toml:1: 'title' must be a text" in said
    assert not (tmp_path / "out").exists()


def test_a_batch_that_has_not_left_tells_nothing(say, batch: str, tmp_path: Path) -> None:
    tomorrow = (SystemClock().now() + timedelta(days=2)).date().isoformat()
    status, said = say("letters", "list", "--batch", tomorrow)
    assert status == 1
    assert "all together" in said
