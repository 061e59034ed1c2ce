"""keys.toml: the keys that a reader has changed on this workstation, and nothing else.

    format = 1
    [keys]
    invert = ["I", "Num+*"]
    preset = ["P"]

A command that is not named keeps the keys of the table. The file is read before a window is seen, and written
by a worker (invariant 10).
"""

import os
import tomllib
from pathlib import Path

from klarsyn.base.toml_lines import key_lines
from klarsyn.base.toml_table import Table, TomlFileError
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeyConflict, KeySet
from klarsyn.ui.actions.stroke import Stroke, StrokeError

NAME = "keys.toml"
FORMAT = 1
LARGEST_FILE = 64 * 1024
_COMMANDS = {command.value: command for command in Command}


def load_keys(path: Path) -> tuple[KeySet, str]:
    """Return the keys of a file, and "" or the sentence that tells why they are those of the table.

    A file that cannot be used is not used in part: keys that are half one's own are worse than known ones.
    """
    try:
        with path.open("rb") as file:
            return read_keys(path.name, file.read(LARGEST_FILE + 1)), ""
    except FileNotFoundError:
        return KeySet(), ""
    except OSError as error:
        problem = f"{path.name} cannot be read: {error.strerror}."
    except TomlFileError as error:
        problem = str(error)
    return KeySet(), f"{problem} Until that is corrected, the keys are those that come with Klarsyn."


def read_keys(file: str, content: bytes) -> KeySet:
    """Return the keys that a file's content says.

    Raises
    ------
    TomlFileError
        About the first thing in it that cannot be used, with its line.
    """
    if len(content) > LARGEST_FILE:
        raise TomlFileError(f"{file}: The file is larger than {LARGEST_FILE // 1024} KiB.")
    try:
        text = content.decode("utf-8-sig")
        table = Table(file, "the file", tomllib.loads(text), key_lines(text))
    except UnicodeDecodeError as error:
        raise TomlFileError(f"{file}: The text is not UTF-8. Save the file as UTF-8.") from error
    except RecursionError as error:
        raise TomlFileError(f"{file}: Lists and tables are nested too deeply.") from error
    except ValueError as error:
        raise TomlFileError(f"{file}: This is not TOML: {error}.") from error
    table.allow("format", "keys")
    if table.raw("format") is True or table.raw("format") != FORMAT:
        raise table.error(f"This program reads format = {FORMAT}, not {table.raw('format')!r}.", "format")
    named = table.raw("keys") if table.has("keys") else {}
    if not isinstance(named, dict):
        raise table.error("'keys' must be a table of commands and their keys.", "keys")
    own = {}
    for name, keys in named.items():
        if name not in _COMMANDS:
            raise table.error(f"{name!r} is no command. docs/keys.md lists all by name.", "keys", name)
        own[_COMMANDS[name]] = _strokes(table, name, keys)
    try:
        return KeySet(own)
    except KeyConflict as error:
        # The line to correct is one that the file has; the other may be the table's own.
        line_of_one = next((command.value for command in error.commands if command in own), "keys")
        raise table.error(str(error), "keys", line_of_one) from error


def keys_text(keys: KeySet) -> str:
    """Return the content of a file that says these keys."""
    lines = (
        f"{command.value} = [{', '.join(_quoted(str(stroke)) for stroke in strokes)}]"
        for command, strokes in keys.own.items()
    )
    return "\n".join(
        (
            "# Keys that differ from those that come with Klarsyn.",
            f"format = {FORMAT}",
            "",
            "[keys]",
            *lines,
            "",
        )
    )


def save_keys(path: Path, keys: KeySet) -> None:
    """Write a file whole or not at all. A file that could not be used is kept beside it.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    if path.exists() and load_keys(path)[1]:
        path.replace(path.with_suffix(".toml.unused"))
    new = path.with_suffix(".toml.new")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        file.write(keys_text(keys))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _strokes(table: Table, name: str, keys: object) -> tuple[Stroke, ...]:
    listed = [keys] if isinstance(keys, str) else keys
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise table.error(
            f'The keys of {name!r} must be a list of texts, as in ["I", "Num+*"].', "keys", name
        )
    try:
        return tuple(Stroke.parse(each) for each in listed)
    except StrokeError as error:
        raise table.error(str(error), "keys", name) from error


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
