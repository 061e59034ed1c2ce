"""The store on a real PostgreSQL: the same migrations, the same refusals, the same ties."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from calibration_samples import KEY, NOW, exam_row, feed, normal_exams
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Table, insert, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from klarsyn.base.clock import ManualClock
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Patient
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultOrigin, ResultStatus
from klarsyn.domain.metering import Billing, EngineRun, Terms
from klarsyn.domain.outcome import Outcome, OutcomeKind
from klarsyn.domain.reports.cad_report import CadReport, ReportForm, ReportStatus
from klarsyn.store.database import Database
from klarsyn.store.ledger_models import LedgerRow
from klarsyn.store.models import Base
from klarsyn.store.outcomes import Import
from klarsyn.store.received import Match, Received
from klarsyn.store.reports import KeptReport, ReportRepository, ReportState
from klarsyn.store.store import Store

RUN = EngineRun("cad", NOW, Terms(Decimal("12.35"), "SEK", "Agreement 7"))
APPEND_ONLY = [
    "access_anchor", "access_log", "ai_result", "calibration", "calibration_event", "calibration_exam",
    "decision",
    "decision_read", "engine_choice", "exam_closing", "exam_move", "exam_note", "identity_event",
    "image_rejection", "ledger", "letter", "letter_delivery", "letter_export", "opinion_shown",
    "outcome", "policy_version", "presentation_state", "presentation_state_image", "read",
    "read_detail", "received_document", "received_report", "report_conversion", "reveal",
    "screen_check", "screen_ruler", "shadow_result",
]  # fmt: skip


@pytest.fixture
def url(postgresql: Callable[[], str]) -> str:  # noqa: F811
    return postgresql()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(Database(url))
    with made.database.writing() as session:
        session.add_all(exam_row(f"e{n}") for n in range(3))
    yield made
    made.close()


@pytest.fixture(scope="module")
def full(postgresql: Callable[[], str]) -> Iterator[Database]:  # noqa: F811
    """A database with one row in each table."""
    database = Database(postgresql())
    with database.writing() as session:
        for table in Base.metadata.sorted_tables:
            session.execute(insert(table).values(any_row(table)))
    yield database
    database.close()


def any_row(table: Table) -> dict[str, Any]:
    """Values that a table's rules let in; all keys are "x", so that rows refer to each other."""

    def value(column: Column[Any]) -> Any:
        kind = column.type
        for sort, made in ((Boolean, True), (JSON, {}), (DateTime, NOW), (Date, date(2026, 1, 5))):
            if isinstance(getattr(kind, "impl", kind), sort):
                return made
        return 1 if kind.python_type in (int, float) else "x"

    needed = {c.name: value(c) for c in table.columns if not c.nullable and c.autoincrement is not True}
    special = {"ledger": {"result_id": "x"}, "outcome": {"side": "R", "kind": "cancer"}}
    left = {"calibration_exam": {"left_out": "failed"}}
    return {**needed, **special.get(table.name, {}), **left.get(table.name, {})}


def result(number: int, exam_id: str = "e0", **changes: Any) -> AiResult:
    made = Provenance("Cad", "Vendor", "1.0", "ab" * 32, IntendedUse.CLINICAL, "c", 1, ("2.25.1",), NOW)
    score = ExamScore(4, 0.4, 40.0, provisional=True)
    return replace(AiResult(f"r-{number}", exam_id, ResultStatus.SCORED, made, score), **changes)


def test_all_migrations_run_and_make_the_tables_that_the_program_knows(store: Store, url: str) -> None:
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    again = Store(Database(url))
    assert [e.exam_id for e in again.exams.many()] == []
    again.close()


def test_the_same_tables_are_append_only_on_sqlite(installation) -> None:
    query = text("SELECT tbl_name FROM sqlite_master WHERE name LIKE '%_refuses_update' ORDER BY 1")
    with installation.store.database.reading() as session:
        assert session.scalars(query).all() == APPEND_ONLY


@pytest.mark.invariant(5)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_reads_are_append_only_and_so_is_all_that_is_kept_like_them(full: Database, table: str) -> None:
    made = Base.metadata.tables[table]
    key, other = next(iter(made.primary_key)).name, list(made.columns)[-1].name
    with full.reading() as session:
        before = session.execute(select(made)).all()
    assert len(before) == 1
    columns = ", ".join(f'"{c.name}"' for c in made.columns)
    keys = ", ".join(f'"{c.name}"' for c in made.primary_key)
    for statement in (
        f'UPDATE "{table}" SET "{other}" = "{other}"',
        f'DELETE FROM "{table}"',
        f'TRUNCATE "{table}" CASCADE',
        f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" '
        f'ON CONFLICT ({keys}) DO UPDATE SET "{key}" = excluded."{key}"',
        f'SET LOCAL session_replication_role = replica; DELETE FROM "{table}"',
    ):
        with pytest.raises(DatabaseError, match="append-only"), full.writing() as session:
            session.connection().exec_driver_sql(statement)
    with full.reading() as session:
        assert session.execute(select(made)).all() == before


def test_a_run_is_entered_billed_once_and_ties_with_its_result(store: Store) -> None:
    for number, exam_id in enumerate(("e0", "e0", "e1")):
        store.results.add(result(number, exam_id), RUN)
    store.results.add(result(9, "e2", status=ResultStatus.FAILED, score=None), RUN)
    billed = [e.billing for e in store.ledger.between(NOW, datetime(2027, 1, 1, tzinfo=UTC))]
    assert billed == [Billing.BILLED, Billing.REPEATED, Billing.BILLED, Billing.FAILED]
    assert store.ledger.billed_under("Agreement 7", "cad") == 2
    assert store.ledger.faults() == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"billing": "billed", "price": Decimal(1)}, "uq_ledger_billed_once"),
        ({"exam_id": "e1", "billing": "billed", "price": None}, "ck_ledger_billed_at_a_price"),
        ({"result_id": None}, "ck_ledger_one_result"),
        ({"result_id": "r-0"}, "uq_ledger_result_id"),
        ({"result_id": "nobody's"}, "fk_ledger_result_id"),
    ],
)
def test_the_database_itself_refuses_an_entry_that_breaks_a_rule(store: Store, changes, rule: str) -> None:
    store.results.add(result(0), RUN)
    store.results.add(result(1), RUN)
    columns = [c for c in LedgerRow.__table__.columns if c.name != "number"]
    with store.database.reading() as session:
        query = select(*columns).where(LedgerRow.result_id == "r-1")
        values = dict(session.execute(query).one()._mapping)
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE ledger DISABLE TRIGGER ALL")
        connection.exec_driver_sql("DELETE FROM ledger WHERE result_id = 'r-1'")
        connection.exec_driver_sql("ALTER TABLE ledger ENABLE TRIGGER ALL")
        with pytest.raises(IntegrityError, match=rule):
            connection.execute(insert(LedgerRow).values({**values, **changes}))
        connection.rollback()


def test_what_was_changed_past_the_triggers_is_found_here_too(store: Store) -> None:
    store.results.add(result(0), RUN)
    with store.database.writing() as session:
        session.execute(text("ALTER TABLE ledger DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE ledger SET billing = 'failed'"))
    assert "the bill (failed instead of billed)" in store.ledger.faults()[0]


def test_a_second_writer_waits_until_the_first_has_finished(store: Store, url: str) -> None:
    hasty = Store(Database(f"{url}&options=-c%20lock_timeout%3D100"))
    with store.database.writing() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(OperationalError, match="lock timeout"):
            hasty.results.add(result(0), RUN)
        assert hasty.ledger.count() == 0, "who only looks waits for nobody"
    hasty.results.add(result(0), RUN)
    assert store.ledger.count() == 1
    hasty.close()


def test_times_come_back_in_utc_whatever_the_servers_zone(store: Store) -> None:
    store.results.add(result(0), RUN)
    (entry,) = store.ledger.between(NOW, datetime(2027, 1, 1, tzinfo=UTC))
    assert (entry.ended_at, entry.ended_at.tzinfo) == (NOW, UTC)


def test_2000_exams_make_a_valid_calibration(store: Store) -> None:
    # Exams by drawing raw values, no images.
    calibration_id = feed(store, ManualClock(), normal_exams(2000))
    record = store.calibrations.get(calibration_id)
    assert (record.state, record.sample.count) == (CalibrationState.VALID, 2000)
    assert store.calibrations.find(KEY) == record


def test_an_outcome_is_noted_and_a_later_one_stands_in_its_place(store: Store) -> None:
    for number, kind in enumerate((OutcomeKind.NO_CANCER, OutcomeKind.CANCER)):
        assert (
            store.outcomes.note({2: Outcome("e0", kind)}, Import(f"i{number}", f"f{number}", NOW, "A")) == 1
        )
    assert store.outcomes.of_exams(["e0"]) == {"e0": (Outcome("e0", OutcomeKind.CANCER),)}
    assert store.outcomes.by_study(["2.25.9"]) == []


def test_results_of_reports_stand_beside_those_of_engines_and_out_of_the_ledger(store: Store) -> None:
    came = Received("study:2.25.9", Patient("1", "A^B"), None, "", "ab" * 32, NOW)
    report = CadReport(ReportForm.CAD, ReportStatus.FINDINGS, "2.25.5", "1.2", "2.25.9", "Wise\0" * 90)
    with store.database.writing() as session:
        assert ReportRepository.add_in(session, KeptReport(report, came))
    store.results.add(result(0), RUN)
    state = ReportState("2.25.5", Match(("e0",)), {"e0": "cd" * 32}, {})
    for number in (1, 2):
        said = result(number)
        made = replace(said.provenance, origin=ResultOrigin.REPORT, source="wise")
        store.reports.add_result(state, replace(said, provenance=made), f"edition {number}")
    found = store.results.of_exams(["e0", "e1"])
    assert {exam_id: [r.result_id for r in results] for exam_id, results in found.items()} == {
        "e0": ["r-0", "r-2"]
    }
    assert store.results.latest()["e0"].result_id == "r-0"
    assert (store.ledger.count(), store.ledger.faults()) == (1, [])
    assert store.reports.get("2.25.5") == report
