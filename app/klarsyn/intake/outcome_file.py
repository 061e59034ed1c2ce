"""Files of outcomes: comma- or semicolon-separated text with a head line. Strict: all of it counts or none.

Errors name lines, and never what stands in them: a line of a registry is a woman.
"""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from klarsyn.domain.exam import Laterality
from klarsyn.domain.outcome import OutcomeKind

NAMES = ("exam", "study", "accession")
"""Columns that say which exam: the key that Klarsyn gave, StudyInstanceUID, or accession number."""
PLACE = ("image", "column", "row")
"""Columns of a place: SOPInstanceUID, and pixels from the image's top-left corner."""
COLUMNS = (*NAMES, "outcome", "side", "date", *PLACE)
_SIDES = {"": None, "r": Laterality.RIGHT, "right": Laterality.RIGHT, "l": Laterality.LEFT}
_SIDES["left"] = Laterality.LEFT
_MOST_TOLD = 20


class OutcomeFileError(Exception):
    """The file cannot be imported; the message says which lines are wrong and why."""

    def __init__(self, faults: Iterable[tuple[int, str]]) -> None:
        """Take the faults as (line, what is wrong), of which the first few are told."""
        ordered = sorted(set(faults))
        told = [f"Line {line}: {words}" for line, words in ordered[:_MOST_TOLD]]
        if len(ordered) > _MOST_TOLD:
            told.append(f"{len(ordered) - _MOST_TOLD} more faults.")
        super().__init__("\n".join(["Nothing was imported.", *told]))


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One line as it stands: the names of its exam by column, and what it says."""

    line: int
    names: dict[str, str]
    kind: OutcomeKind
    side: Laterality | None
    known_on: date | None
    image: str
    at: tuple[float, float] | None


def read_outcomes(data: bytes, today: date) -> list[OutcomeLine]:
    """Return the lines of a file.

    Raises
    ------
    OutcomeFileError
        If any line is not as docs/calibration.md says.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise OutcomeFileError([(line, "this is no UTF-8 text; save the file as CSV UTF-8")]) from error
    head = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=";" if ";" in head else ",", strict=True)
    faults: list[tuple[int, str]] = []
    lines: list[OutcomeLine] = []
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            try:
                lines.append(_line(reader.line_num, columns, cells, today))
            except ValueError as error:
                faults.append((reader.line_num, str(error)))
    except csv.Error as error:
        faults.append((reader.line_num, f"the quotes or separators do not fit ({error})"))
    if faults:
        raise OutcomeFileError(faults)
    return lines


def _columns(head: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in head]
    wrong = "; ".join(
        words
        for words, holds in (
            (f"only the columns {', '.join(COLUMNS)} are known", not set(names) <= set(COLUMNS)),
            ("a column stands twice", len(set(names)) != len(names)),
            ("the column outcome is missing", "outcome" not in names),
            (f"none of the columns {', '.join(NAMES)} is there", not set(names) & set(NAMES)),
        )
        if holds
    )
    if wrong:
        raise OutcomeFileError([(1, wrong)])
    return names


def _line(number: int, columns: list[str], cells: list[str], today: date) -> OutcomeLine:
    if len(cells) != len(columns):
        raise ValueError(f"it has {len(cells)} cells, the head line {len(columns)}")
    of = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    names = {name: of[name] for name in NAMES if of.get(name)}
    if not names:
        raise ValueError(f"it names no exam; one of {', '.join(NAMES)} is needed")
    try:
        kind = OutcomeKind(of["outcome"].lower())
    except ValueError as error:
        raise ValueError(f"the outcome is one of {', '.join(k.value for k in OutcomeKind)}") from error
    if of.get("side", "").lower() not in _SIDES:
        raise ValueError("the side is R, L or empty")
    side = _SIDES[of.get("side", "").lower()]
    place = [of.get(name, "") for name in PLACE]
    if any(place) and not all(place):
        raise ValueError(f"a place needs all of {', '.join(PLACE)}")
    if any(place) and (side is None or kind is OutcomeKind.NO_CANCER):
        raise ValueError("a place belongs to a cancer or a benign finding of a breast whose side is told")
    at = (_pixel(place[1]), _pixel(place[2])) if any(place) else None
    return OutcomeLine(number, names, kind, side, _day(of.get("date", ""), today), place[0], at)


def _pixel(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError as error:
        raise ValueError("column and row are numbers with a decimal point") from error
    if not math.isfinite(value):
        raise ValueError("column and row are finite numbers")
    return value


def _day(cell: str, today: date) -> date | None:
    if not cell:
        return None
    try:
        day = date.fromisoformat(cell)
    except ValueError as error:
        raise ValueError("the date is written as 2026-01-31") from error
    if len(cell) != 10:
        raise ValueError("the date is written as 2026-01-31")
    if day > today:
        raise ValueError("the date is yet to come")
    return day
