"""The form of a header-repair file: TOML, checked completely when it is loaded."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, MutableSequence
from dataclasses import dataclass, field
from typing import Any

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from klarsyn.base.paths import resources
from klarsyn.dicom.attributes import as_text
from klarsyn.dicom.errors import PARSE_FAILURES
from klarsyn.domain.exam import ExamType, Laterality, ViewPosition

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TAG = re.compile(r"[0-9A-Fa-f]{4},[0-9A-Fa-f]{4}")


class RepairFileError(Exception):
    """A header repair that cannot be used; the message says which file and what to correct."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One attribute, and how its text is understood.

    Parameters
    ----------
    tag, private_creator
        Where it stands. A private tag counts only in a block that this creator has reserved (PS3.5 7.8.1).
    pattern
        A regular expression that the whole text must match; its group 1 is taken, or all without a group.
    meanings
        What the text stands for; a text that is not listed says nothing. Empty: the text itself.
    """

    tag: BaseTag
    private_creator: str = ""
    pattern: re.Pattern[str] | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Keyword of the attribute, as notices name it."""
        return keyword_for_tag(self.tag) or f"({self.tag.group:04X},{self.tag.element:04X})"

    def text(self, ds: Dataset) -> str | None:
        """Return the whole text of the attribute, None when it is absent."""
        if self.private_creator:
            reserved = Tag(self.tag.group, self.tag.element >> 8)
            if _text_at(ds, reserved) != self.private_creator:
                return None
        return _text_at(ds, self.tag)

    def read(self, ds: Dataset) -> str | None:
        """Return what the attribute says after pattern and meanings, None when it says nothing."""
        found = self.text(ds)
        if found is not None and self.pattern is not None:
            match = self.pattern.fullmatch(found)
            found = match.group(1 if match.re.groups else 0) if match else None
        return self.meanings.get(found) if found is not None and self.meanings else found


@dataclass(frozen=True, slots=True)
class Condition:
    """A text that an attribute must have: exactly `equals`, or matching the reading's pattern."""

    reading: Reading
    equals: str | None

    def holds(self, ds: Dataset) -> bool:
        """Return whether this header fulfils the condition."""
        if self.equals is None:
            return bool(self.reading.read(ds))
        return self.reading.text(ds) == self.equals


@dataclass(frozen=True, slots=True)
class HeaderRepair:
    """One file of resources/repairs; see the comments there."""

    name: str
    title: str
    told: str
    applies: tuple[Condition, ...]
    laterality: Reading | None = None
    laterality_check: Reading | None = None
    view_position: Reading | None = None
    view_position_check: Reading | None = None
    exam_group: Reading | None = None
    exam_date: Reading | None = None
    patient_id: Reading | None = None
    patient_name: Reading | None = None
    exam_type: ExamType | None = None
    credit: str = ""
    fingerprint: str = ""

    @property
    def edition(self) -> str:
        """Name and fingerprint of the file: files read under another edition are worth a second look."""
        return f"{self.name}:{self.fingerprint}"


def load_repair(name: str) -> HeaderRepair:
    """Return the repair of resources/repairs/`name`.toml.

    Raises
    ------
    RepairFileError
        If it does not exist or something in it is missing, unknown or misspelled.
    """
    folder = resources() / "repairs"
    path = folder / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.toml"))) or "none"
        raise RepairFileError(f"There is no header repair {name!r}. Known repairs: {known}.")
    try:
        text = path.read_text(encoding="utf-8")
        fingerprint = hashlib.sha256(text.encode()).hexdigest()[:12]
        return _parse(name, fingerprint, tomllib.loads(text))
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise RepairFileError(f"The header repair {path.name} is not valid. Correct it: {error}.") from error


def _parse(name: str, fingerprint: str, table: dict[str, Any]) -> HeaderRepair:
    applies = tuple(_condition(entry) for entry in table.pop("applies"))
    if not applies:
        raise ValueError("it names no condition, so that it would apply to every file")
    exam_type = table.pop("exam_type", None)
    title, told = str(table.pop("title")), str(table.pop("told"))
    credit = str(table.pop("credit", ""))
    readings: dict[str, Any] = {key: _reading(dict(entry)) for key, entry in table.items()}
    for key, legal in (("laterality", Laterality), ("view_position", ViewPosition)):
        for reading in (readings.get(key), readings.get(f"{key}_check")):
            for meaning in reading.meanings.values() if reading else ():
                legal(meaning)
            if reading and not reading.meanings:
                raise ValueError(f"{key} needs meanings")
    kind = ExamType(exam_type) if exam_type else None
    return HeaderRepair(
        name, title, told, applies, exam_type=kind, credit=credit, fingerprint=fingerprint, **readings
    )


def _condition(entry: dict[str, Any]) -> Condition:
    rest = dict(entry)
    equals = rest.pop("equals", None)
    if (equals is None) == ("pattern" not in rest):
        raise ValueError("a condition has either equals or pattern")
    return Condition(_reading(rest), equals)


def _reading(entry: dict[str, Any]) -> Reading:
    tag = str(entry.pop("tag"))
    if not _TAG.fullmatch(tag):
        raise ValueError(f"{tag!r} is no tag of the form 0010,0020")
    group, element = (int(half, 16) for half in tag.split(","))
    creator = str(entry.pop("private_creator", ""))
    if group % 2 and not creator:
        raise ValueError(f"the private tag {tag} needs its private_creator")
    pattern = entry.pop("pattern", None)
    meanings = {str(k): str(v) for k, v in entry.pop("meanings", {}).items()}
    if entry:
        raise ValueError(f"{', '.join(entry)} is not known here")
    return Reading(Tag(group, element), creator, re.compile(pattern) if pattern else None, meanings)


def _text_at(ds: Dataset, tag: BaseTag) -> str | None:
    try:
        value = ds[tag].value if tag in ds else None
    except PARSE_FAILURES:
        return None
    if value is None:
        return None
    parts = value if isinstance(value, MutableSequence | tuple) else (value,)
    return "\\".join(as_text(part) for part in parts)
