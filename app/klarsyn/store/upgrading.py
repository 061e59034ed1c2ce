"""Upgrading a shared database: by its administrator, and in one transaction."""

from sqlalchemy.exc import DatabaseError

from klarsyn.base.database_url import place_of
from klarsyn.store.database import DatabaseAway, engine_of
from klarsyn.store.postgresql_access import is_away, why_away
from klarsyn.store.schema_version import StoreError, known_versions, upgrade_shared, version_of


def upgrade_at(url: str) -> tuple[str | None, str]:
    """Bring a shared database's schema up to date; return its version before and after.

    Raises
    ------
    StoreError
        If it cannot be reached, is newer than this program, or refuses. Nothing was changed then.
    """
    engine, place = engine_of(url), place_of(url)
    try:
        with engine.execution_options(writing=True).begin() as connection:
            before = version_of(connection)
            upgrade_shared(connection)
    except DatabaseError as error:
        if is_away(error):
            raise DatabaseAway(why_away(error, place)) from error
        driver = str(error.orig).strip().splitlines()[0]
        raise StoreError(
            f"The database {place} was not upgraded, and is as it was ({driver}). The account needs to own "
            "its tables; see docs/shared-server.md."
        ) from error
    finally:
        engine.dispose()
    return before, known_versions()[-1]
