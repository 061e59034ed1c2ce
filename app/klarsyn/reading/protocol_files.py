"""Hanging protocols as files: the schema of docs/hanging-protocols.md, checked whole when a file is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from klarsyn.base.toml_file import LARGEST_FILE as LARGEST_FILE
from klarsyn.base.toml_file import read_toml
from klarsyn.base.toml_table import Table, TomlFileError
from klarsyn.domain.exam import Laterality, ViewModifier, ViewPosition
from klarsyn.domain.hanging_protocol import CURRENT, Cell, Extent, ImageKind, Match, Step, Title, Zoom

FORMAT = 1
"""Version of the schema that this program reads."""

MOST_STEPS = 60
MOST_FIELDS = 8
"""Rows and columns that a layout may have: spread over four screens, two by two each."""
MOST_PRIORS = 20

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SIDES = {side.value: side for side in (Laterality.RIGHT, Laterality.LEFT)}
_VIEWS = {view.value: view for view in ViewPosition}
_MODIFIERS = {modifier.value: modifier for modifier in ViewModifier}
_EXTENTS = {extent.value: extent for extent in Extent}
_KINDS = {kind.value: kind for kind in ImageKind}
_ZOOMS = {zoom.value: zoom for zoom in Zoom}
_EXAMS = {"current": CURRENT, "prior": 1}

CELL_KEYS = (
    "row", "column", "row_span", "column_span", "laterality", "view", "exam", "extent", "kind", "having",
    "without", "zoom", "walk", "optional", "needed",
)  # fmt: skip
STEP_KEYS = ("title", "layout", "cells", "all_needed")
FILE_KEYS = ("format", "title", "sequence", "steps")


@dataclass(frozen=True, slots=True)
class ProtocolFile:
    """What one file says: steps of its own, or the names of other protocols whose steps follow each other.

    `sequence` holds each name with its line.
    """

    name: str
    file: str
    title: Title
    steps: tuple[Step, ...] = ()
    sequence: tuple[tuple[str, int], ...] = ()


def read_protocol_file(file: str, content: bytes) -> ProtocolFile:
    """Return what a file says; `file` is its name with .toml, which names the protocol.

    Raises
    ------
    TomlFileError
        About the first thing in it that cannot be used.
    """
    name = file.removesuffix(".toml")
    if not _NAME.fullmatch(name):
        raise TomlFileError(f"{file}:1: A protocol's file is named with small letters, digits and hyphens.")
    table = read_toml(file, content)
    table.allow(*FILE_KEYS)
    if table.raw("format") is True or table.raw("format") != FORMAT:
        raise table.error(f"This program reads format = {FORMAT}, not {table.raw('format')!r}.", "format")
    title = _title(table)
    if table.has("sequence") == table.has("steps"):
        raise table.error("A protocol has either 'steps' of its own or a 'sequence' of other protocols.")
    if table.has("sequence"):
        return ProtocolFile(name, file, title, sequence=_sequence(table))
    steps = tuple(_step(entry, title) for entry in table.tables("steps", "a step", MOST_STEPS))
    return ProtocolFile(name, file, title, steps)


def _title(table: Table) -> Title:
    titles = table.table("title", "a title")
    titles.allow("sv", "en")
    return Title(titles.text("sv"), titles.text("en"))


def _sequence(table: Table) -> tuple[tuple[str, int], ...]:
    names = table.raw("sequence")
    if not isinstance(names, list) or not 1 <= len(names) <= MOST_STEPS:
        raise table.error(f"'sequence' must be a list of 1 to {MOST_STEPS} names of protocols.", "sequence")
    for number, name in enumerate(names):
        if not isinstance(name, str):
            raise table.error("'sequence' must hold names of protocols, as texts.", "sequence", number)
    return tuple((name, table.line("sequence", number)) for number, name in enumerate(names))


def _step(table: Table, title: Title) -> Step:
    table.allow(*STEP_KEYS)
    rows, columns = _layout(table)
    cells: list[Cell] = []
    lines: dict[Cell, int] = {}
    for entry in table.tables("cells", "a place", rows * columns):
        cell = _cell(entry, rows, columns)
        _check_beside(entry, cell, lines)
        cells.append(cell)
        lines[cell] = entry.line()
    own_title = _title(table) if table.has("title") else title
    return Step(own_title, rows, columns, tuple(cells), table.flag("all_needed"))


def _layout(table: Table) -> tuple[int, int]:
    layout = table.raw("layout")
    if (
        not isinstance(layout, list)
        or len(layout) != 2
        or not all(type(n) is int and 1 <= n <= MOST_FIELDS for n in layout)
    ):
        raise table.error(f"'layout' must be [rows, columns], each 1 to {MOST_FIELDS}.", "layout")
    return layout[0], layout[1]


def _check_beside(table: Table, cell: Cell, lines: Mapping[Cell, int]) -> None:
    """Refuse a place upon another, and one that can never have an image since another takes it first."""
    for other, line in lines.items():
        if cell.covers & other.covers:
            row, column = min(cell.covers & other.covers)
            raise table.error(
                f"This place overlaps that of line {line} at row {row}, column {column}. A field holds one."
            )
        if cell.match == other.match and not cell.optional:
            raise table.error(
                f"This place asks for {cell.match.label} as line {line} does. An image hangs once in a step: "
                "ask for another one, or say optional = true for a further image of that kind."
            )


def _cell(table: Table, rows: int, columns: int) -> Cell:
    table.allow(*CELL_KEYS)
    row, column = table.number("row", 0, rows - 1), table.number("column", 0, columns - 1)
    match = Match(
        laterality=table.word("laterality", _SIDES, None),
        views=table.words("view", _VIEWS, "view"),
        exam=_exam(table),
        extent=table.word("extent", _EXTENTS, Extent.FULL),
        kind=table.word("kind", _KINDS, ImageKind.ANY),
        having=table.words("having", _MODIFIERS, "modifier"),
        without=table.words("without", _MODIFIERS, "modifier"),
    )
    both = set(match.having) & set(match.without)
    if both:
        raise table.error(f"'having' and 'without' both name {', '.join(sorted(both))}.", "without")
    cell = Cell(
        match,
        row,
        column,
        table.number("row_span", 1, rows - row, 1),
        table.number("column_span", 1, columns - column, 1),
        zoom=table.word("zoom", _ZOOMS, Zoom.FIT),
        optional=table.flag("optional"),
        needed=table.flag("needed"),
    )
    if not table.flag("walk"):
        return cell
    if cell.zoom is not Zoom.ONE_TO_ONE:
        raise table.error(f"'walk' asks for zoom = {Zoom.ONE_TO_ONE.value!r}.", "walk")
    return replace(cell, walk=True)


def _exam(table: Table) -> int:
    value = table.data.get("exam", "current")
    if isinstance(value, int) and not isinstance(value, bool):
        return table.number("exam", 1, MOST_PRIORS)
    if not isinstance(value, str) or value not in _EXAMS:
        raise table.error(
            f"'exam' must be 'current', 'prior', or the prior's number, 1 to {MOST_PRIORS}.", "exam"
        )
    return _EXAMS[value]
