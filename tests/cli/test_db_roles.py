"""`klarsyn db roles` and `klarsyn db person`."""

from collections.abc import Callable

import pytest
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import create_engine, text

from klarsyn.cli.main import main
from klarsyn.store.people import person_statements
from klarsyn.store.schema_version import StoreError


@pytest.fixture(scope="module")
def url(postgresql: Callable[[], str]) -> str:  # noqa: F811
    made = postgresql()
    name = made.split("/")[3].split("?")[0]
    server = create_engine(made)
    with server.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE owning LOGIN CREATEROLE")
        connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO owning")
    server.dispose()
    owned = made.replace("klarsyn@", "owning@", 1)
    assert main(["db", "upgrade", owned]) == 0
    return owned


def test_a_person_is_added_with_roles_and_logs_in_as_no_more(url: str, capsys) -> None:
    assert main(["db", "person", "add", "dora", "--roles", "reader,arbiter", "--url", url]) == 0
    engine = create_engine(url.replace("owning@", "dora@", 1))
    with engine.begin() as connection:
        assert connection.execute(text("SHOW search_path")).scalar_one() == "reader, public"
        assert connection.execute(text("SELECT * FROM read")).all() == []
        query = "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = 'dora'"
        assert connection.execute(text(query)).scalar_one() is False
    engine.dispose()
    assert main(["db", "person", "add", "dora", "--roles", "reader", "--url", url]) == 1
    assert "has an account dora already" in capsys.readouterr().err


def test_what_it_prints_is_what_it_would_run(url: str, capsys) -> None:
    assert main(["db", "person", "add", "erik", "--roles", "physicist", "--url", url, "--print"]) == 0
    said = capsys.readouterr().out
    assert 'GRANT klarsyn_physicist TO "erik";' in said
    engine = create_engine(url)
    with engine.begin() as connection:
        query = "SELECT count(*) FROM pg_roles WHERE rolname = 'erik'"
        assert connection.execute(text(query)).scalar_one() == 0
    engine.dispose()


@pytest.mark.invariant(5)
@pytest.mark.parametrize("other", ["admin", "physicist", "auditor", "service"])
def test_reads_are_blind_so_no_reader_has_a_role_that_sees_all(other: str) -> None:
    with pytest.raises(StoreError, match="second account"):
        person_statements("fia", ["reader", other], "d")


@pytest.mark.parametrize("name", ["Ann", "klarsyn_x", "pg_x", "a b", 'a"b', "", "public", "a;b"])
def test_a_name_that_cannot_be_an_account_is_refused(name: str) -> None:
    with pytest.raises(StoreError, match="cannot be an account"):
        person_statements(name, ["reader"], "d")


@pytest.mark.parametrize("roles", [[], ["surgeon"]])
def test_an_unknown_role_is_refused_with_those_that_there_are(roles: list[str]) -> None:
    with pytest.raises(StoreError, match="radiographer"):
        person_statements("ann", roles, "d")


def test_what_is_open_is_said_until_a_superuser_has_closed_it(url: str, capsys) -> None:
    assert main(["db", "roles", url, "--check"]) == 1
    assert "pg_class.reltuples" in capsys.readouterr().out
    assert main(["db", "roles", url, "--superuser"]) == 0
    closing = capsys.readouterr().out
    server = create_engine(url.replace("owning@", "klarsyn@", 1))
    with server.begin() as connection:
        connection.exec_driver_sql(closing.replace("%", "%%"))
    server.dispose()
    assert main(["db", "roles", url, "--check"]) == 0
    assert "closed" in capsys.readouterr().out


def test_rights_are_made_anew_and_printed(url: str, capsys) -> None:
    assert main(["db", "roles", url, "--apply"]) == 0
    assert main(["db", "roles", url]) == 0
    said = capsys.readouterr().out
    assert "FORCE ROW LEVEL SECURITY" in said
    assert "SET LOCAL ROLE klarsyn_keeper;" in said


def test_without_a_shared_database_it_says_so(capsys) -> None:
    assert main(["db", "roles"]) == 1
    assert "shared database" in capsys.readouterr().err
