"""Moving a workstation's data to a shared database: all of it in one transaction, or nothing.

While it runs nobody can write to the file. The transaction that copies also compares; when it has ended well,
the file is marked, and can only be looked at from then on.
"""

import hashlib
import json
from collections.abc import Callable
from itertools import islice

from sqlalchemy import Table, delete, func, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

import klarsyn.store.store  # noqa: F401  with it all tables are known
from klarsyn.base.database_url import place_of
from klarsyn.store.database import Database, DatabaseAway, engine_of
from klarsyn.store.models import Base, SiteValueRow
from klarsyn.store.moved_mark import mark
from klarsyn.store.postgresql_access import is_away, why_away
from klarsyn.store.schema_version import StoreError, known_versions, upgrade_shared, version_of
from klarsyn.store.table_content import Content, content_of, insertion, parameters, rows_of

_AT_ONCE = 500
_FROM = "moved_from"
_LAST = ("queue_fact",)
"""Tables that rows of others, when they come, take rows away from."""
OF_THE_PLACE = {"change_tick"}
"""Tables that say something of their own database and nothing of the data."""
_OF_NO_MODEL = {"alembic_version", "sqlite_sequence"}


def move(
    source: Database, target_url: str, tell: Callable[[str, int], None] = lambda table, rows: None
) -> dict[str, Content]:
    """Copy everything of `source` (SQLite) to an empty PostgreSQL; return what each table holds there.

    A move that was cut off after its copy was complete is finished by the next one. `tell` gets each table
    and its rows when it has been copied and compared.

    Raises
    ------
    StoreError
        If the target is not empty or of another version, if either cannot be used, or if a row does not
        arrive as it was. Nothing is changed then.
    """
    place, engine = place_of(target_url), engine_of(target_url)
    if source.moved:
        raise StoreError(source.moved)
    try:
        with source.engine.execution_options(writing=True).begin() as old:
            tables = _tables(old)
            held = {table.name: content_of(old, table) for table in tables}
            with engine.execution_options(writing=True).begin() as new:
                if not _holds_already(new, held, place):
                    _fill(old, new, tables, held, tell)
            mark(old, place)
    except DatabaseError as error:
        if is_away(error):
            raise DatabaseAway(why_away(error, place)) from error
        driver = str(error.orig).strip().splitlines()[0]
        raise StoreError(f"Nothing was moved: a database refused a row or a table ({driver}).") from error
    finally:
        engine.dispose()
    source.close()
    return held


def _tables(old: Connection) -> list[Table]:
    known = Base.metadata.sorted_tables
    others = set(inspect(old).get_table_names()) - {table.name for table in known} - _OF_NO_MODEL
    if others:
        raise StoreError(
            f"Nothing was moved: the file holds tables that this Klarsyn does not know "
            f"({', '.join(sorted(others))}). Move it with the version that made them."
        )
    return sorted((t for t in known if t.name not in OF_THE_PLACE), key=lambda table: table.name in _LAST)


def _holds_already(new: Connection, held: dict[str, Content], place: str) -> bool:
    """True when the target is a whole copy of these very data, left by a move that was cut off."""
    version, newest = version_of(new), known_versions()[-1]
    if version is None:
        there = inspect(new).get_table_names()
        if there:
            raise StoreError(
                f"Nothing was moved: the database {place} holds tables of something else "
                f"({', '.join(sorted(there)[:5])}). Give an empty one."
            )
        upgrade_shared(new)
        return False
    if version != newest:
        raise StoreError(
            f"Nothing was moved: the database {place} has schema version {version}, this Klarsyn {newest}. "
            "Run `klarsyn db upgrade`, or give an empty database."
        )
    stamp = new.scalar(select(SiteValueRow.value).where(SiteValueRow.name == _FROM))
    if stamp == _stamp(held):
        return True
    site_values = SiteValueRow.__tablename__
    filled = [
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in {site_values, *OF_THE_PLACE}
        and new.scalar(select(func.count()).select_from(table))
    ]
    if filled or stamp is not None:
        raise StoreError(
            f"Nothing was moved: the database {place} is not empty ({', '.join(filled[:5])}). Data of two "
            "installations cannot be put together; give an empty database."
        )
    return False


def _fill(
    old: Connection,
    new: Connection,
    tables: list[Table],
    held: dict[str, Content],
    tell: Callable[[str, int], None],
) -> None:
    _see_all_rows(new)
    new.execute(delete(SiteValueRow))
    for table in tables:
        rows, statement = rows_of(old, table), insertion(table)
        while portion := [parameters(row) for row in islice(rows, _AT_ONCE)]:
            new.execute(statement, portion)
        _go_on_counting(new, table)
    # When all have come, since triggers of one may change another.
    for table in tables:
        arrived, meant = content_of(new, table), held[table.name]
        if arrived != meant:
            raise StoreError(
                f"Nothing was moved: of the table {table.name} {arrived.rows} rows arrived of {meant.rows}, "
                f"with the hash {arrived.sha256[:12]} instead of {meant.sha256[:12]}. Report this to "
                "Klarsyn's maintainers; the file is as it was."
            )
        tell(table.name, arrived.rows)
    new.execute(
        text("INSERT INTO site_value (name, value) VALUES (:name, :stamp)"),
        {"name": _FROM, "stamp": _stamp(held)},
    )


def _see_all_rows(new: Connection) -> None:
    """Refuse an account from which the database hides rows: it could not compare what it has copied."""
    asked = text(
        "SELECT rolsuper OR rolbypassrls OR NOT EXISTS (SELECT 1 FROM pg_class WHERE relrowsecurity) "
        "FROM pg_roles WHERE rolname = current_user"
    )
    if not new.scalar(asked):
        raise StoreError(
            "Nothing was moved: this account may not see all rows of the database, and could not compare "
            "them. Let the database's administrator move the data (docs/shared-server.md)."
        )


def _go_on_counting(new: Connection, table: Table) -> None:
    """Let numbers that PostgreSQL gives to rows go on behind those that came."""
    for column in table.primary_key:
        sequence = new.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        )
        if sequence is not None and (last := new.scalar(select(func.max(column)))) is not None:
            new.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _stamp(held: dict[str, Content]) -> str:
    words = json.dumps({name: [content.rows, content.sha256] for name, content in sorted(held.items())})
    return hashlib.sha256(words.encode()).hexdigest()
