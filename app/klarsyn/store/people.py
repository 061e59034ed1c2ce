"""Persons of a shared database: one LOGIN role each, in the groups of their roles (migration 0018).

No password is set here: a site lets Kerberos, SSPI or certificates say who somebody is (docs/database.md).
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from klarsyn.base.database_url import place_of
from klarsyn.store.database import DatabaseAway, engine_of
from klarsyn.store.migrations.roles.applying import apply, statements
from klarsyn.store.migrations.roles.catalogue import CLOSING, still_open
from klarsyn.store.postgresql_access import is_away, why_away
from klarsyn.store.reader_view import BLIND, ROLES, SEEING
from klarsyn.store.schema_version import StoreError

Answer = TypeVar("Answer")

_NAME = re.compile(r"[a-z_][a-z0-9_.@-]{0,62}")


def person_statements(name: str, roles: Iterable[str], database: str) -> list[str]:
    """Return the SQL that makes a person's role, for an owner with CREATEROLE.

    Raises
    ------
    StoreError
        If a role is unknown, the name cannot be one, or the roles cannot be one person's.
    """
    asked = sorted(set(roles))
    unknown = [role for role in asked if role not in ROLES]
    if unknown or not asked:
        said = f"There is no role {unknown[0]!r}." if unknown else "No role was named."
        raise StoreError(f"{said} Name some of: {', '.join(sorted(ROLES))}.")
    if not _NAME.fullmatch(name) or name.startswith(("klarsyn_", "pg_")) or name in ("public", "none"):
        raise StoreError(
            f"{name!r} cannot be an account of the database. Write the name that the person logs in to the "
            "operating system with, in small letters."
        )
    if set(asked) & BLIND and set(asked) & SEEING:
        raise StoreError(
            f"{name} cannot be {' and '.join(asked)}: whoever reads stays blind to others' reads, and "
            f"{' and '.join(sorted(set(asked) & SEEING))} is shown them. Give the person a second account."
        )
    who, where = _quoted(name), _quoted(database)
    path = "reader, public" if set(asked) <= BLIND else "public"
    return [
        f"CREATE ROLE {who} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT",
        f"GRANT {', '.join('klarsyn_' + role for role in asked)} TO {who}",
        f"GRANT CONNECT ON DATABASE {where} TO {who}",
        f"ALTER ROLE {who} IN DATABASE {where} SET search_path = {path}",
    ]


def add_person(connection: Connection, name: str, roles: Iterable[str]) -> None:
    """Make a person's role, in the caller's transaction.

    Raises
    ------
    StoreError
        As `person_statements`, and if there is such an account already.
    """
    database = connection.execute(text("SELECT current_database()")).scalar_one()
    made = person_statements(name, roles, database)
    if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}):
        raise StoreError(
            f"The server has an account {name} already. Give it roles with GRANT klarsyn_reader TO {name} "
            "and the like, or choose another name."
        )
    for statement in made:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def role_statements(connection: Connection) -> list[str]:
    """Return everything that sets groups, rights and the readers' schema up on this database."""
    return statements(connection)


def superuser_statement() -> str:
    """Return what only a superuser can run: it closes the server's statistics to everybody."""
    return CLOSING.strip()


def what_is_open(connection: Connection) -> list[str]:
    """Return what of the server's statistics everybody can still read; empty when closed."""
    return still_open(connection)


def set_up(connection: Connection) -> None:
    """Make groups, rights and the readers' schema anew, in the caller's transaction."""
    apply(connection)


def database_of(url: str) -> str:
    """Return the name of the database that an address names; "" where it names none."""
    return make_url(url).database or ""


def inside(url: str, asking: Callable[[Connection], Answer], *, writing: bool = False) -> Answer:
    """Ask or do something in one transaction on the shared database at `url`.

    Raises
    ------
    StoreError
        If there is no address, the database cannot be reached, or it refuses. Nothing was changed then.
    """
    if not url:
        raise StoreError("Roles are of a shared database. Name its address, or set `database_url` first.")
    engine = engine_of(url)
    try:
        with engine.execution_options(writing=writing).begin() as connection:
            return asking(connection)
    except DatabaseError as error:
        if is_away(error):
            raise DatabaseAway(why_away(error, place_of(url))) from error
        said = str(error.orig).strip().splitlines()[0]
        raise StoreError(
            f"The database refused ({said}), and nothing was changed. The account must own the tables and "
            "have CREATEROLE; docs/database.md says how the owner is made."
        ) from error
    finally:
        engine.dispose()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
