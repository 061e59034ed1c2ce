"""The content of a table, so that two databases of different kinds can be compared and one copied to another.

JSON is taken as the text that was stored, never parsed: what comes out is what went in, also NULL and null.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Insert, Select, Table, Text, bindparam, cast, insert, select, text
from sqlalchemy.engine import Connection

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows a table has, and one hash over them in whatever order."""

    rows: int
    sha256: str


def rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Yield a table's rows; in SQLite as they were entered, so that one refers to those before it."""
    query: Select[Any] = select(*(_as_stored(column) for column in table.columns))
    if connection.dialect.name == "sqlite":
        query = query.order_by(text("rowid"))
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield dict(zip((column.name for column in table.columns), row, strict=True))


def _as_stored(column: Column[Any]) -> Any:
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def insertion(table: Table) -> Insert:
    """Return the statement that puts in rows as `rows_of` gives them, by `parameters`."""
    return insert(table).values(
        {
            column.name: cast(bindparam(f"b_{column.name}", type_=Text), column.type)
            if isinstance(column.type, JSON)
            else bindparam(f"b_{column.name}", type_=column.type)
            for column in table.columns
        }
    )


def parameters(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the parameters of `insertion`."""
    return {f"b_{name}": value for name, value in row.items()}


def content_of(connection: Connection, table: Table) -> Content:
    """Count and hash a table's rows."""
    rows, total = 0, 0
    for row in rows_of(connection, table):
        rows += 1
        # A sum does not hang on the order, which two databases sort differently.
        total += int.from_bytes(hashlib.sha256(_words(row)).digest(), "big")
    return Content(rows, f"{total % 2**256:064x}")


def _words(row: Mapping[str, Any]) -> bytes:
    plain = {name: _plain(value) for name, value in sorted(row.items())}
    return json.dumps(plain, ensure_ascii=True).encode()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return ["float", value.hex()]
        case Decimal():
            return ["decimal", format(value, "f")]
        case datetime() | date():
            return ["time", value.isoformat()]
        case bytes() | memoryview():
            return ["bytes", bytes(value).hex()]
    raise TypeError(f"a column of type {type(value).__name__} cannot be compared yet")
