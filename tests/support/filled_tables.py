"""A row in every table that has none, whose keys are all "x", so that rows refer to each other."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, LargeBinary, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from klarsyn.store.database import Database
from klarsyn.store.models import Base
from klarsyn.store.moving import OF_THE_PLACE
from klarsyn.store.table_content import Content, content_of

_AT = datetime(2026, 1, 5, 8, 0, 0, 123456, tzinfo=UTC)
_SPECIAL = {
    "exam": {"exam_type": "FFDM"},
    "exam_note": {"kind": "symptoms"},
    "ledger": {"result_id": "x"},
    "outcome": {"side": "R", "kind": "cancer"},
}


def _value(column: Column[Any]) -> Any:
    kinds = ((Boolean, True), (JSON, {"é": [0.1, None, "½"]}), (DateTime, _AT), (Date, date(2026, 1, 5)))
    for sort, made in (*kinds, (LargeBinary, b"\0x")):
        if isinstance(getattr(column.type, "impl", column.type), sort):
            return made
    return {int: 1, float: 0.1 + 0.2}.get(column.type.python_type, "x")


def _row(table: Table) -> dict[str, Any]:
    needed = {c.name: _value(c) for c in table.columns if not c.nullable and c.autoincrement is not True}
    return needed | _SPECIAL.get(table.name, {})


def fill(database: Database) -> set[str]:
    """Put a row into each table that is empty and whose rules let one in; return the tables with rows."""
    filled = set()
    for table in Base.metadata.sorted_tables:
        with database.reading() as session:
            rows = session.scalar(select(func.count()).select_from(table))
        try:
            # An exam "x" always: most tables refer to one.
            if not rows or table.name == "exam":
                with database.writing() as session:
                    session.execute(insert(table).values(_row(table)))
        except IntegrityError:
            continue
        filled.add(table.name)
    return filled


def contents(database: Database) -> dict[str, Content]:
    """What each table of the data holds."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OF_THE_PLACE]
    with database.engine.connect() as connection:
        return {table.name: content_of(connection, table) for table in tables}
