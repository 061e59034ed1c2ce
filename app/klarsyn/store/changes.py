"""Whether another program has changed the store: what lets a queue show it without asking all the time.

SQLite counts commits of others in `data_version`. PostgreSQL tells its listeners "changed", once a second at
most and nothing more (migration 0015). Both are hints: a window asks from time to time whatever they say.
"""

import time
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy.exc import DBAPIError

from klarsyn.store.database import Database

CHANNEL = "klarsyn"
SECOND_LOOK_S = 1.2
"""After a sign the listener looks once more: what changed in the same second was not told by itself."""


class ChangeWatch:
    """One listener, with a connection of its own from the first question on; for one thread at a time."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """Listen at `database`; `clock` gives seconds."""
        self._database, self._seconds = database, clock
        self._connection: Any = None
        self._held: Any = None
        self._version: int | None = None
        self._look_again: float | None = None

    def changed(self) -> bool:
        """True when something may have changed since the last call; does not wait.

        The first call says True, and so does one that finds the connection lost: nobody knows then.
        """
        try:
            if self._connection is None:
                self._connect()
                return True
            return self._told() if self._on_postgresql else self._counted()
        except (self._database.engine.dialect.loaded_dbapi.Error, DBAPIError):
            self.close()
            return True

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._held = None

    @property
    def _on_postgresql(self) -> bool:
        return self._database.engine.dialect.name == "postgresql"

    def _connect(self) -> None:
        held = self._database.engine.raw_connection()
        self._connection = cast(Any, held.driver_connection)
        # Taken out of the pool for good: it keeps its LISTEN, or its count. It lives as long as `held` does.
        held.detach()
        self._held = held
        if self._on_postgresql:
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")
        else:
            self._version = self._data_version()

    def _data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _counted(self) -> bool:
        before, self._version = self._version, self._data_version()
        return before != self._version

    def _told(self) -> bool:
        told = list(self._connection.notifies(timeout=0))
        now = self._seconds()
        if told:
            self._look_again = now + SECOND_LOOK_S
            return True
        if self._look_again is not None and now >= self._look_again:
            self._look_again = None
            return True
        return False
