"""One database: its connection, its schema version, its settings.

SQLite runs in WAL mode with full synchronisation: a signed read survives a pulled plug. On PostgreSQL, which
a department shares, the same code, migrations and append-only rules hold.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from klarsyn.base.database_url import place_of
from klarsyn.store.moved_mark import is_moved_refusal, moved_sentence
from klarsyn.store.postgresql_access import connect_args, is_away, why_away
from klarsyn.store.schema_version import StoreError, check_shared, upgrade, upgrade_shared

_WRITER = 0x4B6C6172
"""The key of PostgreSQL's lock that a writer holds: the letters "Klar"."""


class DatabaseAway(StoreError):
    """A shared database cannot be reached; trying again later may help."""


class DatabaseMoved(StoreError):
    """These data live in a shared database now; the file can still be looked at."""


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


def engine_of(url: str) -> Engine:
    """Return the engine of a database as Klarsyn uses it; nothing is connected yet."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address)
        event.listen(engine, "connect", _set_sqlite_pragmas)
        event.listen(engine, "begin", _begin_on_sqlite)
        return engine
    # Connections that the network or the server has cut meanwhile are found before they are used.
    engine = create_engine(
        address.difference_update_query(["options"]), connect_args=connect_args(address), pool_pre_ping=True
    )
    event.listen(engine, "begin", _begin_on_postgresql)
    return engine


class Database:
    """A database whose schema this program can use."""

    def __init__(self, url: str, *, shared: bool = False) -> None:
        """Connect to `url` and bring the schema up to date; a `shared` one is only looked at for that.

        Raises
        ------
        StoreError
            If the file is damaged, not a database, or newer than this program; of a shared one, if it cannot
            be reached or its version cannot be used.
        """
        self._place, self._url = place_of(url), make_url(url)
        self.engine: Engine = engine_of(url)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(writing=True), expire_on_commit=False)
        self.note = ""
        """What is to be told of a shared database's version; empty when all is well."""
        self.moved = ""
        """Why these data may not be written any more; empty while they may."""
        try:
            with self.telling():
                self._check() if shared else self._upgrade()
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

    @property
    def driver_args(self) -> dict[str, Any]:
        """What a shared database's driver is given beside the address; it may hold a password."""
        return connect_args(self._url)

    @property
    def is_shared(self) -> bool:
        """True when it is a PostgreSQL, which several machines can use at once."""
        return self.engine.dialect.name == "postgresql"

    def _upgrade(self) -> None:
        with self.engine.execution_options(writing=True).begin() as connection:
            self.moved = moved_sentence(connection)
            if self.is_shared:
                upgrade_shared(connection)
            elif not self.moved:
                upgrade(connection)

    def _check(self) -> None:
        with self.engine.connect() as connection:
            self.note = check_shared(connection)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what only the network or a move can be blamed for into sentences."""
        try:
            yield
        except DatabaseError as error:
            if is_moved_refusal(error):
                raise DatabaseMoved(str(error.orig)) from error
            if self.is_shared and is_away(error):
                raise DatabaseAway(why_away(error, self._place)) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only looks."""
        with self.telling(), self._readers.begin() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: committed when the block ends well, rolled back when it does not.

        Raises
        ------
        DatabaseAway
            If a shared database cannot be reached; nothing is written.
        DatabaseMoved
            If these data have been moved to one.
        """
        if self.moved:
            raise DatabaseMoved(self.moved)
        with self.telling(), self._writers.begin() as session:
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
