"""`klarsyn state` and `klarsyn patient`, as an administrator types them."""

from pathlib import Path

import pytest
from small_mammograms import ALL_VIEWS, write_exam

from klarsyn.cli.main import main
from klarsyn.simulation.writing.personal_numbers import TEST_NUMBERS


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KLARSYN_WORKERS", "1")

    def _said(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(list(words))
        return status, capsys.readouterr().out

    write_exam(tmp_path / "in")
    assert _said("import", "--read", str(tmp_path / "in"))[0] == 0
    return _said


def test_an_import_notes_where_its_exams_stand(said) -> None:
    status, out = said("state", "show")
    assert status == 0
    assert "      1  waiting for score\n" in out
    assert "      0  ready\n" in out
    status, out = said("state", "show", "A0")
    assert status == 0
    assert "arrived" in out
    assert "Do not show it to a reader" in out
    assert "1958" not in out


def test_an_exam_is_withdrawn_and_comes_back_with_reasons(said) -> None:
    assert said("state", "withdraw", "A0", "--reason", "a phantom") == (0, "The exam is withdrawn.\n")
    assert "Nothing waits to be read." in said("queue")[1]
    status, out = said("state", "recall", "A0", "--reason", "motion")
    assert status == 1
    assert "withdrawn cannot become technical recall" in out
    assert said("state", "reopen", "A0", "--reason", "none") == (0, "The exam is waiting for score.\n")
    assert "Nothing waits to be read." not in said("queue")[1]
    assert said("state", "recall", "A0", "--reason", "motion") == (0, "The exam is technical recall.\n")
    assert "not to be read: a phantom" in said("state", "show", "A0")[1]


def test_an_exam_that_is_not_named_clearly_is_refused(said) -> None:
    status, out = said("state", "withdraw", "B1", "--reason", "x")
    assert status == 1
    assert "No exam fits 'B1'" in out


def test_numbers_are_merged_and_identities_corrected_without_naming_her(said, tmp_path: Path) -> None:
    old, new = "19580000-TEST", TEST_NUMBERS[0]
    assert said("patient", "merge", old, new, "--reason", "one woman") == (
        0, "1 exam has followed, with what was read of them.\n",
    )  # fmt: skip
    status, out = said("patient", "correct", new, "--name", "Annan, Berit", "--reason", "typing error")
    assert (status, new in out) == (0, False)
    wrong = f"{new[:-1]}{(int(new[-1]) + 1) % 10}"
    status, out = said("patient", "merge", new, wrong, "--reason", "one woman")
    assert status == 1
    assert "check digit is wrong" in out
    assert wrong not in out
    (tmp_path / "none.hl7").write_text("nothing")
    assert said("patient", "import", str(tmp_path / "none.hl7"))[0] == 1
    assert "No exam of that number is here" in said("patient", "merge", old, new, "--reason", "again")[1]


def test_the_diagram_is_printed_as_it_stands_in_the_documents(said) -> None:
    page = Path(__file__).parents[2] / "docs" / "workflow-states.md"
    assert said("state", "diagram") == (0, page.read_text(encoding="utf-8"))


def test_protocol_views_that_are_none_are_told(said, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("KLARSYN_PROTOCOL_VIEWS", '["R XX"]')
    assert main(["state", "keep"]) == 1
    assert "protocol_views: R XX" in capsys.readouterr().err


def test_an_import_under_protocol_views_that_are_none_ends_with_its_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("KLARSYN_PROTOCOL_VIEWS", '["R XX"]')
    write_exam(tmp_path / "in")
    assert main(["import", "--read", str(tmp_path / "in")]) == 0
    told = capsys.readouterr()
    assert "4 new" in told.out
    assert "The states of exams were not noted. protocol_views: R XX" in told.err


def test_an_exam_that_lacks_views_is_incomplete_by_the_sites_protocol(
    said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_exam(tmp_path / "in" / "two", 2, ALL_VIEWS[:2])
    said("import", "--read", str(tmp_path / "in"))
    assert "      1  incomplete\n" in said("state", "show")[1]
    monkeypatch.setenv("KLARSYN_PROTOCOL_VIEWS", '["R CC", "L CC"]')
    assert "      0  incomplete\n" in said("state", "show")[1]
