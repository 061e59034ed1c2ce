"""Reaching a shared PostgreSQL: where its password is taken from, and how a lost connection is told."""

import os
from pathlib import Path
from typing import Any

import keyring
from keyring.errors import KeyringError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from klarsyn.store.schema_version import StoreError

SERVICE = "klarsyn database"
"""The name under which the keyring holds a database's password; the account there is `ACCOUNT@SERVER`."""

# A workstation or a worker whose machine has died must not keep its locks for the two hours that
# operating systems wait by themselves.
_NOTICE_THE_DEAD = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "tcp_keepalives_idle": 20,
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 3,
        "tcp_user_timeout": 35000,
    }.items()
)


def connect_args(url: URL) -> dict[str, Any]:
    """Return what is given to the driver beside the address."""
    options = url.query.get("options", "")
    asked = options if isinstance(options, str) else " ".join(options)
    found: dict[str, Any] = {
        "connect_timeout": int(str(url.query.get("connect_timeout", 10))),
        "application_name": "klarsyn",
        "options": f"{_NOTICE_THE_DEAD} {asked}".strip(),
    }
    secret = _from_keyring(url)
    if secret is not None:
        found["password"] = secret
    return found


def _from_keyring(url: URL) -> str | None:
    # What the site has given to PostgreSQL's own client goes first: a password here would hide it.
    if os.environ.keys() & {"PGPASSFILE", "PGPASSWORD"} or "passfile" in url.query:
        return None
    if url.username is None or (Path.home() / ".pgpass").exists():
        return None
    try:
        return keyring.get_password(SERVICE, _account(url))
    except KeyringError:
        return None


def _account(url: URL) -> str:
    return f"{url.username or ''}@{url.host or 'localhost'}"


def keep_password(url: str, password: str) -> None:
    """Put a database's password into the operating system's keyring.

    Raises
    ------
    StoreError
        If there is no keyring that keeps it.
    """
    try:
        keyring.set_password(SERVICE, _account(make_url(url)), password)
    except KeyringError as error:
        raise StoreError(
            "This machine has no keyring that keeps passwords. Use a password file, and name it in "
            "PGPASSFILE (docs/shared-server.md)."
        ) from error


def is_away(error: DBAPIError) -> bool:
    """True when the server cannot be reached or has closed the connection, whatever was asked of it."""
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    # PostgreSQL, appendix A: class 08 connection exceptions, 57P01-57P03 shutting down or starting.
    return state is None or str(state).startswith(("08", "57P"))


def why_away(error: DBAPIError, place: str) -> str:
    """Say in a sentence that a database cannot be reached, and what to do."""
    driver = str(error.orig).strip().splitlines()
    said = f" ({driver[0]})" if driver else ""
    return (
        f"The shared database {place} cannot be reached{said}. What was stored is safe, and what was under "
        "way is not stored. Look at the network and the server, and try again."
    )
