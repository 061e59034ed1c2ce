"""The test pattern, pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import gamma_panel, measured

from klarsyn.imaging.measuring_field import MEASURING_LEVELS, measuring_field
from klarsyn.imaging.pattern import ElementKind
from klarsyn.imaging.pattern_letters import glyph
from klarsyn.imaging.screen import screen_lut
from klarsyn.imaging.test_pattern import PATCH_LEVELS, WORDS, grid_lines, qc_pattern

SHEETS = [(480, 480), (768, 1366), (1024, 1024), (2048, 1536), (2560, 2048), (1365, 1023)]
sheets = pytest.mark.parametrize("sheet", SHEETS)


@sheets
def test_sixteen_grey_squares_have_corners_four_p_values_brighter_and_darker(sheet):
    pattern = qc_pattern(*sheet)
    for level in PATCH_LEVELS:
        patch = pattern.element(f"patch {level}")
        pixels = pattern.p_values[patch.region].astype(int)
        small, inset = patch.width // 8, patch.width // 16
        corner = slice(inset, inset + small)
        other = slice(patch.width - inset - small, patch.width - inset)
        assert small >= 4
        assert (pixels[corner, corner] == level + 4).all()
        assert (pixels[other, other] == level + 4).all()
        assert (pixels[corner, other] == level - 4).all()
        assert (pixels[other, corner] == level - 4).all()
        assert np.count_nonzero(pixels != level) == 4 * small * small


@sheets
@pytest.mark.parametrize(("level", "inner"), [(0, 13), (255, 242)])
def test_black_and_white_hold_a_square_of_5_and_95_percent_in_their_middle(sheet, level, inner):
    pattern = qc_pattern(*sheet)
    pixels = pattern.p_values[pattern.element(f"patch {level}").region]
    assert set(np.unique(pixels)) == {level, inner}
    assert (pixels == pixels[::-1, ::-1]).all()
    assert inner == pytest.approx(0.05 * 255 if level == 0 else 0.95 * 255, abs=0.5)


@sheets
def test_the_eighteen_squares_are_of_one_size_and_mirror_each_other_about_the_middle(sheet):
    rows, columns = sheet
    patches = qc_pattern(rows, columns).of_kind(ElementKind.PATCH)
    assert len(patches) == 18
    assert len({(p.width, p.height) for p in patches}) == 1
    assert patches[0].width == patches[0].height
    places = {(p.x, p.y) for p in patches}
    assert {(columns - p.x - p.width, rows - p.y - p.height) for p in patches} == places
    assert {(columns - p.x - p.width, p.y) for p in patches} == places


@given(st.integers(480, 6000), st.integers(480, 6000))
def test_grid_lines_are_evenly_apart_and_mirror_each_other_on_any_screen(length, side):
    side = min(length, side)
    lines = grid_lines(length, side)
    assert len(set(np.diff(lines).tolist())) == 1
    assert [length - 1 - x for x in reversed(lines)] == lines
    assert lines[1] - lines[0] == pytest.approx(side / 10, abs=1)
    assert 0 <= lines[0] < lines[1] - lines[0]


@sheets
def test_grid_lines_are_one_pixel_thin(sheet):
    pattern = qc_pattern(*sheet)
    # A row of the sheet that crosses nothing but the grid and the borders.
    side = min(sheet)
    row = pattern.p_values[round(0.2 * side)]
    inset = round(0.015 * side) + 3
    inside = np.flatnonzero(row[inset:-inset] == 192) + inset
    bars = pattern.element("bar, white on black")
    left = inside[inside < bars.x]
    expected = [x for x in grid_lines(sheet[1], side) if inset <= x < bars.x]
    assert left.tolist() == expected


@sheets
def test_line_pairs_stand_in_the_middle_and_in_all_corners_in_both_directions(sheet):
    pattern = qc_pattern(*sheet)
    names = {e.name for e in pattern.of_kind(ElementKind.LINE_PAIRS)}
    assert names == {
        f"{place}, {lines}, {frequency}, {contrast} contrast"
        for place in ("centre", "top left", "top right", "bottom left", "bottom right")
        for lines in ("vertical", "horizontal")
        for frequency in ("Nyquist", "half Nyquist")
        for contrast in ("high", "low")
    }


@sheets
@pytest.mark.parametrize(("contrast", "levels"), [("high contrast", [0, 255]), ("low contrast", [128, 130])])
@pytest.mark.parametrize(("frequency", "thickness"), [("Nyquist", 1), ("half Nyquist", 2)])
def test_line_pairs_are_exact_to_the_pixel(sheet, frequency, thickness, contrast, levels):
    pattern = qc_pattern(*sheet)
    for place in ("centre", "top left", "bottom right"):
        upright = pattern.p_values[pattern.element(f"{place}, vertical, {frequency}, {contrast}").region]
        flat = pattern.p_values[pattern.element(f"{place}, horizontal, {frequency}, {contrast}").region]
        line = np.repeat(levels[::-1], thickness)
        wanted = np.tile(line, upright.shape[1] // line.size)
        assert (upright == wanted).all()
        assert (flat == wanted[:, np.newaxis]).all()


@sheets
def test_ramps_show_every_p_value_for_the_same_number_of_rows_up_and_down(sheet):
    pattern = qc_pattern(*sheet)
    left, right = (pattern.element(f"{side} ramp") for side in ("left", "right"))
    first = pattern.p_values[left.region]
    wanted = np.repeat(np.arange(256), left.height // 256)
    assert (first == wanted[:, np.newaxis]).all()
    assert (pattern.p_values[right.region] == first[::-1]).all()
    assert sheet[1] - right.x - right.width == left.x


@sheets
@pytest.mark.parametrize(("ground", "sign"), [(0, 1), (128, 1), (255, -1)])
def test_the_words_fade_by_one_p_value_a_letter(sheet, ground, sign):
    pattern = qc_pattern(*sheet)
    element = pattern.element(f"letters on {ground}")
    assert element.levels == (ground, *(ground + sign * contrast for contrast in range(14, 0, -1)))
    pixels = pattern.p_values[element.region].astype(int)
    assert set(np.unique(pixels)) == set(element.levels)
    # As many dots of each contrast as the letter of that place has, all of one size.
    letters = WORDS.replace(" ", "")
    dots = [
        np.count_nonzero(pixels == v) / glyph(x).sum()
        for v, x in zip(element.levels[1:], letters, strict=True)
    ]
    assert len(set(dots)) == 1


def test_every_glyph_differs_from_every_other():
    characters = " ,-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert len({glyph(c).tobytes() for c in characters}) == len(characters)


@sheets
def test_the_outermost_pixels_are_white_all_around_and_one_thin(sheet):
    pixels = qc_pattern(*sheet).p_values
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert (edge == 255).all()
    assert not (pixels[1, 1:-1] == 255).any()
    assert not (pixels[1:-1, -2] == 255).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(480, 1600), st.integers(480, 1600))
def test_no_element_overlaps_another_or_leaves_the_sheet_at_any_size(rows, columns):
    pattern = qc_pattern(rows, columns)
    taken = np.zeros((rows, columns), dtype=np.uint8)
    for element in pattern.elements:
        assert element.x >= 0
        assert element.y >= 0
        assert element.x + element.width <= columns
        assert element.y + element.height <= rows
        if element.kind not in (ElementKind.GRID, ElementKind.BORDER):
            taken[element.region] += 1
    assert taken.max() == 1


def test_the_label_says_that_the_pattern_is_synthetic_and_is_drawn_whole():
    pattern = qc_pattern(1024, 1024)
    label = pattern.p_values[pattern.element("label").region]
    assert set(np.unique(label)) == {128, 255}
    text = ("KLARSYN DISPLAY CHECK", "SYNTHETIC, AFTER AAPM TG18 REPORT", "SCALED TO 1024 X 1024 PIXELS")
    assert np.count_nonzero(label == 255) == sum(glyph(c).sum() for line in text for c in line)


def test_a_sheet_too_small_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="needs 480 x 480 pixels or more; here are 600 x 400"):
        qc_pattern(400, 600)


def test_the_pattern_goes_to_the_screen_through_the_screens_table():
    pattern = qc_pattern(480, 640)
    lut = screen_lut(measured(gamma_panel()))
    assert (pattern.for_screen(lut) == lut.table()[pattern.p_values]).all()
    assert (pattern.for_screen(None) == pattern.p_values).all()


def test_a_finished_pattern_cannot_be_drawn_on():
    with pytest.raises(ValueError, match="read-only"):
        qc_pattern(480, 480).p_values[0, 0] = 7


@pytest.mark.parametrize("level", MEASURING_LEVELS)
def test_the_field_for_the_meter_is_a_tenth_of_the_sheet_at_its_level(level):
    field = measuring_field(1000, 1000, level)
    changed = field != 153
    if level == 153:
        assert not changed.any()
    else:
        assert changed.mean() == pytest.approx(0.1, abs=0.001)
        assert field[500, 500] == level
        assert (changed == changed[::-1, ::-1]).all()


def test_the_meter_is_shown_no_level_that_does_not_exist():
    with pytest.raises(ValueError, match="256 does not"):
        measuring_field(100, 100, 256)
