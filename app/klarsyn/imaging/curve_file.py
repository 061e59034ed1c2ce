"""A measured display curve as a file: CSV, as a meter's program or a spreadsheet saves it.

First come rows of a name and its value, then the row `level,luminance`, then one row a point:

    monitor,EIZO RX560 12345678
    measured on,2026-11-20
    measured by,A. Physicist
    instrument,LS-150 98765
    ambient cd/m2,0.05
    ambient included,no
    level,luminance
    0,0.52
    15,0.98
    ...

All names are required. Instead of `ambient cd/m2` the two rows `ambient lux` (at the glass) and
`reflection cd/m2 per lux` (of the screen, from its data sheet) may stand. `ambient included` says whether
the luminances were measured with the room's light in them. Cells are parted by comma, semicolon or tab; with
the latter two, decimals may have a comma. Blank rows and rows that begin with # are left out. UTF-8.
docs/display-curve.md tells the same to those who measure.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from klarsyn.domain.screen_curve import DisplayCurve, curve_faults

_AMBIENT, _LUX, _REFLECTION = "ambient cd/m2", "ambient lux", "reflection cd/m2 per lux"
_REQUIRED = ("monitor", "measured on", "measured by", "instrument", "ambient included")
_NAMES = (*_REQUIRED, _AMBIENT, _LUX, _REFLECTION)
_MOST_BYTES = 1 << 18
_YES_NO = {"yes": True, "no": False, "ja": True, "nej": False}

_Row = tuple[int, list[str]]


class CurveFileError(Exception):
    """A display curve that cannot be used; the message names the file and the line, and what to correct."""


def read_display_curve(path: Path) -> DisplayCurve:
    """Read a file of measured luminances.

    Raises
    ------
    CurveFileError
        If the file cannot be read or is no curve.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CurveFileError(f"{path.name} cannot be read: {error.strerror or 'no reason given'}.") from error
    if len(raw) > _MOST_BYTES:
        raise CurveFileError(f"{path.name} is too large for a display curve. Choose the right file.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CurveFileError(f"{path.name} is not UTF-8 text. Save it as CSV in UTF-8.") from error
    return parse_display_curve(text, path.name)


def parse_display_curve(text: str, name: str) -> DisplayCurve:
    """Return the curve that `text` describes; `name` is what errors call the file.

    Raises
    ------
    CurveFileError
        If it is no curve.
    """
    try:
        return _parse(text)
    except _LineError as error:
        where = f"{name}, line {error.line}" if error.line else name
        raise CurveFileError(f"{where}: {error.sentence}") from error


def format_display_curve(curve: DisplayCurve) -> str:
    """Return a measured curve in the form that `parse_display_curve` reads."""
    head = (
        ("monitor", curve.monitor),
        ("measured on", str(curve.measured_on)),
        ("measured by", curve.measured_by),
        ("instrument", curve.instrument),
        (_AMBIENT, repr(float(curve.ambient))),
        ("ambient included", "yes" if curve.ambient_included else "no"),
        ("level", "luminance"),
    )
    points = zip(curve.levels.tolist(), curve.luminance.tolist(), strict=True)
    return "".join(
        f"{_quoted(a)},{_quoted(b)}\n" for a, b in (*head, *((str(x), repr(y)) for x, y in points))
    )


class _LineError(Exception):
    def __init__(self, line: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


def _parse(text: str) -> DisplayCurve:
    rows, comma = _rows(text)
    said: dict[str, tuple[int, str]] = {}
    for line, cells in rows:
        name, value = cells[0].casefold(), cells[1] if len(cells) > 1 else ""
        if (name, value.casefold()) == ("level", "luminance"):
            break
        if name not in _NAMES:
            raise _LineError(line, f"{cells[0]!r} is not known. Known are: {', '.join(_NAMES)}.")
        if name in said:
            raise _LineError(line, f"{name!r} stands here a second time.")
        if not value:
            raise _LineError(line, f"{name!r} has no value.")
        said[name] = (line, value)
    else:
        raise _LineError(None, "There is no row 'level,luminance' with the points below it.")
    for name in _REQUIRED:
        if name not in said:
            raise _LineError(None, f"{name!r} is missing above the points.")
    ambient = _ambient(said, comma)
    lines, levels, luminance = [], [], []
    for line, cells in rows:
        if len(cells) < 2 or not cells[0].isdecimal():
            raise _LineError(line, "A point is a whole level from 0 to 255 and a luminance.")
        lines.append(line)
        levels.append(min(int(cells[0][:9]), 99_999))
        luminance.append(_number(line, cells[1], comma))
    points = np.array(levels, dtype=np.int64), np.array(luminance, dtype=np.float64)
    for index, fault in curve_faults(*points):
        raise _LineError(None if index is None else lines[index], fault)
    try:
        return DisplayCurve(
            said["monitor"][1],
            *points,
            _date(*said["measured on"]),
            said["measured by"][1],
            said["instrument"][1],
            ambient,
            _yes(*said["ambient included"]),
        )
    except ValueError as error:
        raise _LineError(None, str(error)) from error


def _rows(text: str) -> tuple[Iterator[_Row], bool]:
    """Return the rows with their line numbers, and whether decimals may have a comma."""
    used = [
        (line, row)
        for line, row in enumerate(text.splitlines(), 1)
        if row.strip(" ;,\t") and not row.lstrip().startswith("#")
    ]
    first = used[0][1] if used else ""
    parted_by = next((mark for mark in ";\t" if mark in first), ",")

    def rows() -> Iterator[_Row]:
        for line, row in used:
            try:
                yield line, [cell.strip() for cell in next(csv.reader([row], delimiter=parted_by))]
            except csv.Error as error:
                raise _LineError(line, "This is not a row of text cells.") from error

    return rows(), parted_by != ","


def _ambient(said: dict[str, tuple[int, str]], comma: bool) -> float:
    if _AMBIENT in said:
        for other in (_LUX, _REFLECTION):
            if other in said:
                raise _LineError(said[other][0], f"Give either {_AMBIENT!r} or {other!r}, not both.")
        return _not_negative(*said[_AMBIENT], comma)
    if _LUX in said and _REFLECTION in said:
        return _not_negative(*said[_LUX], comma) * _not_negative(*said[_REFLECTION], comma)
    if _LUX in said:
        raise _LineError(
            said[_LUX][0],
            f"Lux become luminance only with {_REFLECTION!r}: add it from the screen's data sheet.",
        )
    raise _LineError(None, f"{_AMBIENT!r} is missing above the points; write 0 for a dark room.")


def _not_negative(line: int, text: str, comma: bool) -> float:
    value = _number(line, text, comma)
    if not 0 <= value < float("inf"):
        raise _LineError(line, f"{text!r} is not a number of 0 or more.")
    return value


def _number(line: int, text: str, comma: bool) -> float:
    try:
        return float(text.replace(",", ".") if comma else text)
    except ValueError as error:
        raise _LineError(line, f"{text!r} is not a number.") from error


def _date(line: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _LineError(line, f"{text!r} is not a date like 2026-11-20.") from error


def _yes(line: int, text: str) -> bool:
    if text.casefold() not in _YES_NO:
        raise _LineError(line, f"{text!r} is neither yes nor no.")
    return _YES_NO[text.casefold()]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",#;\t') else cell
