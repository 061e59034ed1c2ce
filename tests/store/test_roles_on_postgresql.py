"""What the other roles of a shared database see and do: arbiters, physicists, administrators, auditors."""

from collections.abc import Callable, Iterator

import pytest
from blind_database import SECRET, Department, fill, make, sign
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy.exc import DatabaseError

from klarsyn.store.database import Database
from klarsyn.store.one_account import check_account
from klarsyn.store.people import add_person
from klarsyn.store.schema_version import StoreError

DECISION = (
    "INSERT INTO decision VALUES (gen_random_uuid()::text, '{exam}', 'arbitration', 'recall', '[\"cora\"]', "
    "'{by}', '', now(), current_date + 1, '[]', NULL, NULL)"
)


@pytest.fixture(scope="module")
def there(postgresql: Callable[..., str]) -> Iterator[Department]:  # noqa: F811
    made = make(postgresql)
    fill(made)
    with made.as_("site_owner") as connection:
        for name, role in (
            ("phil", "physicist"),
            ("ada", "admin"),
            ("aud", "auditor"),
            ("rad", "radiographer"),
        ):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {name}")
            add_person(connection, name, [role])
    yield made
    made.close()


def refused(there: Department, account: str, statement: str) -> str:
    with pytest.raises(DatabaseError) as caught, there.as_(account) as connection:
        connection.exec_driver_sql(statement)
    return str(caught.value.orig)


@pytest.mark.invariant(5)
def test_reads_are_blind_for_an_arbiter_too_until_all_are_in_force(there: Department) -> None:
    seen = there.rows("cora", "SELECT exam_id, reader FROM read")
    assert {(e, r) for e, r in seen} == {("e3", "anna"), ("e3", "berta")}
    assert {e for (e,) in there.rows("cora", "SELECT exam_id FROM ai_result")} == {"e3"}
    assert "Only an arbiter" in refused(there, "cora", DECISION.format(exam="e1", by="cora"))
    assert "own account" in refused(there, "cora", DECISION.format(exam="e3", by="anna"))
    assert "Only an arbiter" in refused(there, "berta", DECISION.format(exam="e3", by="berta"))
    with there.as_("cora") as connection:
        connection.exec_driver_sql(DECISION.format(exam="e3", by="cora"))
    assert len(there.rows("cora", "SELECT 1 FROM decision")) == 1


@pytest.mark.invariant(5)
def test_reads_are_blind_and_a_decision_is_told_to_readers_on_its_day_only(there: Department) -> None:
    with there.as_("intake") as connection:
        for exam, day in (("e2", "current_date - 1"), ("e4", "current_date + 2")):
            connection.exec_driver_sql(
                f"INSERT INTO decision VALUES ('d-{exam}', '{exam}', 'agreement', 'normal', '[]', 'system', "
                f"'', now(), {day}, '[]', NULL, NULL)"
            )
    told = {e for (e,) in there.rows("berta", "SELECT exam_id FROM decision")}
    assert "e2" in told
    assert "e4" not in told


def test_a_physicist_sees_what_engines_say_and_nothing_of_reads(there: Department) -> None:
    assert SECRET in str(there.rows("phil", "SELECT body FROM ai_result"))
    assert there.rows("phil", "SELECT 1 FROM shadow_result") == []
    for table in ("read", "draft", "reveal", "site_value"):
        assert "permission denied" in refused(there, "phil", f"SELECT 1 FROM {table}")


@pytest.mark.parametrize("account", ["ada", "aud"])
def test_administrators_and_auditors_see_all_and_sign_nothing(there: Department, account: str) -> None:
    assert len(there.rows(account, "SELECT 1 FROM read")) == 6
    with pytest.raises(DatabaseError, match="permission denied"), there.as_(account) as connection:
        sign(connection, "e4", account, "final")
    for table in ("read", "ai_result", "decision", "exam"):
        assert "permission denied" in refused(there, account, f"DELETE FROM {table}")


def test_a_radiographer_sees_exams_and_nothing_of_reads_or_results(there: Department) -> None:
    assert len(there.rows("rad", "SELECT 1 FROM exam")) == 4
    for table in ("read", "ai_result", "draft"):
        assert there.rows("rad", f"SELECT 1 FROM {table}") == []
    assert "permission denied" in refused(there, "rad", "SELECT 1 FROM public.read")
    assert "permission denied" in refused(there, "rad", "SELECT * FROM klarsyn_queue()")
    with pytest.raises(DatabaseError, match="permission denied"), there.as_("rad") as connection:
        sign(connection, "e4", "rad", "final")


def test_a_radiographer_notes_what_she_has_seen_under_her_own_name(there: Department) -> None:
    note = (
        "INSERT INTO exam_note (exam_id, kind, holds, by, at, reason) "
        "VALUES ('e4', 'symptoms', true, '{}', now(), 'a lump')"
    )
    assert "own account" in refused(there, "rad", note.format("anna"))
    assert "radiographer" in refused(there, "berta", note.format("berta"))
    with there.as_("rad") as connection:
        connection.exec_driver_sql(note.format("rad"))
    assert there.rows("berta", "SELECT kind, by FROM exam_note") == [("symptoms", "rad")]


def test_even_the_service_changes_no_signed_read(there: Department) -> None:
    assert "append-only" in refused(there, "intake", "UPDATE read SET reason = ''")


def test_a_workstation_that_names_another_reader_than_the_login_gets_no_desk(there: Department) -> None:
    database = Database(there.url_of("berta"), shared=True)
    check_account(database, "berta")
    with pytest.raises(StoreError, match="set `reader` to berta"):
        check_account(database, "anna")
    database.close()
