"""One database: its connection, its schema version, its settings.

SQLite runs in WAL mode with full synchronisation: a signed read survives a pulled plug. On PostgreSQL, which
a department shares, the same code, migrations and append-only rules hold.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

_WRITER = 0x4B6C6172
"""The key of PostgreSQL's lock that a writer holds: the letters "Klar"."""


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def _set_sqlite_pragmas(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for a check-then-write; see _begin_on_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=15000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# A writer takes the lock before its first look, so that what it has checked still holds when it writes.
def _begin_on_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_on_postgresql(connection: Connection) -> None:
    # One writer at a time there, too, also while migrating; let go at the transaction's end. Ten writes a
    # second is the most that a region makes. In the lock's order rows get their numbers and are seen, which
    # a sample of "the first 2 000" rests on.
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")


class Database:
    """A database that is at the schema version of this program."""

    def __init__(self, url: str) -> None:
        """Connect to `url` and bring the schema up to date.

        Raises
        ------
        StoreError
            If the file is damaged, not a database, or newer than this program.
        """
        self.engine: Engine = create_engine(url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _set_sqlite_pragmas)
            event.listen(self.engine, "begin", _begin_on_sqlite)
        elif self.engine.dialect.name == "postgresql":
            event.listen(self.engine, "begin", _begin_on_postgresql)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(writing=True), expire_on_commit=False)
        try:
            self._upgrade()
        except DatabaseError as error:
            raise StoreError(
                f"The database {self.engine.url.database} cannot be opened ({error.orig}). Nothing was "
                "changed. Restore it from the last backup, or move it away to start an empty one."
            ) from error

    @classmethod
    def file(cls, path: Path) -> "Database":
        """Open the SQLite file at `path`; made when missing, readable by this account only."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
        return cls(f"sqlite:///{path}")

    def _upgrade(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.engine.execution_options(writing=True).begin() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise StoreError(
                    f"The database {self.engine.url.database} was made by a newer Klarsyn ({error}). "
                    "Install that version on this workstation."
                ) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only looks."""
        with self._readers.begin() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: committed when the block ends well, rolled back when it does not."""
        with self._writers.begin() as session:
            yield session

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of an SQLite database to `path`, which must not exist."""
        source = self.engine.raw_connection()
        target = sqlite3.connect(path)
        try:
            source.driver_connection.backup(target)  # type: ignore[union-attr]
        finally:
            target.close()
            source.close()
