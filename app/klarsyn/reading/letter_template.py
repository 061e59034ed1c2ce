"""A site's rules of deciding and its forms of letters: one TOML file (docs/letters.md)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TypeVar

from klarsyn.base.paths import resources
from klarsyn.base.settings import SettingsError
from klarsyn.base.toml_file import LARGEST_FILE, read_toml
from klarsyn.base.toml_table import Table, TomlFileError
from klarsyn.domain.decision import DecisionOutcome, DecisionRules, SingleRecall
from klarsyn.domain.decision_batch import BatchRule
from klarsyn.reading.letter import FIELDS

SITE_FILE = "decisions.toml"
"""In the data folder: what a site has instead of resources/decisions/standard.toml."""

_Word = TypeVar("_Word")
_CHARSETS = {"utf-8": "utf-8", "latin-1": "latin-1", "latin-9": "iso8859-15", "ascii": "ascii"}
_CSV_CHARSETS = {**_CHARSETS, "utf-8-bom": "utf-8-sig", "windows-1252": "cp1252"}
_PLACE = re.compile(r"(PID|OBR|OBX)-([1-9]\d?)(?:\.([1-9]\d?))?")
_HEAD = ("sending_application", "sending_facility", "receiving_application", "receiving_facility")


@dataclass(frozen=True, slots=True)
class Coded:
    """A code, what it means, and whose code it is."""

    code: str
    text: str
    system: str


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a list of letters is written; `columns` are (head, field)."""

    charset: str
    separator: str
    line_end: str
    words: dict[DecisionOutcome, str]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hl7Form:
    """How letters are written as HL7 v2.5 ORU^R01.

    `head` are MSH-3 to MSH-6; `more` are further fields, (segment, field, component) each.
    """

    charset: str
    separators: str
    batch: bool
    processing: str
    head: tuple[str, str, str, str]
    service: Coded
    observation: Coded
    outcomes: dict[DecisionOutcome, Coded]
    more: tuple[tuple[tuple[str, int, int], str], ...]


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """All that a site says of decisions and letters."""

    title: str
    rules: DecisionRules
    csv: CsvForm
    hl7: Hl7Form


def load_template(data_folder: Path) -> LetterTemplate:
    """Return the site's template, or that which comes with Klarsyn where the site has none.

    Raises
    ------
    SettingsError
        If the file cannot be used: a letter by another form than the site's would be a wrong letter.
    """
    own = data_folder / SITE_FILE
    path = own if own.exists() else resources() / "decisions" / "standard.toml"
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        return read_template(path.name, content)
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be read: {error.strerror}. No letter is written.") from error
    except TomlFileError as error:
        raise SettingsError(f"{error} No letter is written until that is corrected.") from error


def read_template(file: str, content: bytes) -> LetterTemplate:
    """Return the template of a file's content.

    Raises
    ------
    TomlFileError
        If it cannot be used; the message names the line and what is allowed.
    """
    top = read_toml(file, content)
    top.allow("title", "batch_time", "time_zone", "single_read_recall", "csv", "hl7")
    single = {each.value: each for each in SingleRecall}
    return LetterTemplate(
        top.text("title"),
        DecisionRules(top.word("single_read_recall", single, SingleRecall.ARBITRATION), _batch(top)),
        _csv(top.table("csv", "[csv]")),
        _hl7(top.table("hl7", "[hl7]")),
    )


def _batch(top: Table) -> BatchRule:
    try:
        at = time.fromisoformat(top.text("batch_time"))
    except ValueError as error:
        raise top.error("'batch_time' must be a time as \"16:00\".", "batch_time") from error
    if at.tzinfo is not None:
        raise top.error("'batch_time' has no zone of its own; 'time_zone' says it.", "batch_time")
    try:
        return BatchRule(at, top.text("time_zone"))
    except ValueError as error:
        raise top.error(str(error), "time_zone") from error


def _csv(table: Table) -> CsvForm:
    table.allow("charset", "separator", "line_end", "normal", "recall", "columns")
    known = {name: name for name in FIELDS}
    columns = []
    for column in table.tables("columns", "a column", 50):
        column.allow("head", "field")
        column.raw("field")
        columns.append((column.text("head"), column.word("field", known, "")))
    if "outcome" not in {field for _, field in columns}:
        raise table.error("A letter without its outcome says nothing: one column needs it.", "columns")
    return CsvForm(
        table.word("charset", _CSV_CHARSETS, "utf-8"),
        table.word("separator", {";": ";", ",": ",", "|": "|", "tab": "\t"}, ";"),
        table.word("line_end", {"crlf": "\r\n", "lf": "\n"}, "\r\n"),
        _distinct(table, lambda name: table.text(name)),
        tuple(columns),
    )


def _hl7(table: Table) -> Hl7Form:
    coded = ("service", "observation", "normal", "recall")
    table.allow("charset", "separators", "framing", "processing", *_HEAD, *coded, "fields")
    separators = table.text("separators") if table.has("separators") else "|^~\\&"
    if len(set(separators)) != 5 or any(c.isalnum() or not "!" <= c <= "~" for c in separators):
        raise table.error("'separators' must be five different signs, as '|^~\\&'.", "separators")
    one, two, three, four = (table.text(name) for name in _HEAD)
    return Hl7Form(
        table.word("charset", _CHARSETS, "utf-8"),
        separators,
        table.word("framing", {"batch": True, "plain": False}, True),
        table.word("processing", {"P": "P", "T": "T", "D": "D"}, "P"),
        (one, two, three, four),
        _coded(table, "service"),
        _coded(table, "observation"),
        _distinct(table, lambda name: _coded(table, name)),
        _more(table),
    )


def _coded(table: Table, name: str) -> Coded:
    below = table.table(name, f"'{name}'")
    below.allow("code", "text", "system")
    return Coded(below.text("code"), below.text("text"), below.text("system"))


def _distinct(table: Table, said: Callable[[str], _Word]) -> dict[DecisionOutcome, _Word]:
    words = {outcome: said(outcome.value) for outcome in DecisionOutcome}
    if len({getattr(word, "code", word) for word in words.values()}) != len(words):
        raise table.error("'normal' and 'recall' are the same: none could be told from another.", "recall")
    return words


def _more(table: Table) -> tuple[tuple[tuple[str, int, int], str], ...]:
    if not table.has("fields"):
        return ()
    known = {name: name for name in FIELDS if name != "outcome"}
    found = []
    for entry in table.tables("fields", "a field", 50):
        entry.allow("at", "field")
        place = _PLACE.fullmatch(entry.text("at"))
        if place is None:
            raise entry.error("'at' must be a place in PID, OBR or OBX, as OBR-18 or PID-5.2.", "at")
        entry.raw("field")
        where = (place[1], int(place[2]), int(place[3] or 1))
        found.append((where, entry.word("field", known, "")))
    return tuple(found)
