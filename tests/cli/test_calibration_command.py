"""`klarsyn calibration`, as a user types it."""

import csv
from pathlib import Path

import numpy as np
import pytest
from calibration_samples import KEY, UNIT, feed, normal_exams

from klarsyn.cli.context import opened
from klarsyn.cli.main import main
from klarsyn.domain.calibration import MINIMUM_SAMPLE
from klarsyn.domain.calibration_key import CalibrationKey, Device
from klarsyn.domain.calibration_sample import score_by_thresholds, tenth

LATER = CalibrationKey(KEY.engine, KEY.engine_version, KEY.model_sha256, Device(UNIT.manufacturer, "3.0"))


def fed(count: int, key: CalibrationKey = KEY, seed: int = 1) -> str:
    with opened() as context:
        return feed(context.store, context.clock, normal_exams(count, seed), key)


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["calibration", *words]) == status
    return capsys.readouterr().out


def test_a_site_without_calibrations_lists_none(capsys) -> None:
    assert said(capsys, "list") == "0 calibrations.\n"
    assert said(capsys) == "0 calibrations.\n"


def test_the_list_tells_state_engine_unit_and_how_many_exams_of_2000(capsys) -> None:
    calibration_id = fed(12)
    line = said(capsys, "list").splitlines()[0]
    for part in (calibration_id[:8], "collecting 12 of 2000", "Cad 1.0", "Maker One A1, software 2.1"):
        assert part in line


def test_a_calibration_is_shown_with_its_sample_and_history(capsys) -> None:
    calibration_id = fed(MINIMUM_SAMPLE)
    told = said(capsys, "show", calibration_id[:6])
    with opened() as context:
        sample = context.store.calibrations.get(calibration_id).sample
    for part in ("valid", f"SHA-256 {sample.sha256}", "sample complete by Klarsyn", KEY.model_sha256):
        assert part in told


def test_a_sample_is_written_as_quantiles_that_score_like_it_and_name_nobody(capsys, tmp_path: Path) -> None:
    calibration_id = fed(MINIMUM_SAMPLE)
    said(capsys, "show", calibration_id, "--csv", str(tmp_path / "quantiles.csv"))
    with (tmp_path / "quantiles.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert set(rows[0]) == {"percent", "raw_from", "exams", "sample_sha256"}
    nine = np.array([float(row["raw_from"]) for row in rows if int(row["percent"]) % 10 == 0])
    ordered = np.sort(normal_exams(MINIMUM_SAMPLE))
    for raw in normal_exams(500, 9):
        k = int(np.searchsorted(ordered, raw, side="right"))
        assert score_by_thresholds(raw, nine) == tenth(k, MINIMUM_SAMPLE)
    assert "exam-" not in (tmp_path / "quantiles.csv").read_text()


def test_no_quantiles_are_written_of_a_sample_that_is_not_whole(capsys, tmp_path: Path) -> None:
    calibration_id = fed(5)
    told = said(capsys, "show", calibration_id, "--csv", str(tmp_path / "quantiles.csv"), status=1)
    assert "not whole yet (5 exams)" in told
    assert not (tmp_path / "quantiles.csv").exists()


def test_a_new_version_is_compared_signed_by_two_and_released(
    capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed(MINIMUM_SAMPLE)
    key = fed(1500, LATER, seed=2)[:8]
    assert "frozen, 1500 exams" in said(capsys, "list")
    assert "Do so first" in said(capsys, "sign", key, "--reason", "fine", status=1)
    assert "1500 exams against 2000: alike" in said(capsys, "compare", key)
    monkeypatch.setenv("KLARSYN_READER", "anna")
    said(capsys, "sign", key, "--reason", "looks as before")
    assert "Another person" in said(capsys, "sign", key, "--reason", "once more", status=1)
    assert "1 signature is missing" in said(capsys, "release", key, status=1)
    monkeypatch.setenv("KLARSYN_READER", "bo")
    said(capsys, "sign", key, "--reason", "physics agrees")
    assert "The calibration is valid." in said(capsys, "release", key)
    told = said(capsys, "show", key)
    for part in ("signed by anna: looks as before", "signed by bo: physics agrees", "released by bo"):
        assert part in told


def test_a_valid_calibration_is_frozen_with_a_reason(capsys) -> None:
    key = fed(MINIMUM_SAMPLE)[:8]
    assert "The calibration is frozen." in said(capsys, "freeze", key, "--reason", "constancy failed")
    assert "constancy failed" in said(capsys, "show", key)
    assert "No exam has come since" in said(capsys, "compare", key, status=1)


def test_a_key_that_fits_none_or_several_is_said(capsys) -> None:
    fed(3)
    assert "No calibration begins with 'zz'" in said(capsys, "show", "zz", status=1)
    fed(3, LATER)
    assert "Several calibrations begin" in said(capsys, "show", "", status=1)
