"""A site's screens: how each is driven follows from what was measured, and nothing is claimed beyond it."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from panels import MONITOR, gamma_panel, gsdf_panel, measured

from klarsyn.domain.screen_check import UNCALIBRATED, CheckIntervals, CheckKind
from klarsyn.domain.screen_size import ScreenRuler
from klarsyn.imaging.conformance import PRIMARY
from klarsyn.imaging.curve_file import format_display_curve
from klarsyn.imaging.screen import screen_lut
from klarsyn.reading.displays import DisplayDesk
from klarsyn.reading.monitor_state import unknown_monitor
from klarsyn.reading.session import ReadingError


@pytest.fixture
def desk(installation, tmp_path) -> DisplayDesk:
    # After the day on which the panels of the tests were measured.
    installation.clock.advance(timedelta(days=330))
    return DisplayDesk(
        installation.store,
        installation.clock,
        "reader-one",
        intervals=CheckIntervals(1, 365),
        limits=PRIMARY,
        curve_folder=tmp_path / "curves",
    )


@pytest.fixture
def file_of(tmp_path):
    def _file(panel: np.ndarray, name: str = "panel.csv", **more) -> Path:
        folder = tmp_path / "curves"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(format_display_curve(measured(panel, **more)), encoding="utf-8")
        return path

    return _file


def state(desk: DisplayDesk):
    return desk.states([MONITOR])[MONITOR]


def test_a_screen_that_was_never_measured_gets_the_assumed_curve_and_says_so(desk) -> None:
    now = state(desk)
    assert now.statement == UNCALIBRATED
    assert not now.sound
    assert now.lut.assumed
    assert now.conformance(PRIMARY) is None


def test_an_unknown_monitor_says_the_same_without_a_store() -> None:
    assert unknown_monitor().statement == UNCALIBRATED
    assert unknown_monitor().lut.assumed


def test_a_panel_that_follows_the_display_function_is_found_to_need_no_table(desk, file_of) -> None:
    trial = desk.trial(MONITOR, file_of(gsdf_panel()))
    assert trial.follows_by_itself
    desk.measured(trial, own_gsdf=True)
    now = state(desk)
    assert now.lut is None
    assert now.statement == "GSDF, checked 2026-11-20"
    assert now.sound


def test_a_gamma_panel_gets_the_table_of_its_own_curve(desk, file_of) -> None:
    trial = desk.trial(MONITOR, file_of(gamma_panel(), points=52))
    assert not trial.follows_by_itself
    desk.measured(trial, own_gsdf=False)
    assert np.array_equal(state(desk).lut.table(), screen_lut(trial.curve).table())


def test_a_measurement_beyond_the_limits_is_kept_as_not_passed_with_the_reason(desk, file_of) -> None:
    check = desk.measured(desk.trial(MONITOR, file_of(gsdf_panel(white=120.0))), own_gsdf=True)
    assert not check.passed
    assert any("170" in remark for remark in check.remarks)
    assert "not passed" in state(desk).statement
    assert not state(desk).sound


def test_a_curve_of_another_monitor_is_refused(desk, file_of) -> None:
    with pytest.raises(ReadingError, match="TEST PANEL 1"):
        desk.trial("ANOTHER 7", file_of(gsdf_panel()))


def test_letter_case_and_spaces_do_not_make_another_monitor(desk, file_of) -> None:
    trial = desk.trial("Test  panel 1", file_of(gsdf_panel()))
    assert trial.curve.monitor == "Test  panel 1"


def test_a_curve_dated_after_today_is_refused(desk, file_of, installation) -> None:
    installation.clock.advance(timedelta(days=-30))
    with pytest.raises(ReadingError, match="after today"):
        desk.trial(MONITOR, file_of(gsdf_panel()))


def test_a_file_that_is_no_curve_is_refused_with_its_line(desk, tmp_path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("monitor,X\nnonsense,1\n")
    with pytest.raises(ReadingError, match="line 2"):
        desk.trial(MONITOR, path)


def test_a_measurement_that_is_too_old_says_so_on_the_image(desk, file_of, installation) -> None:
    desk.measured(desk.trial(MONITOR, file_of(gsdf_panel())), own_gsdf=True)
    installation.clock.advance(timedelta(days=400))
    assert "overdue" in state(desk).statement
    assert not state(desk).sound


def test_a_look_at_the_pattern_silences_its_reminder_until_the_next_day(desk, installation) -> None:
    desk.looked(MONITOR, True)
    assert CheckKind.VISUAL not in {r.kind for r in state(desk).reminders}
    installation.clock.advance(timedelta(days=1))
    assert CheckKind.VISUAL in {r.kind for r in state(desk).reminders}


def test_a_pattern_that_looked_wrong_is_told_on_the_image_of_a_measured_screen(desk, file_of) -> None:
    desk.measured(desk.trial(MONITOR, file_of(gsdf_panel())), own_gsdf=True)
    desk.looked(MONITOR, False, "a dark corner")
    assert "test pattern" in state(desk).statement
    assert not state(desk).sound


def test_a_ruler_holds_for_the_resolution_at_which_it_was_laid_on(desk) -> None:
    desk.ruled(ScreenRuler(MONITOR, 2048, 2560, 0.165))
    assert dict(state(desk).rulers) == {(2048, 2560): 0.165}


def test_a_new_curve_in_the_folder_is_found_until_it_is_taken(desk, file_of) -> None:
    path = file_of(gsdf_panel())
    (path.parent / "broken.csv").write_text("nothing")
    assert desk.waiting_files(MONITOR) == (path,)
    assert desk.waiting_files("ANOTHER") == ()
    desk.measured(desk.trial(MONITOR, path), own_gsdf=True)
    assert desk.waiting_files(MONITOR) == ()
