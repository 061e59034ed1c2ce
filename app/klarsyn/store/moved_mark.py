"""The mark on an SQLite file whose data have been moved to a shared database.

Triggers refuse every change from then on, whatever program asks: a window that still has the file open cannot
sign a read into it that nobody would see.
"""

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

_NAME = "moved_to"
_BEGINNING = "These data have been moved to the shared database"


def moved_sentence(connection: Connection) -> str:
    """Return why a database may not be written any more; empty when it has not been moved."""
    if connection.dialect.name != "sqlite" or not inspect(connection).has_table("site_value"):
        return ""
    place = connection.scalar(text("SELECT value FROM site_value WHERE name = :name"), {"name": _NAME})
    return "" if place is None else _sentence(place)


def _sentence(place: str) -> str:
    return (
        f"{_BEGINNING} {place}; this file can only be looked at. Set `database_url` in klarsyn.toml to that "
        "database, and start again."
    )


def is_moved_refusal(error: DatabaseError) -> bool:
    """True when an error is a trigger's refusal to change data that were moved."""
    return str(error.orig).startswith(_BEGINNING)


def mark(connection: Connection, place: str) -> None:
    """Mark a file as moved to `place`, in the transaction of `connection`."""
    connection.execute(
        text("INSERT INTO site_value (name, value) VALUES (:name, :place)"), {"name": _NAME, "place": place}
    )
    said = _sentence(place).replace("'", "''")
    for table in inspect(connection).get_table_names():
        for change in ("INSERT", "UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f'CREATE TRIGGER "moved_{table}_{change.lower()}" BEFORE {change} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
