"""A site's TOML file as a whole: text, grammar and size, each mistake one sentence with file and line."""

import re
import tomllib

from klarsyn.base.toml_lines import key_lines
from klarsyn.base.toml_table import Table, TomlFileError

LARGEST_FILE = 256 * 1024

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_toml(file: str, content: bytes) -> Table:
    """Return the table of a whole file; `file` is what messages call it.

    Raises
    ------
    TomlFileError
        If it is too large, no UTF-8 or no TOML.
    """
    if len(content) > LARGEST_FILE:
        raise TomlFileError(f"{file}:1: The file is larger than {LARGEST_FILE // 1024} KiB.")
    try:
        text = content.decode("utf-8-sig")
        return Table(file, "the file", tomllib.loads(text), key_lines(text))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TomlFileError(f"{file}:{line}: The text is not UTF-8. Save the file as UTF-8.") from error
    except RecursionError as error:
        raise TomlFileError(f"{file}:1: Lists and tables are nested too deeply.") from error
    except ValueError as error:
        at = _AT_LINE.search(str(error))
        # Without a number it is the end of the document that came too early.
        line = int(at[1]) if at and at[1] else content.rstrip().count(b"\n") + 1
        what = _AT_LINE.sub("", str(error)).rstrip(".")
        raise TomlFileError(f"{file}:{line}: This is not TOML: {what[:1].lower()}{what[1:]}.") from error
