"""Where the password of a shared database comes from, and what a lost connection looks like."""

from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from klarsyn.store.database import Database, DatabaseAway, StoreError
from klarsyn.store.postgresql_access import connect_args, keep_password
from klarsyn.store.store import Store

URL = "postgresql+psycopg://anna@db.example/klarsyn"


class Drawer(KeyringBackend):
    """A keyring of one test."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("PGPASSFILE", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(Drawer())
    yield keyring.get_keyring()
    keyring.set_keyring(before)


def test_a_password_is_taken_from_the_keyring_by_account_and_server(drawer: Drawer) -> None:
    keep_password(URL, "hush")
    assert connect_args(make_url(URL))["password"] == "hush"
    assert "password" not in connect_args(make_url("postgresql+psycopg://berit@db.example/klarsyn"))
    assert "password" not in connect_args(make_url("postgresql+psycopg://anna@other/klarsyn"))


@pytest.mark.parametrize("given", ["PGPASSFILE", "PGPASSWORD", "~/.pgpass"])
def test_what_the_site_gave_to_postgresqls_own_client_goes_first(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    keep_password(URL, "hush")
    if given.startswith("PG"):
        monkeypatch.setenv(given, "x")
    else:
        (tmp_path / ".pgpass").touch()
    assert "password" not in connect_args(make_url(URL))


def test_without_a_keyring_it_is_said_where_a_password_may_be(drawer: Drawer, monkeypatch) -> None:
    def none(*_: str) -> None:
        raise NoKeyringError

    monkeypatch.setattr(Drawer, "set_password", none)
    monkeypatch.setattr(Drawer, "get_password", none)
    assert "password" not in connect_args(make_url(URL))
    with pytest.raises(StoreError, match="PGPASSFILE"):
        keep_password(URL, "hush")


def test_a_server_that_is_not_there_is_a_sentence_without_a_password(drawer: Drawer, tmp_path: Path) -> None:
    url = f"postgresql+psycopg://anna@/klarsyn?host={tmp_path}"
    keep_password(url, "hush")
    with pytest.raises(DatabaseAway, match=r"klarsyn on .* cannot be reached .* try again") as told:
        Store.shared(url)
    chain = f"{told.value}{told.value.__cause__!r}"
    assert "hush" not in chain


def test_a_connection_lost_in_a_write_is_a_sentence_and_the_next_write_works(
    postgresql: Callable[[], str],  # noqa: F811
) -> None:
    url = postgresql()
    database, other = Database(url), create_engine(url)

    def write(cut: bool) -> None:
        with database.writing() as session:
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            if cut:
                with other.connect() as connection:
                    connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            session.execute(text("INSERT INTO site_value (name, value) VALUES ('n', 'v')"))

    with pytest.raises(DatabaseAway, match="What was stored is safe"):
        write(cut=True)
    write(cut=False)
    # One that was cut while it lay idle is not even noticed.
    with other.connect() as connection:
        query = (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
        )
        connection.execute(text(f"{query} AND pid <> pg_backend_pid()"))
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM site_value WHERE name = 'n'")) == 1
    database.close()
    other.dispose()
