"""One table of a site's TOML file, read key by key; each mistake is one sentence with file and line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from klarsyn.base.toml_lines import Path

_Value = TypeVar("_Value")

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a table",
}


class TomlFileError(Exception):
    """A file that cannot be used; the message names file and line, what is wrong, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and where it stands.

    Parameters
    ----------
    file
        What messages call the file.
    what
        What the table describes, as in "a place" or "the file".
    lines
        Line of each key of the file (`toml_lines.key_lines`); `path` leads to this table.
    """

    file: str
    what: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]
    path: Path = ()

    def error(self, sentence: str, *keys: str | int) -> TomlFileError:
        """Return the error about a key of this table, or about the table itself."""
        return TomlFileError(f"{self.file}:{self.line(*keys)}: {sentence}")

    def line(self, *keys: str | int) -> int:
        """Return the line of a key or element below this table; of what holds it, where it has none."""
        path = (*self.path, *keys)
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 1)

    def allow(self, *names: str) -> None:
        """Refuse keys that mean nothing here: most are misspelled."""
        for name in self.data:
            if name not in names:
                raise self.error(f"{name!r} is not known in {self.what}. Known: {', '.join(names)}.", name)

    def has(self, name: str) -> bool:
        """Return whether the key is there."""
        return name in self.data

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        value: str = self._of_kind(str, name)
        if not value.strip():
            raise self.error(f"{name!r} is empty. It must be a text.", name)
        return value.strip()

    def flag(self, name: str) -> bool:
        """Return true or false; false when the key is not there."""
        return self._of_kind(bool, name) if self.has(name) else False

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        if default is not None and not self.has(name):
            return default
        value: int = self._of_kind(int, name)
        if not low <= value <= high:
            raise self.error(f"{name!r} is {value}. Allowed: {low} to {high}.", name)
        return value

    def word(self, name: str, meanings: Mapping[str, _Value], default: _Value) -> _Value:
        """Return what a word stands for; `default` when the key is not there."""
        if not self.has(name):
            return default
        return self._meaning(self._of_kind(str, name), meanings, name)

    def words(self, name: str, meanings: Mapping[str, _Value], kind: str) -> tuple[_Value, ...]:
        """Return what a word, or each word of a list, stands for; () when the key is not there."""
        if not self.has(name):
            return ()
        value = self.data[name]
        if isinstance(value, str):
            return (self._meaning(value, meanings, name),)
        listed = self._of_kind(list, name)
        if not listed:
            raise self.error(f"{name!r} is an empty list. It must name at least one {kind}.", name)
        found: list[_Value] = []
        for number, word in enumerate(listed):
            if not isinstance(word, str):
                raise self.error(f"{name!r} must hold texts, not {_kind_of(word)}.", name, number)
            if word in listed[:number]:
                raise self.error(f"{name!r} names {word} twice. Once is enough.", name, number)
            found.append(self._meaning(word, meanings, name, number))
        return tuple(found)

    def table(self, name: str, what: str) -> "Table":
        """Return a table below this one."""
        return self._below(self._of_kind(dict, name), what, name)

    def tables(self, name: str, what: str, most: int) -> "tuple[Table, ...]":
        """Return the tables of a list, one to `most` of them."""
        listed = self._of_kind(list, name)
        if not 1 <= len(listed) <= most:
            raise self.error(f"{name!r} holds {len(listed)} entries. Allowed: 1 to {most}.", name)
        for number, entry in enumerate(listed):
            if not isinstance(entry, dict):
                raise self.error(f"{name!r} must hold tables, not {_kind_of(entry)}.", name, number)
        return tuple(self._below(entry, what, name, number) for number, entry in enumerate(listed))

    def raw(self, name: str) -> Any:
        """Return a value as it stands; the caller checks it."""
        if not self.has(name):
            raise self.error(f"{name!r} is missing in {self.what}.")
        return self.data[name]

    def _below(self, data: Mapping[str, Any], what: str, *keys: str | int) -> "Table":
        return Table(self.file, what, data, self.lines, (*self.path, *keys))

    def _meaning(self, word: str, meanings: Mapping[str, _Value], *keys: str | int) -> _Value:
        if word not in meanings:
            raise self.error(f"{keys[0]!r} cannot be {word!r}. Allowed: {_listed(meanings)}.", *keys)
        return meanings[word]

    def _of_kind(self, kind: type, name: str) -> Any:
        value = self.raw(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(f"{name!r} must be {_KINDS[kind]}, not {_kind_of(value)}.", name)
        return value


def _kind_of(value: object) -> str:
    return _KINDS.get(type(value), "a date or time")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
