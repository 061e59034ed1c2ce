"""`klarsyn outcomes`, as an administrator types it."""

from pathlib import Path

import pytest
from calibration_samples import KEY
from outcome_exams import add_many, as_csv

from klarsyn.cli.context import opened
from klarsyn.cli.main import main


@pytest.fixture
def told() -> list[tuple[str, bool]]:
    with opened() as context:
        return add_many(context.store, 200)


@pytest.fixture
def shown(capsys):
    """What `klarsyn calibration show` says."""

    def _shown() -> str:
        with opened() as context:
            key = context.store.calibrations.find(KEY).calibration_id
        capsys.readouterr()
        assert main(["calibration", "show", key]) == 0
        return capsys.readouterr().out

    return _shown


def test_an_import_of_200_outcomes_makes_probabilities_and_the_calibration_says_so(
    told, shown, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLARSYN_READER", "anna")
    file = tmp_path / "registry.csv"
    file.write_bytes(as_csv(told[:150]))
    assert "by the maker's map; 0 of the 200 outcomes" in shown()
    assert "and 0 of 50 cancers" in shown()
    assert main(["outcomes", "import", str(file)]) == 0
    assert capsys.readouterr().out.endswith("150 outcomes read, 150 new, 0 of exams that are not here.\n")
    assert "by the maker's map; 150 of the 200 outcomes" in shown()

    file.write_bytes(as_csv(told))
    main(["outcomes", "import", str(file)])
    said = capsys.readouterr().out
    assert "200 outcomes read, 50 new" in said
    assert "finding scores fitted by anna: isotonic probability from outcomes, 200 outcomes, " in said
    with opened() as context:
        sha256 = context.store.calibrations.find(KEY).events[-1].findings.sha256
    assert f"SHA-256 {sha256}; 200 outcomes are known now" in shown()


def test_a_file_that_is_refused_says_its_line_and_fails(told, tmp_path: Path, capsys) -> None:
    file = tmp_path / "registry.csv"
    file.write_text("exam,outcome\ne0,cancer\ne1,perhaps\n")
    assert main(["outcomes", "import", str(file)]) == 1
    assert "Nothing was imported.\nLine 3: " in capsys.readouterr().out
    assert main(["outcomes"]) == 0
    assert "The outcome of 0 exams is known." in capsys.readouterr().out


def test_exams_elsewhere_are_left_out_when_asked(told, tmp_path: Path, capsys) -> None:
    file = tmp_path / "registry.csv"
    file.write_text("accession,outcome\nA1,cancer\nB1,cancer\n")
    assert main(["outcomes", "import", "--known-only", str(file)]) == 0
    assert "2 outcomes read, 1 new, 1 of exams that are not here." in capsys.readouterr().out


def test_a_file_that_is_not_there_is_a_sentence(capsys) -> None:
    assert main(["outcomes", "import", "nowhere.csv"]) == 1
    assert "No such file" in capsys.readouterr().err
