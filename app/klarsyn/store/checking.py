"""Is a database as it should be? Its schema, what refuses changes of signed rows, and its ledger."""

from dataclasses import dataclass

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

import klarsyn.store.store  # noqa: F401  with it all tables are known
from klarsyn.store.database import Database
from klarsyn.store.ledger_check import faults
from klarsyn.store.models import Base
from klarsyn.store.schema_version import known_versions, upgrade, version_of

_UPDATE, _DELETE, _TRUNCATE = 16, 8, 32
"""Bits of pg_trigger.tgtype."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, and what was found."""

    well: bool
    words: str


def check(database: Database) -> list[Line]:
    """Compare a database with what this program would make, and its ledger with its results."""
    with database.telling(), database.engine.connect() as connection:
        lines = [_version(connection), _tables(connection), _refusals(connection)]
    with database.reading() as session:
        wrong = faults(session)
    words = "the ledger and the results tie" if not wrong else f"the ledger: {' '.join(wrong)}"
    return [*lines, Line(not wrong, words)]


def _version(connection: Connection) -> Line:
    found, newest = version_of(connection), known_versions()[-1]
    words = f"schema version {found}"
    return Line(found == newest, words if found == newest else f"{words}; this program's is {newest}")


def _tables(connection: Connection) -> Line:
    differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    if not differences:
        return Line(True, f"{len(Base.metadata.tables)} tables are as this program knows them")
    # Their first words ("add_column", …) and names; a whole difference is a page.
    named = [str(d[0][0] if isinstance(d, list) else d[0]) for d in differences]
    return Line(False, f"tables differ from what this program knows: {', '.join(sorted(set(named)))}")


def _refusals(connection: Connection) -> Line:
    """Look for the triggers that refuse changes, on every table that a new database has them on."""
    meant = _as_made()
    if connection.dialect.name == "postgresql":
        there = _on_postgresql(connection)
        lacking = sorted({table for table, _ in meant} - there)
    else:
        found = _on_sqlite(connection)
        lacking = sorted({table for table, words in meant if words not in found})
    if lacking:
        return Line(False, f"changes of signed rows are not refused in: {', '.join(lacking)}")
    return Line(True, f"{len({table for table, _ in meant})} tables refuse changes of their rows")


def _as_made() -> set[tuple[str, str]]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        found = _triggers(connection)
    engine.dispose()
    return found


def _triggers(connection: Connection) -> set[tuple[str, str]]:
    query = text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuses_%'")
    return {(table, words) for table, words in connection.execute(query)}


def _on_sqlite(connection: Connection) -> set[str]:
    return {words for _, words in _triggers(connection)}


def _on_postgresql(connection: Connection) -> set[str]:
    """Return tables on which a trigger that is always on refuses UPDATE, DELETE and TRUNCATE."""
    query = text(
        "SELECT relation.relname, bit_or(made.tgtype::integer) FROM pg_trigger made "
        "JOIN pg_class relation ON relation.oid = made.tgrelid "
        "JOIN pg_proc called ON called.oid = made.tgfoid "
        "WHERE relation.relnamespace = current_schema()::regnamespace AND made.tgenabled = 'A' "
        "AND called.prosrc ILIKE '%RAISE EXCEPTION%append-only%' GROUP BY 1"
    )
    all_three = _UPDATE | _DELETE | _TRUNCATE
    return {table for table, bits in connection.execute(query) if bits & all_three == all_three}
