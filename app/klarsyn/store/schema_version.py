"""Which version of the schema a database has, and whether this program can use it.

On SQLite every program brings the schema up to date. A shared database is upgraded by its administrator, and
workstations of one version before go on working with it: migrations add, and take away a version later. So
each upgrade notes in the database which program is the oldest that may use it.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from klarsyn.store.job_schema import install
from klarsyn.store.models import Base


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def known_versions() -> tuple[str, ...]:
    """Return the versions that this program knows, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(reversed([revision.revision for revision in script.walk_revisions()]))


def version_of(connection: Connection) -> str | None:
    """Return a database's version; None when it has no tables of Klarsyn."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, target: str = "head") -> None:
    """Run what is missing of the migrations, in the transaction of `connection`.

    Raises
    ------
    StoreError
        If the database is newer than this program.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, target)
    except CommandError as error:
        raise StoreError(
            f"The database {connection.engine.url.database} was made by a newer Klarsyn ({error}). "
            "Install that version on this workstation."
        ) from error


def upgrade_shared(connection: Connection) -> None:
    """Run what is missing on a PostgreSQL, note which program may use it, and make the queue of jobs.

    All of it is in the transaction of `connection`: one that is cut off has changed nothing.
    """
    upgrade(connection)
    oldest = oldest_program(version_of(connection) or "")
    connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{oldest}'")
    install(connection)


def oldest_program(version: str) -> str:
    """Return the version of the oldest program that may use a database of `version`: the one before.

    A migration that takes something away says so by `contracts = True`, and keeps the one before out.
    """
    revision = ScriptDirectory.from_config(_config()).get_revision(version)
    contracts = bool(getattr(revision.module, "contracts", False))
    before = revision.down_revision
    return version if contracts or not isinstance(before, str) else before


def check_shared(connection: Connection) -> str:
    """Return what is to be told of a shared database that this program can use; empty when all is well.

    Raises
    ------
    StoreError
        If the program cannot use it.
    """
    known, found = known_versions(), version_of(connection)
    place, newest = connection.engine.url.database, known[-1]
    if found == newest:
        return ""
    if found is None:
        raise StoreError(
            f"The shared database {place} has no tables yet. Its administrator makes them with "
            "`klarsyn db upgrade`, or fills it from a workstation with `klarsyn db move`."
        )
    if found not in known:
        oldest = connection.scalar(text("SELECT obj_description('alembic_version'::regclass)"))
        if oldest in known:
            return f"The shared database has schema version {found}, one newer than this program's {newest}."
        raise StoreError(
            f"The shared database {place} has schema version {found}; this Klarsyn knows {newest} and is too "
            "old for it. Install the newer version on this machine."
        )
    if known.index(found) == len(known) - 2 and not missing_in(connection):
        return (
            f"The shared database has schema version {found}, this program {newest}. It works; let its "
            "administrator run `klarsyn db upgrade`."
        )
    raise StoreError(
        f"The shared database {place} has schema version {found}; this Klarsyn needs {newest}. Let its "
        "administrator run `klarsyn db upgrade` from this version, and use the former version until then."
    )


def missing_in(connection: Connection) -> list[str]:
    """Return the tables and columns of this program that a database lacks, as `table` or `table.column`."""
    there = inspect(connection)
    tables = set(there.get_table_names())
    missing: list[str] = []
    for table in Base.metadata.sorted_tables:
        if table.name not in tables:
            missing.append(table.name)
            continue
        columns = {column["name"] for column in there.get_columns(table.name)}
        missing += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
    return missing
