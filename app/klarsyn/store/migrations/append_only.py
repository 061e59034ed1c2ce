"""Triggers that refuse whatever would alter or take away a row, on both databases.

On PostgreSQL one function raises for all (version 0011); TRUNCATE, which goes by row triggers, has a trigger
of its own. They are ALWAYS ones: a session that calls itself a replica does not get past them. INSERT OR
REPLACE is known to SQLite only, and ON CONFLICT DO UPDATE is an UPDATE to a trigger.
"""

from collections.abc import Mapping

from alembic import op


def refuse_changes(tables: Mapping[str, str]) -> None:
    """Make tables append-only, by name.

    Parameters
    ----------
    tables
        Of each, the condition under which a row of it is what a new one (NEW) would take the place of.
    """
    {"sqlite": _on_sqlite, "postgresql": refuse_on_postgresql}[op.get_context().dialect.name](tables)


def _on_sqlite(tables: Mapping[str, str]) -> None:
    for table, same in tables.items():
        said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}")
        # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {said}"
        )


def refuse_on_postgresql(tables: Mapping[str, str] | tuple[str, ...]) -> None:
    """Make tables append-only where version 0011 has made the function that raises."""
    for table in tables:
        for name, when, each in (
            ("change", "UPDATE OR DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            trigger = f"{table}_refuses_{name}"
            op.execute(
                f'CREATE TRIGGER {trigger} BEFORE {when} ON "{table}" FOR EACH {each} '
                "EXECUTE FUNCTION refuse_as_append_only()"
            )
            op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {trigger}')
