"""Reader B asks the server itself: its catalogue, its sessions, its locks; and makes objects of her own."""

import pytest
from blind_database import EXAMS, Department, add_exam, refused, sign, there  # noqa: F401
from postgresql import postgresql  # noqa: F401  a fixture

pytestmark = [pytest.mark.invariant(5), pytest.mark.invariant(6)]
OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%%'"


@pytest.mark.parametrize(
    "what",
    [
        "CREATE TEMP TABLE mine (a text)",
        "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
        "$$ BEGIN RAISE NOTICE '%%', $1; RETURN true; END $$",
        "CREATE FUNCTION public.leak() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION reader.leak() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE public.mine (a text)",
        "CREATE TABLE reader.mine (a text)",
        "CREATE SCHEMA mine",
        "CREATE VIEW reader.mine AS SELECT * FROM public.read",
        "ALTER TABLE public.read DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON public.read",
        "CREATE STATISTICS reader.s ON exam_id, reader FROM public.read",
        "LOAD 'auto_explain'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
    ],
)
def test_a_reader_makes_nothing_that_could_listen_in(there: Department, what: str) -> None:  # noqa: F811
    said = refused(there, what)
    assert any(word in said for word in ("permission denied", "must be", "not allowed", "access to")), said


@pytest.mark.parametrize("role", ["anna", "site_owner", "klarsyn", "klarsyn_keeper", "klarsyn_service"])
def test_no_reader_becomes_another(there: Department, role: str) -> None:  # noqa: F811
    assert "permission denied" in refused(there, f"SET ROLE {role}")
    assert "permission denied" in refused(there, f"SET SESSION AUTHORIZATION {role}")
    with there.as_("berta") as connection:
        connection.exec_driver_sql("SET ROLE klarsyn_reader")
        assert {r.reader for r in connection.exec_driver_sql("SELECT * FROM read")} == {"berta"}
        connection.exec_driver_sql("RESET ROLE")


def test_no_search_path_leads_a_function_astray(there: Department) -> None:  # noqa: F811
    before = there.rows("berta", "SELECT exam_id, place FROM reader.klarsyn_queue()")
    with there.as_("berta") as connection:
        connection.exec_driver_sql("SET search_path = pg_temp, reader, public")
        connection.exec_driver_sql("SET row_security = off")
        assert connection.exec_driver_sql("SELECT exam_id, place FROM klarsyn_queue()").all() == before
        assert {r.reader for r in connection.exec_driver_sql("SELECT * FROM read")} == {"berta"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM pg_stats",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_stats_ext",
        "SELECT * FROM pg_stat_user_tables",
        "SELECT * FROM pg_stat_activity",
        "SELECT * FROM pg_locks",
        "SELECT * FROM pg_sequences",
        "SELECT reltuples FROM pg_class",
        "SELECT relpages FROM pg_class",
        "SELECT pg_stat_get_tuples_inserted('public.read'::regclass)",
        "SELECT pg_stat_get_live_tuples('public.read'::regclass)",
        "SELECT pg_relation_size('public.read'::regclass)",
        "SELECT pg_total_relation_size('public.read'::regclass)",
        "SELECT pg_database_size(current_database())",
        "SELECT pg_lock_status()",
        "SELECT pg_stat_get_activity(NULL)",
        "SELECT pg_current_wal_insert_lsn()",
        "SELECT pg_current_snapshot()",
        "SELECT txid_current()",
        "SELECT last_value FROM public.opinion_shown_number_seq",
        "SELECT nextval('public.opinion_shown_number_seq')",
        "SELECT pg_sequence_last_value('public.opinion_shown_number_seq'::regclass)",
        "SELECT pg_try_advisory_lock(hashtextextended('exam e1', 15))",
        "SELECT pg_advisory_xact_lock(hashtextextended('exam e1', 15))",
        "SELECT * FROM pg_largeobject",
        "SELECT lo_get(1)",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_statistics_sequences_locks_and_files_are_closed(there: Department, query: str) -> None:  # noqa: F811
    with there.as_("site_owner") as connection:
        connection.exec_driver_sql("ANALYZE")
    said = refused(there, query)
    assert "permission denied" in said or "does not exist" in said
