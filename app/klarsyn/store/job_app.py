"""procrastinate's application over a shared database: what fetches jobs and gives signs of life."""

from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from klarsyn.store.database import Database, DatabaseAway
from klarsyn.store.job_schema import SCHEMA

LOST: tuple[type[Exception], ...] = (ConnectorException, psycopg.Error, DatabaseAway)
"""What is raised when the database cannot be reached."""


def job_app(database: Database) -> App:
    """Return an application whose tasks are still to be added; it has few connections of its own."""
    url, dialect = database.engine.url, database.engine.dialect
    given: dict[str, Any] = {**dialect.create_connect_args(url)[1], **database.driver_args}
    given["options"] = f"{given.get('options', '')} -c search_path={SCHEMA}".strip()
    connector = PsycopgConnector(conninfo="", kwargs=given, min_size=1, max_size=3, timeout=10)
    return App(connector=connector)
