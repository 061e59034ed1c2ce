"""`klarsyn doctor` says which rules for reports of other makers cannot be used."""

import pytest

from klarsyn.cli import doctor_command


@pytest.fixture
def doctor(installation, monkeypatch, capsys):
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(installation.settings.data_folder))

    def said() -> tuple[int, list[str]]:
        code = doctor_command.run(None)
        return code, [
            line for line in capsys.readouterr().out.splitlines() if line.startswith(("ok", "FAIL"))
        ]

    return said


def test_the_makers_that_have_rules_are_named(doctor) -> None:
    _, lines = doctor()
    assert any(line.startswith("ok") and "transpara" in line for line in lines)


def test_a_file_of_the_site_that_cannot_be_used_fails_the_check(installation, doctor) -> None:
    folder = installation.settings.data_folder / "vendors"
    folder.mkdir()
    (folder / "wise.toml").write_text("maker = 3\n")
    code, lines = doctor()
    assert code == 1
    assert any(line.startswith("FAIL") and "wise.toml:1" in line for line in lines)
