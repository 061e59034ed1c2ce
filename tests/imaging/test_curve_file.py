"""Files of measured luminances: what is read, and the one sentence that each bad file gets."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import gamma_panel, measured

from klarsyn.imaging.curve_file import (
    CurveFileError,
    format_display_curve,
    parse_display_curve,
    read_display_curve,
)

HEAD = [
    "monitor,EIZO RX560 12345678",
    "measured on,2026-11-20",
    "measured by,A. Physicist",
    "instrument,LS-150 98765",
    "ambient cd/m2,0.05",
    "ambient included,no",
]
POINTS = [f"{level},{0.5 + level * 1.7:.2f}" for level in range(0, 256, 15)]
GOOD = [*HEAD, "level,luminance", *POINTS]
FIRST_POINT = len(HEAD) + 2


def parse(rows: list[str]):
    return parse_display_curve("\n".join(rows), "panel.csv")


def refusal(rows: list[str]) -> str:
    with pytest.raises(CurveFileError) as raised:
        parse(rows)
    return str(raised.value)


def with_point(number: int, row: str) -> list[str]:
    """The good file with one of its points replaced; its line is FIRST_POINT + number."""
    return [*GOOD[: FIRST_POINT - 1 + number], row, *GOOD[FIRST_POINT + number :]]


def test_a_measured_curve_is_read_with_everything_that_it_says():
    curve = parse(GOOD)
    assert (curve.monitor, curve.measured_on) == ("EIZO RX560 12345678", date(2026, 11, 20))
    assert (curve.measured_by, curve.instrument) == ("A. Physicist", "LS-150 98765")
    assert (curve.ambient, curve.ambient_included, curve.assumed) == (0.05, False, False)
    assert curve.levels.tolist() == list(range(0, 256, 15))
    assert curve.luminance[[0, -1]].tolist() == [0.5, 434.0]
    assert curve.seen[0] == pytest.approx(0.55)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_spreadsheet_with_decimal_commas_reads_the_same(mark):
    rows = [row.replace(",", mark).replace(".", ",") for row in GOOD]
    rows[2] = f"measured by{mark}A. Physicist"
    assert parse(rows).luminance.tolist() == parse(GOOD).luminance.tolist()


def test_blank_rows_remarks_and_capitals_change_nothing():
    rows = ["# made at night", "", *GOOD[:3], ",,", *GOOD[3:], ""]
    rows[2] = rows[2].replace("monitor", "Monitor")
    assert parse(rows).luminance.tolist() == parse(GOOD).luminance.tolist()


def test_lux_become_luminance_by_the_reflection_of_the_screen():
    rows = ["ambient lux,20" if r.startswith("ambient cd") else r for r in GOOD]
    assert parse([*rows[:5], "reflection cd/m2 per lux,0.005", *rows[5:]]).ambient == pytest.approx(0.1)
    assert refusal(rows).startswith("panel.csv, line 5: Lux become luminance only with 'reflection")


@pytest.mark.parametrize(
    ("number", "row", "sentence"),
    [
        (3, "45,1.0", "The luminance falls from 51.5 at level 30 to 1 at level 45"),
        (0, "0,-0.1", "The luminance -0.1 at level 0 is not a number of 0 cd/m² or more"),
        (5, "75,nan", "The luminance nan at level 75 is not a number"),
        (17, "256,500", "Level 256 is not between 0 and 255"),
        (4, "45,77", "Level 45 comes after level 45; levels must rise"),
        (4, "60", "A point is a whole level from 0 to 255 and a luminance"),
        (4, "60.5,100", "A point is a whole level from 0 to 255 and a luminance"),
        (4, "sixty,100", "A point is a whole level from 0 to 255 and a luminance"),
        (4, "60,bright", "'bright' is not a number"),
    ],
)
def test_a_bad_point_is_named_by_its_line(number, row, sentence):
    said = refusal(with_point(number, row))
    assert said.startswith(f"panel.csv, line {FIRST_POINT + number}: {sentence}")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (GOOD[:-1], "There are 17 points; at least 18 are needed."),
        (with_point(0, "1,0.5"), "The points reach from level 1 to 255; both 0 and 255 are needed."),
        (with_point(17, "254,450"), "The points reach from level 0 to 254; both 0 and 255 are needed."),
        (
            [*HEAD, "level,luminance", *(f"{n},4" for n in range(0, 256, 15))],
            "White is not brighter than black.",
        ),
        (with_point(17, "255,5000"), "White is 5000.05 cd/m²; the display function of DICOM ends at 4000."),
        (HEAD, "There is no row 'level,luminance' with the points below it."),
        ([], "There is no row 'level,luminance' with the points below it."),
    ],
)
def test_points_that_are_no_curve_get_one_sentence(rows, sentence):
    assert refusal(rows) == f"panel.csv: {sentence}"


@pytest.mark.parametrize("missing", range(len(HEAD)))
def test_what_is_missing_above_the_points_is_named(missing):
    name = HEAD[missing].split(",")[0]
    said = refusal([row for row in GOOD if row != HEAD[missing]])
    assert said.startswith(f"panel.csv: '{name}' is missing above the points")


@pytest.mark.parametrize(
    ("line", "row", "sentence"),
    [
        (1, "monitor,", "'monitor' has no value."),
        (2, "measured on,20/11/2026", "'20/11/2026' is not a date like 2026-11-20."),
        (3, "monitor,another", "'monitor' stands here a second time."),
        (4, "colour,blue", "'colour' is not known."),
        (5, "ambient cd/m2,-1", "'-1' is not a number of 0 or more."),
        (5, "ambient cd/m2,inf", "'inf' is not a number of 0 or more."),
        (6, "ambient included,maybe", "'maybe' is neither yes nor no."),
    ],
)
def test_a_bad_row_above_the_points_is_named_by_its_line(line, row, sentence):
    rows = [*GOOD[: line - 1], row, *GOOD[line:]]
    assert refusal(rows).startswith(f"panel.csv, line {line}: {sentence}")


def test_two_ways_of_giving_the_rooms_light_are_refused():
    assert "not both" in refusal([*GOOD[:5], "ambient lux,20", *GOOD[5:]])


def test_a_missing_file_and_one_that_is_no_text_are_sentences(tmp_path):
    with pytest.raises(CurveFileError, match=r"^nowhere\.csv cannot be read: "):
        read_display_curve(tmp_path / "nowhere.csv")
    (tmp_path / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0" * 20)
    with pytest.raises(CurveFileError, match=r"^photo\.csv is not UTF-8 text\."):
        read_display_curve(tmp_path / "photo.csv")
    (tmp_path / "huge.csv").write_bytes(b"0,0\n" * 100_000)
    with pytest.raises(CurveFileError, match=r"^huge\.csv is too large"):
        read_display_curve(tmp_path / "huge.csv")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "excel.csv"
    file.write_text("\n".join(GOOD), encoding="utf-8-sig")
    assert read_display_curve(file).monitor == "EIZO RX560 12345678"


@given(st.text(max_size=300))
def test_any_text_is_a_curve_or_a_sentence_and_never_a_traceback(text):
    with pytest.raises(CurveFileError, match=r"^panel\.csv"):
        parse_display_curve(text, "panel.csv")


@given(st.integers(0, len(GOOD) - 1), st.text(max_size=30))
def test_any_row_put_into_a_good_file_gives_a_curve_or_a_sentence(line, row):
    try:
        curve = parse([*GOOD[:line], row, *GOOD[line:]])
    except CurveFileError:
        return
    assert (np.diff(curve.luminance) >= 0).all()
    assert curve.levels[[0, -1]].tolist() == [0, 255]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_a_curve_that_is_written_comes_back(name):
    curve = measured(gamma_panel(), 52, instrument=name, ambient=0.125, ambient_included=True)
    back = parse_display_curve(format_display_curve(curve), "panel.csv")
    assert back.luminance.tolist() == curve.luminance.tolist()
    assert (back.monitor, back.instrument, back.ambient) == (curve.monitor, name, 0.125)
    assert (back.measured_on, back.ambient_included) == (curve.measured_on, True)


def test_the_example_of_the_documentation_is_a_file_that_is_read():
    page = Path(__file__).parents[2] / "docs" / "display-curve.md"
    example = re.search(r"```csv\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert parse_display_curve(example[1], "example.csv").levels.size == 18
