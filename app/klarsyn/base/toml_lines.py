"""On which line of a TOML file each key stands; the standard library's reader does not tell.

Walks text that tomllib has accepted, so that it need not judge it: only strings, brackets and comments are
told apart (TOML 1.0).
"""

import re
import tomllib
from bisect import bisect_right
from collections import Counter

Path = tuple[str | int, ...]
"""Names of tables and keys, and numbers of array elements, from the top of the file."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BLANK_OR_COMMA = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
# Up to two quotes may stand before the three that end a long string: the last three are the end.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?!")|"(?:[^"\\\n]|\\.)*"' + r"|'''.*?'''(?!')|'[^'\n]*'",
    re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """Return the line, from 1 on, on which each table, key and array element begins.

    `text` is valid TOML.
    """
    return _Walk(text).lines


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._breaks = [n for n, letter in enumerate(self._text) if letter == "\n"]
        self._at = 0
        self._elements: Counter[Path] = Counter()
        self.lines: dict[Path, int] = {}
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"This is not TOML at character {self._at}.")
        self._at = match.end()
        return match.group()

    def _note(self, path: Path) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], bisect_right(self._breaks, self._at - 1) + 1)

    def _header(self) -> Path:
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        start = self._at
        self._at += brackets
        names = self._names()
        end, self._at = self._at + brackets, start
        path: Path = ()
        for number, name in enumerate(names):
            path = (*path, name)
            if brackets == 2 and number == len(names) - 1:
                self._elements[path] += 1
            if self._elements[path]:
                # A table below an array of tables belongs to its latest element.
                self._note(path)
                path = (*path, self._elements[path] - 1)
        self._note(path)
        self._at = end
        return path

    def _names(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            quoted = self._text[self._at] in "\"'"
            name = self._skip(_STRING if quoted else _BARE_KEY)
            names.append(next(iter(tomllib.loads(f"{name} = 0"))) if quoted else name)
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _pair(self, table: Path) -> None:
        start = self._at
        path = (*table, *self._names())
        end, self._at = self._at + 1, start
        self._note(path)
        self._at = end
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        first = self._text[self._at]
        if first in "\"'":
            self._skip(_STRING)
        elif first in "[{":
            self._at += 1
            number = 0
            self._skip(_BLANK_OR_COMMA)
            while self._text[self._at] not in "]}":
                if first == "{":
                    self._pair(path)
                else:
                    self._note((*path, number))
                    self._value((*path, number))
                    number += 1
                self._skip(_BLANK_OR_COMMA)
            self._at += 1
        else:
            self._skip(_SCALAR)
