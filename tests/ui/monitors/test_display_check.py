"""The page of screen checks, as a physicist and a reader in the morning use it; keys only."""

from datetime import timedelta

import numpy as np
import pytest
from panels import gamma_panel, gsdf_panel, measured
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from window_helpers import grey_of, press

from klarsyn.domain.screen_check import CheckIntervals
from klarsyn.imaging.conformance import PRIMARY
from klarsyn.imaging.curve_file import format_display_curve
from klarsyn.imaging.measuring_field import MEASURING_LEVELS, measuring_field
from klarsyn.imaging.screen import screen_lut
from klarsyn.imaging.test_pattern import qc_pattern
from klarsyn.reading.displays import DisplayDesk
from klarsyn.ui.actions.command import Command
from klarsyn.ui.monitors.display_words import due_line, state_lines
from klarsyn.ui.monitors.screen_book import mm_per_device_pixel, screen_book
from klarsyn.ui.monitors.screens import identity_of

_K = Qt.Key


@pytest.fixture
def displays(installation, tmp_path) -> DisplayDesk:
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
def monitor(qapp: QApplication) -> str:
    return identity_of(qapp.primaryScreen())


@pytest.fixture
def workplace(make_workplace, displays):
    return make_workplace(displays=displays)


@pytest.fixture
def page(workplace, qtbot):
    workplace.show_screens()
    qtbot.waitUntil(lambda: workplace.flow.background.idle)
    return workplace.screens


@pytest.fixture
def settled(workplace, qtbot):
    return lambda: qtbot.waitUntil(lambda: workplace.flow.background.idle)


@pytest.fixture
def curve_file(tmp_path, monitor):
    def _write(panel: np.ndarray, name: str = monitor):
        folder = tmp_path / "elsewhere"
        folder.mkdir(exist_ok=True)
        text = format_display_curve(measured(panel, 52))
        path = folder / "curve.csv"
        path.write_text(text.replace("TEST PANEL 1", name), encoding="utf-8")
        return path

    return _write


def shown(sheet: QWidget) -> np.ndarray:
    return grey_of(sheet)[:, :, 0]


def state(displays: DisplayDesk, monitor: str):
    return displays.states([monitor])[monitor]


def words(page) -> str:
    return page.lines.text


def test_the_page_opens_from_the_queue_by_its_key(workplace, qtbot) -> None:
    press(workplace.queue, _K.Key_D, control=True)
    assert workplace.main.centralWidget().currentWidget() is workplace.screens
    press(workplace.screens, _K.Key_Escape)
    assert workplace.main.centralWidget().currentWidget() is workplace.queue


def test_a_new_screen_is_said_to_be_uncalibrated_with_what_eight_bits_cost(page, monitor) -> None:
    assert page.name.text() == monitor
    assert "uncalibrated" in page.screens_table.item(0, 3).text()
    assert "steps are lost" in words(page)


def test_what_cannot_be_known_of_a_screen_is_said(page) -> None:
    said = " ".join(child.text() for child in page.findChildren(QLabel))
    for unknown in ("HDR", "night light", "ICC"):
        assert unknown in said
    assert "cannot see" in said


def test_the_test_pattern_reaches_each_device_pixel_through_the_screens_table(page, monitor) -> None:
    press(page, _K.Key_T)
    got = shown(page.covering.sheet)
    expected = qc_pattern(*got.shape).for_screen(screen_book().state(page.screen_chosen).lut)
    assert np.array_equal(got, expected)
    page.covering.sheet.close()


def test_enter_in_the_pattern_notes_that_it_looks_right(page, displays, monitor, settled) -> None:
    press(page, _K.Key_T)
    press(page.covering.sheet, _K.Key_Return)
    settled()
    assert state(displays, monitor).visual.passed
    assert page.covering.sheet is None


def test_escape_in_the_pattern_notes_nothing(page, displays, monitor, settled) -> None:
    press(page, _K.Key_T)
    press(page.covering.sheet, _K.Key_Escape)
    settled()
    assert state(displays, monitor).visual is None


def test_a_pattern_whose_screen_is_unplugged_closes_and_notes_nothing(
    page, displays, monitor, settled, qapp
) -> None:
    press(page, _K.Key_T)
    qapp.screenRemoved.emit(page.screen_chosen)
    settled()
    assert page.covering.sheet is None
    assert state(displays, monitor).visual is None


def test_w_in_the_pattern_asks_what_is_wrong_and_keeps_the_answer(page, displays, monitor, settled) -> None:
    press(page, _K.Key_T)
    press(page.covering.sheet, _K.Key_W)
    assert page.remark.isVisible()
    page.remark.setText("a dark corner")
    press(page.remark, _K.Key_Return)
    settled()
    assert state(displays, monitor).visual.remarks == ("a dark corner",)
    assert not page.remark.isVisible()


def test_escape_instead_of_a_remark_notes_nothing(page, displays, monitor, settled) -> None:
    press(page, _K.Key_T)
    press(page.covering.sheet, _K.Key_W)
    press(page.remark, _K.Key_Escape)
    settled()
    assert page.isVisible()
    assert not page.remark.isVisible()
    assert state(displays, monitor).visual is None


def test_the_meter_is_led_through_eighteen_levels_past_every_table(page) -> None:
    press(page, _K.Key_M)
    seen = []
    for _ in MEASURING_LEVELS:
        got = shown(page.covering.sheet)
        rows, columns = got.shape
        seen.append(int(got[rows // 2, columns // 2]))
        field = measuring_field(rows, columns, seen[-1])
        assert np.array_equal(got[: rows * 3 // 4], field[: rows * 3 // 4])
        press(page.covering.sheet, _K.Key_Space)
    assert tuple(seen) == MEASURING_LEVELS
    page.covering.sheet.close()


def test_a_gamma_panels_curve_is_shown_before_it_is_kept_with_a_table(
    page, displays, monitor, settled, curve_file
) -> None:
    page.load(curve_file(gamma_panel()))
    settled()
    assert "table of this curve" in words(page)
    assert state(displays, monitor).measurement is None
    press(page, _K.Key_Return)
    settled()
    kept = state(displays, monitor)
    assert np.array_equal(kept.lut.table(), screen_lut(kept.curve).table())
    assert np.array_equal(screen_book().state(page.screen_chosen).lut.table(), kept.lut.table())


def test_a_calibrated_panel_is_offered_without_a_table_and_o_changes_that(
    page, displays, monitor, settled, curve_file
) -> None:
    page.load(curve_file(gsdf_panel()))
    settled()
    assert page.own_gsdf
    press(page, _K.Key_O)
    assert not page.own_gsdf
    press(page, _K.Key_O)
    press(page, _K.Key_Return)
    settled()
    assert state(displays, monitor).lut is None
    assert "2026-11-20" in page.screens_table.item(0, 3).text()


def test_a_dropped_curve_leaves_the_screen_as_it_was(page, displays, monitor, settled, curve_file) -> None:
    page.load(curve_file(gsdf_panel()))
    settled()
    press(page, _K.Key_Escape)
    settled()
    assert state(displays, monitor).measurement is None


def test_a_curve_of_another_monitor_is_refused_on_the_page(page, settled, curve_file) -> None:
    page.load(curve_file(gsdf_panel(), "SOMEBODY ELSES 9"))
    settled()
    assert "SOMEBODY ELSES 9" in page.told.text()
    assert page.trial is None


def test_the_ruler_finds_the_true_size_of_a_device_pixel(page, settled) -> None:
    screen = page.screen_chosen
    assert mm_per_device_pixel(screen)[1] is False
    press(page, _K.Key_R)
    sheet = page.covering.sheet
    bar = sheet.bar
    for _ in range(7):
        press(sheet, _K.Key_Right)
    row = shown(sheet)[sheet.height() // 2]
    assert np.count_nonzero(row) == bar + 7
    press(sheet, _K.Key_Return)
    settled()
    assert mm_per_device_pixel(screen) == (pytest.approx(sheet_length(bar + 7)), True)


def sheet_length(bar: int) -> float:
    return 100 / bar


@pytest.mark.invariant(10)
def test_the_window_never_freezes_screen_checks_touch_no_disk_on_its_thread(
    workplace, page, qtbot, ui_thread_watch, settled, curve_file
) -> None:
    path = curve_file(gamma_panel())
    ui_thread_watch.on = True
    page.load(path)
    settled()
    press(page, _K.Key_Return)
    settled()
    press(page, _K.Key_T)
    press(page.covering.sheet, _K.Key_Return)
    settled()
    ui_thread_watch.on = False
    assert ui_thread_watch.seen == []


def test_a_due_check_is_told_on_the_queue_page_and_never_while_reading(
    workplace, import_exams, open_exam
) -> None:
    assert "1 screen to look at" in workplace.queue.foot.due.text()
    import_exams(1)
    open_exam(workplace)
    assert workplace.queue.foot.due.text() == ""


def test_a_reader_can_check_the_screen_while_an_exam_is_open_and_comes_back_to_it(
    workplace, import_exams, open_exam, settled
) -> None:
    import_exams(1)
    open_exam(workplace)
    session, stack = workplace.flow.session, workplace.main.centralWidget()
    assert Command.DISPLAY_CHECK in workplace.reading.commands.actions
    press(workplace.reading, _K.Key_D, control=True)
    settled()
    assert stack.currentWidget() is workplace.screens
    press(workplace.screens, _K.Key_Escape)
    settled()
    assert stack.currentWidget() is workplace.reading
    assert workplace.flow.session is session


def test_nothing_is_told_when_nothing_is_due(displays, monitor, tmp_path) -> None:
    displays.looked(monitor, True)
    now = {monitor: state(displays, monitor)}
    assert "look at" not in due_line(now)
    assert due_line({}) == ""


def test_a_failed_look_stands_on_the_page_with_its_remark(displays, monitor) -> None:
    displays.looked(monitor, False, "a dark corner")
    lines = state_lines(state(displays, monitor), PRIMARY)
    assert any("a dark corner" in line.text and line.good is False for line in lines)
