"""The address of a shared database: what may stand in it, and what of it may be shown."""

from urllib.parse import parse_qsl, urlsplit

_FORM = "postgresql+psycopg://ACCOUNT@SERVER/DATABASE"


def without_password(url: str) -> str:
    """Return the address as it is; it never holds a password.

    Raises
    ------
    ValueError
        If it is no address of PostgreSQL, or holds a password. It is not repeated, for that reason.
    """
    try:
        parts = urlsplit(url)
        secret = parts.password is not None
    except ValueError:
        raise ValueError(f"it is no address; write it as {_FORM}") from None
    if secret or "password" in {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}:
        raise ValueError(
            "take the password out of it; that belongs in the file that PGPASSFILE names, or in the "
            "operating system's keyring (docs/shared-server.md)"
        )
    if parts.scheme != "postgresql+psycopg" or not parts.path.strip("/"):
        raise ValueError(f"write it as {_FORM}, or leave it empty for a file in the data folder")
    return url


def place_of(url: str) -> str:
    """Say where a database is, for people: without account and options."""
    parts = urlsplit(url)
    return f"{parts.path.strip('/')} on {parts.hostname or 'this machine'}"
