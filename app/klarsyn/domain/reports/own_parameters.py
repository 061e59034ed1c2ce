"""Texts `key=value` in which a report of our own says what the standard has no place for.

They stand as Algorithm Parameters (111002 of PS3.16 TID 4019), where the standard leaves the words to the
maker. A value stands as it is where a text of the standard keeps it so, and otherwise as a JSON string:
texts lose the blanks at their ends (PS3.5 6.2), and control characters mean something else there.
"""

import json
from collections.abc import Iterable, Mapping

FORMAT = "klarsyn_report"
"""The key that only our own reports have; its value is the version of this form."""

VERSION = "1"


def parameters(values: Mapping[str, str | float | bool | None]) -> tuple[str, ...]:
    """Return the texts for some values, in their order; None is left out."""
    return tuple(f"{key}={encoded(_text(value))}" for key, value in values.items() if value is not None)


def read_parameters(texts: Iterable[str]) -> dict[str, str]:
    """Return the values by key; of a key that stands twice, the first.

    Raises
    ------
    ValueError
        If a quoted value is damaged.
    """
    found: dict[str, str] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if sign:
            found.setdefault(key, decoded(value))
    return found


def encoded(value: str) -> str:
    """Return a text so that it comes back unchanged from a text value of the standard."""
    plain = bool(value) and value.isprintable() and value == value.strip() and not value.startswith('"')
    return value if plain else json.dumps(value)


def decoded(value: str) -> str:
    """Return what `encoded` was given."""
    if not value.startswith('"'):
        return value
    found = json.loads(value)
    if not isinstance(found, str):
        raise ValueError("A quoted text of the report is damaged.")
    return found


def listed(values: Iterable[str]) -> str:
    """Return several texts as one: UIDs with a blank between, anything else as JSON."""
    parts = tuple(values)
    simple = all(part and not any(sign.isspace() for sign in part) for part in parts)
    return " ".join(parts) if parts and simple and not parts[0].startswith("[") else json.dumps(parts)


def unlisted(text: str) -> tuple[str, ...]:
    """Return what `listed` was given."""
    if not text.startswith("["):
        return tuple(text.split(" ")) if text else ()
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
        raise ValueError("A list of the report is damaged.")
    return tuple(found)


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # As a float or an int of Python: numpy's have another repr.
    return value if isinstance(value, str) else repr(int(value) if isinstance(value, int) else float(value))
