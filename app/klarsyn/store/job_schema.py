"""The tables of the job queue (procrastinate's), in a schema of their own in the shared database.

Readers have no business there: how many exams wait for an engine, and when each was looked at, is told to
services alone.
"""

from importlib import resources

from sqlalchemy import text
from sqlalchemy.engine import Connection

SCHEMA = "klarsyn_jobs"
_SERVICES = ("klarsyn_service", "klarsyn_admin")


def install(connection: Connection) -> None:
    """Make the queue's tables or bring them up to date, in the transaction of `connection`."""
    before = connection.scalar(text("SHOW search_path"))
    there = connection.scalar(
        text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"),
        {"name": SCHEMA},
    )
    steps = _migrations()
    if there is None:
        connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        # Loaded where tables are made: a workstation of its own starts without.
        from procrastinate.schema import SchemaManager

        todo: list[str] = [SchemaManager.get_schema()]
    else:
        todo = [words for name, words in steps if name > there]
    connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
    for words in todo:
        # Several statements in one: without parameters, so that percent signs stay what they are.
        connection.connection.cursor().execute(words)
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS '{steps[-1][0]}'")
    _let_in(connection)
    connection.execute(text("SELECT set_config('search_path', :path, true)"), {"path": before})


def _migrations() -> list[tuple[str, str]]:
    folder = resources.files("procrastinate.sql") / "migrations"
    found = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted((item.name, item.read_text(encoding="utf-8")) for item in found)


def _let_in(connection: Connection) -> None:
    # Roles belong to the whole server and may not be there (store/migrations, 0018).
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    connection.exec_driver_sql(f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC")
    connection.exec_driver_sql(f"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC")
    for role in (role for role in _SERVICES if role in known):
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}")
        for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            connection.exec_driver_sql(f"GRANT ALL ON ALL {what} IN SCHEMA {SCHEMA} TO {role}")
