"""Settings, logs and locks."""

import json
from pathlib import Path

import pytest

from klarsyn.base import log
from klarsyn.base.only_one import AlreadyRunning, only_one
from klarsyn.base.paths import resources
from klarsyn.base.settings import SettingsError, load_settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "klarsyn.toml").write_text('policy = "region"\ncache_limit_gb = 5.0\n')
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("KLARSYN_CACHE_LIMIT_GB", "7")
    settings = load_settings()
    assert (settings.policy, settings.cache_limit_gb, settings.engine) == ("region", 7.0, "demo_cad")


def test_a_wrong_setting_is_named_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "klarsyn.toml").write_text('polcy = "region"\n')
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(tmp_path))
    with pytest.raises(SettingsError, match="polcy"):
        load_settings()


@pytest.mark.invariant(9)
def test_nothing_private_escapes_the_log_refuses_patient_attributes(tmp_path: Path) -> None:
    log.configure(tmp_path)
    log.get_logger("test").info(
        "an exam of 19580312-1234", patient_name="Anna Testsson", PatientID="1", birth_date="x", exam_id="e-1"
    )
    log.configure(None)
    (line,) = (tmp_path / "klarsyn.log").read_text().splitlines()
    entry = json.loads(line)
    assert entry["exam_id"] == "e-1"
    for secret in ("Anna", "Testsson", "19580312-1234"):
        assert secret not in line
    assert entry["patient_name"] == "[refused: patient data]"


def test_a_job_runs_once_at_a_time_and_again_afterwards(tmp_path: Path) -> None:
    with only_one(tmp_path / "lock", "an import"):
        with pytest.raises(AlreadyRunning, match="an import"), only_one(tmp_path / "lock", "an import"):
            pass
    with only_one(tmp_path / "lock", "an import"):
        pass


def test_the_resources_are_found() -> None:
    assert (resources() / "policies" / "practice.toml").is_file()
