"""The pattern that shows how many bits reach the screen."""

import numpy as np
import pytest
from panels import gamma_panel, measured

from klarsyn.imaging.bit_depth_pattern import RAMPS, bit_depth_pattern
from klarsyn.imaging.screen import screen_lut

SHEETS = [(480, 480), (768, 1366), (2560, 2048)]
sheets = pytest.mark.parametrize("sheet", SHEETS)


def ramps(pattern) -> list[np.ndarray]:
    return [pattern.p_values[pattern.element(f"ramp {n + 1}").region] for n in range(RAMPS)]


def marked_rows(pattern, number: int) -> tuple[list[int], list[int]]:
    """Rows with a mark of either length, and rows with a long one."""
    marks = pattern.p_values[pattern.element(f"marks {number + 1}").region] == 2048
    return np.flatnonzero(marks[:, 0]).tolist(), np.flatnonzero(marks[:, -1]).tolist()


@sheets
def test_the_sixteen_ramps_run_through_all_twelve_bit_p_values_without_a_gap(sheet):
    values = np.concatenate([ramp[:, 0] for ramp in ramps(bit_depth_pattern(*sheet))])
    repeats = values.size // 4096
    assert values.tolist() == np.repeat(np.arange(4096), repeats).tolist()


@sheets
def test_on_an_eight_bit_screen_every_step_meets_a_long_mark_and_every_long_mark_a_step(sheet):
    pattern = bit_depth_pattern(*sheet)
    shown = pattern.for_screen(None)
    for number in range(RAMPS):
        column = shown[pattern.element(f"ramp {number + 1}").region][:, 0].astype(int)
        steps = (np.flatnonzero(np.diff(column)) + 1).tolist()
        _, long_marks = marked_rows(pattern, number)
        # A step on the first row is one against the ramp before.
        assert [row for row in long_marks if row > 0] == steps


@sheets
def test_on_a_ten_bit_screen_every_step_meets_a_mark(sheet):
    pattern = bit_depth_pattern(*sheet)
    for number, ramp in enumerate(ramps(pattern)):
        ten_bits = np.floor(ramp[:, 0] / 4095 * 1023 + 0.5)
        steps = set((np.flatnonzero(np.diff(ten_bits)) + 1).tolist())
        marks, _ = marked_rows(pattern, number)
        assert steps <= set(marks)
        assert len(steps) >= 63


def test_a_table_that_merges_levels_shows_steps_away_from_the_long_marks():
    pattern = bit_depth_pattern(768, 1366)
    shown = pattern.for_screen(screen_lut(measured(gamma_panel())))
    column = shown[pattern.element("ramp 16").region][:, 0].astype(int)
    steps = (np.flatnonzero(np.diff(column)) + 1).tolist()
    assert steps != [row for row in marked_rows(pattern, 15)[1] if row > 0]


@sheets
def test_ramps_marks_and_label_do_not_overlap(sheet):
    pattern = bit_depth_pattern(*sheet)
    taken = np.zeros(sheet, dtype=np.uint8)
    for element in pattern.elements:
        taken[element.region] += 1
    assert taken.max() == 1


def test_a_sheet_too_small_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="needs 480 x 480"):
        bit_depth_pattern(300, 480)
