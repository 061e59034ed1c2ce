"""The database's own time: workstations whose clocks differ agree on it."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def database_time(session: Session) -> datetime:
    """Return the present moment as the database tells it, and not that of the transaction's start."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment
    said = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")).scalar_one()
    return datetime.fromisoformat(said)
