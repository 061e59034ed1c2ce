"""Reader B writes to find out: probing rows, claims, locks, and what is told after her own impression."""

import pytest
from blind_database import EXAMS, Department, add_exam, refused, sign, there  # noqa: F401
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

pytestmark = [pytest.mark.invariant(5), pytest.mark.invariant(6)]
OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%%'"


def test_probing_with_a_row_that_may_be_there_is_answered_alike(there: Department) -> None:  # noqa: F811
    def answer(statement: str) -> str:
        with pytest.raises(DatabaseError) as caught, there.as_("berta") as connection:
            connection.exec_driver_sql(statement)
        return f"{caught.value.orig.diag.message_primary} {caught.value.orig.diag.message_detail}"

    taken = there.rows("intake", "SELECT read_id FROM read WHERE exam_id = 'e1' AND kind = 'final'")[0][0]
    free = "00000000-0000-4000-8000-000000000000"
    withdraw = (
        "INSERT INTO read VALUES (gen_random_uuid()::text, 'e1', 'berta', 'withdrawal', NULL, NULL, now(), "
        "now(), '', '{}', '', '[]', NULL)"
    )
    assert answer(withdraw.format(taken)) == answer(withdraw.format(free))
    shown = "INSERT INTO reveal VALUES (gen_random_uuid()::text, 'e1', 'berta', '{}', true, now())"
    result = there.rows("intake", "SELECT result_id FROM ai_result WHERE exam_id = 'e1'")[0][0]
    assert answer(shown.format(result)) == answer(shown.format(free))
    draft = "INSERT INTO draft VALUES ('anna', '{}', true, NULL, NULL, now())"
    assert answer(draft.format("e2")) == answer(draft.format("e4"))
    detail = "INSERT INTO read_detail VALUES ('{}', NULL, NULL, '', '[]')"
    assert answer(detail.format(taken)) == answer(detail.format(free))
    for where in ("e2", "e4"):
        with there.as_("berta") as connection:
            connection.exec_driver_sql(
                f"INSERT INTO draft VALUES ('berta', '{where}', false, NULL, NULL, now())"
            )
            connection.exec_driver_sql(f"DELETE FROM draft WHERE exam_id = '{where}'")
    assert there.rows("intake", "SELECT exam_id FROM draft WHERE reader = 'anna'") == [("e2",)]


def test_a_reader_signs_under_her_own_name_now_and_changes_nothing(there: Department) -> None:  # noqa: F811
    with there.as_("intake") as connection:
        add_exam(connection, "e9")
    for values, said in (
        ({"reader": "anna"}, "own account"),
        ({"reader": "berta", "at": "2026-01-05T08:00:00Z"}, "clock"),
        ({"reader": "berta", "at": "2199-01-05T08:00:00Z"}, "clock"),
    ):
        with pytest.raises(DatabaseError, match=said), there.as_("berta") as connection:
            sign(connection, "e9", kind="final", **values)
    with pytest.raises(IntegrityError, match="no such exam"), there.as_("berta") as connection:
        sign(connection, "nowhere", "berta", "final")
    for statement in ("UPDATE read SET reason = 'x'", "DELETE FROM read", "UPDATE exam SET key = 'x'"):
        assert "permission denied" in refused(there, statement) or "cannot" in refused(there, statement)
    for statement in ("UPDATE draft SET reader = 'berta' WHERE reader = 'anna'", "DELETE FROM draft"):
        with there.as_("berta") as connection:
            assert connection.exec_driver_sql(statement).rowcount == 0


def test_the_ai_is_told_after_the_own_first_impression_and_not_before(there: Department) -> None:  # noqa: F811
    with there.as_("intake") as connection:
        add_exam(connection, "e7")
        connection.exec_driver_sql(
            "INSERT INTO ai_result (result_id, exam_id, status, made_at, body) VALUES "
            "('r7', 'e7', 'scored', now(), '{}')"
        )
    ask = "SELECT result_id FROM ai_result WHERE exam_id = 'e7'"
    look = "INSERT INTO reveal VALUES (gen_random_uuid()::text, 'e7', 'berta', 'r7', true, now())"
    assert there.rows("berta", ask) == []
    assert "first impression" in refused(there, look)
    with there.as_("berta") as connection:
        first = sign(connection, "e7", "berta", "first impression", covers='["e7.0"]')
    assert there.rows("berta", ask) == [], "an impression of one of two images is none of the exam"
    with there.as_("berta") as connection:
        first = sign(connection, "e7", "berta", "first impression")
    assert there.rows("berta", ask) == [("r7",)]
    with there.as_("berta") as connection:
        connection.exec_driver_sql(look)
    with there.as_("berta") as connection:
        sign(connection, "e7", "berta", "withdrawal", supersedes=first)
    assert there.rows("berta", ask) == []
    assert there.rows("anna", ask) == []


def test_a_notice_of_change_says_no_more_than_that(there: Department) -> None:  # noqa: F811
    with there.as_("berta") as connection:
        raw = connection.connection.driver_connection
        raw.autocommit = True
        for channel in ("klarsyn", "changed", "read", "claim", "public"):
            raw.execute(f"LISTEN {channel}")
        with there.as_("anna") as other:
            sign(other, "e2", "anna", "first impression")
        heard = [(n.channel, n.payload) for n in raw.notifies(timeout=0.3, stop_after=5)]
        raw.execute("UNLISTEN *")
        raw.autocommit = False
    assert set(heard) <= {("klarsyn", "changed")}


def test_the_queue_of_a_reader_holds_dates_and_no_count(there: Department) -> None:  # noqa: F811
    with there.as_("berta") as connection:
        answer = connection.execute(text("SELECT * FROM klarsyn_queue()"))
        assert list(answer.keys()) == [
            "exam_id", "place", "study_date", "exam_type", "arrived_at", "reopened",
        ]  # fmt: skip
        waiting = {row.exam_id for row in answer}
    assert {"e1", "e2", "e4"} <= waiting
    assert "e3" not in waiting
    for function in ("ended", "arbitrable", "known_states"):
        assert "permission denied" in refused(there, f"SELECT reader.{function}()")
    assert set(EXAMS) >= {"e1", "e2", "e3", "e4"}


def test_every_function_that_a_reader_may_call_is_known(there: Department) -> None:  # noqa: F811
    found = there.rows(
        "klarsyn",
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        f"WHERE {OURS} AND has_schema_privilege('berta', n.oid, 'USAGE') "
        "AND has_function_privilege('berta', p.oid, 'EXECUTE')",
    )
    names = {name for (name,) in found if not name.startswith("rows_of_")}
    assert names == {"known", "klarsyn_queue", "klarsyn_claim", "klarsyn_priors_of", "pg_advisory_xact_lock"}


def test_a_claim_tells_nothing_by_what_is_asked_for(there: Department) -> None:  # noqa: F811
    ask = "SELECT klarsyn_claim('{}', 'berta', {}, ARRAY['x'], interval '1 minute', false)"
    for needed in (0, 1, 2, 99):
        answers = {there.rows("berta", ask.format(exam, needed))[0][0] for exam in ("e1", "e2", "e4")}
        assert answers == {"granted"}, "A reads e2 and has read e1"
    assert "own account" in refused(
        there, "SELECT klarsyn_claim('e4', 'anna', 2, ARRAY['x'], interval '1 minute', false)"
    )
    assert "permission denied" in refused(
        there, "SELECT public.klarsyn_claim('e4', 'berta', 1, ARRAY['x'], interval '1 minute', false)"
    )
    with there.as_("berta") as connection:
        connection.exec_driver_sql("UPDATE claim SET exam_id = 'e1', expires_at = now()")
    assert there.rows("intake", "SELECT exam_id FROM claim WHERE reader = 'berta'") == [("e4",)]


def test_a_statement_waits_for_nothing_that_another_reader_holds_open(there: Department) -> None:  # noqa: F811
    with there.as_("anna") as open_one:
        sign(open_one, "e4", "anna", "final")
        open_one.exec_driver_sql("UPDATE draft SET is_open = true")
        with there.as_("berta") as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            for query in ("SELECT * FROM read", "SELECT * FROM klarsyn_queue()", "SELECT * FROM exam"):
                connection.exec_driver_sql(query)
            sign(connection, "e4", "berta", "first impression")
            connection.exec_driver_sql("INSERT INTO draft VALUES ('berta', 'e4', true, NULL, NULL, now())")
            connection.exec_driver_sql("DELETE FROM draft")
