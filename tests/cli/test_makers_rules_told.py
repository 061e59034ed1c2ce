"""Import and scoring say which of a site's rules for reports of other makers cannot be used."""

import pytest


@pytest.mark.parametrize("words", [("import", "."), ("score",)])
def test_a_file_of_the_site_that_cannot_be_used_is_told_at_the_end(
    installation, say, tmp_path, monkeypatch, words
):
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(installation.settings.data_folder))
    folder = installation.settings.data_folder / "vendors"
    folder.mkdir()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    status, printed = say(*words)
    assert (status, "wise.toml" in printed) == (0, False)
    (folder / "wise.toml").write_text("maker = 3\n")
    status, printed = say(*words)
    assert (status, "\nwise.toml:1: " in printed) == (0, True)
