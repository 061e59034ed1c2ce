"""A shared database one version older or newer works; others say what to do."""

from collections.abc import Callable, Iterator

import pytest
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import create_engine, text

from klarsyn.store import schema_version
from klarsyn.store.database import Database, StoreError
from klarsyn.store.schema_version import known_versions, upgrade
from klarsyn.store.store import Store
from klarsyn.store.upgrading import upgrade_at

NEWEST, BEFORE = known_versions()[-1], known_versions()[-2]


@pytest.fixture
def url(postgresql: Callable[[], str]) -> str:  # noqa: F811
    return postgresql()


@pytest.fixture(scope="module")
def made(postgresql: Callable[[], str]) -> Iterator[str]:  # noqa: F811
    """A database at this program's version, put back to it after each test."""
    url = postgresql()
    upgrade_at(url)
    return url


@pytest.fixture
def at_version(made: str) -> Iterator[Callable[..., str]]:
    def _at(version: str, oldest: str = "") -> str:
        run(made, f"UPDATE alembic_version SET version_num = '{version}'")
        if oldest:
            run(made, f"COMMENT ON TABLE alembic_version IS '{oldest}'")
        return made

    yield _at
    _at(NEWEST, BEFORE)


def run(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def told(url: str) -> str:
    database = Database(url, shared=True)
    database.close()
    return database.note


def test_opening_changes_nothing_in_a_shared_database(url: str) -> None:
    with pytest.raises(StoreError, match=r"has no tables yet.*`klarsyn db upgrade`"):
        Store.shared(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_class WHERE relname = 'exam'")) == 0
    engine.dispose()


def test_an_upgrade_says_from_where_to_where_and_a_second_one_does_nothing(url: str) -> None:
    assert upgrade_at(url) == (None, NEWEST)
    assert upgrade_at(url) == (NEWEST, NEWEST)
    assert told(url) == ""


def test_a_database_one_version_newer_works(at_version: Callable[..., str]) -> None:
    assert told(at_version("9999", oldest=NEWEST)) == (
        f"The shared database has schema version 9999, one newer than this program's {NEWEST}."
    )


@pytest.mark.parametrize("oldest", ["9998", "9999"])
def test_a_database_that_has_left_this_program_behind_is_refused(
    at_version: Callable[..., str], oldest: str
) -> None:
    with pytest.raises(StoreError, match=r"9999; .* too old for it. Install the newer version"):
        told(at_version("9999", oldest=oldest))


def test_a_database_one_version_older_works_where_nothing_is_missing(at_version: Callable[..., str]) -> None:
    assert told(at_version(BEFORE)).endswith("It works; let its administrator run `klarsyn db upgrade`.")


def test_a_database_one_version_older_that_lacks_something_says_what_to_do(
    at_version: Callable[..., str], made: str
) -> None:
    url = at_version(BEFORE)
    run(made, "ALTER TABLE site_value RENAME COLUMN value TO worth")
    try:
        with pytest.raises(StoreError, match=r"needs .*`klarsyn db upgrade` from this version"):
            told(url)
    finally:
        run(made, "ALTER TABLE site_value RENAME COLUMN worth TO value")


def test_a_database_two_versions_older_says_what_to_do(at_version: Callable[..., str]) -> None:
    with pytest.raises(StoreError, match="use the former version until then"):
        told(at_version(known_versions()[-3]))


def test_an_upgrade_notes_the_oldest_program_that_may_go_on(url: str) -> None:
    upgrade_at(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        noted = connection.scalar(text("SELECT obj_description('alembic_version'::regclass)"))
    engine.dispose()
    assert noted == BEFORE


def test_a_migration_that_takes_something_away_keeps_the_program_before_it_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Taking:
        contracts = True

    class Revision:
        module, down_revision = Taking, BEFORE

    monkeypatch.setattr(schema_version.ScriptDirectory, "get_revision", lambda *_: Revision)
    assert schema_version.oldest_program(NEWEST) == NEWEST


def test_an_upgrade_cut_off_in_the_middle_has_changed_nothing(url: str) -> None:
    engine = create_engine(url)

    def cut_off() -> None:
        with engine.begin() as connection:
            upgrade(connection, known_versions()[5])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_class WHERE relname = 'exam'")) == 0
    engine.dispose()
    assert upgrade_at(url) == (None, NEWEST)


def test_a_file_that_is_newer_than_the_program_is_refused_as_before(installation) -> None:
    path = installation.settings.folders.database
    with installation.store.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer Klarsyn"):
        Database.file(path)
