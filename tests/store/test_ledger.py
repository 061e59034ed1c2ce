"""The ledger: written with the result, never changed, and in step with the results."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from older_schemas import BEFORE_REPORTS
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.metering import Billing, EngineRun, Terms, statement
from klarsyn.store.engines import ShadowResult

TERMS = Terms(Decimal("12.35"), "SEK", "Agreement 7")


@pytest.fixture
def exam(import_exams: Callable[..., list[str]], installation):
    (exam_id,) = import_exams(1)
    return installation.store.exams.get(exam_id)


@pytest.fixture
def scored(exam, installation) -> AiResult:
    uids = tuple(i.sop_instance_uid for i in exam.images)
    made = Provenance(
        "Cad", "Vendor", "1.0", "ab" * 32, IntendedUse.CLINICAL, "c", 1, uids, installation.clock.now()
    )
    score = ExamScore(4, 0.4, 40.0, provisional=True)
    return AiResult("r-1", exam.exam_id, ResultStatus.SCORED, made, score, considered=uids)


@pytest.fixture
def run(installation) -> EngineRun:
    return EngineRun("cad", installation.clock.now() - timedelta(seconds=3), TERMS)


def month(installation) -> tuple:
    return installation.clock.now() - timedelta(days=1), installation.clock.now() + timedelta(days=1)


def billings(installation) -> list[Billing]:
    return [entry.billing for entry in installation.store.ledger.between(*month(installation))]


def test_a_run_comes_back_as_it_was_entered(installation, scored: AiResult, run: EngineRun) -> None:
    installation.store.results.add(scored, run)
    (entry,) = installation.store.ledger.between(*month(installation))
    assert (entry.result_id, entry.exam_id, entry.engine) == ("r-1", scored.exam_id, "cad")
    assert (entry.started_at, entry.ended_at) == (run.started_at, scored.provenance.made_at)
    assert (entry.outcome, entry.billing, entry.terms) == (ResultStatus.SCORED, Billing.BILLED, TERMS)


def test_the_same_model_on_the_same_images_is_billed_once_whatever_its_version_is_called(
    installation, scored: AiResult, run: EngineRun
) -> None:
    again = replace(scored, result_id="r-2", provenance=replace(scored.provenance, version="1.1"))
    installation.store.results.add(scored, run)
    installation.store.results.add(again, run)
    assert billings(installation) == [Billing.BILLED, Billing.REPEATED]


def test_a_repeat_of_a_failed_run_is_billed(installation, scored: AiResult, run: EngineRun) -> None:
    failed = replace(scored, result_id="r-0", status=ResultStatus.FAILED, score=None)
    installation.store.results.add(failed, run)
    installation.store.results.add(scored, run)
    assert billings(installation) == [Billing.FAILED, Billing.BILLED]


@pytest.mark.parametrize("change", [{"model_sha256": "cd" * 32}, {"input_instances": ("2.25.1",)}])
def test_another_model_or_other_images_are_billed_anew(
    installation, scored: AiResult, run: EngineRun, change: dict
) -> None:
    other = replace(scored, result_id="r-2", provenance=replace(scored.provenance, **change))
    installation.store.results.add(scored, run)
    installation.store.results.add(other, run)
    assert billings(installation) == [Billing.BILLED, Billing.BILLED]


def test_a_run_in_shadow_has_its_entry_and_the_same_model_is_billed_when_it_becomes_active(
    installation, scored: AiResult, run: EngineRun
) -> None:
    shadow = ShadowResult("cad", scored, 0.4)
    installation.store.shadow_results.add(shadow, replace(run, shadow=True))
    installation.store.results.add(replace(scored, result_id="r-2"), run)
    assert billings(installation) == [Billing.SHADOW, Billing.BILLED]
    assert installation.store.ledger.faults() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET price = '0'",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT 99, result_id, shadow_result_id, exam_id, engine, maker, "
        "version, model_sha256, images_sha256, started_at, ended_at, outcome, 'failed', price, currency, "
        "contract FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT 99, 'r-9', NULL, exam_id, engine, maker, version, "
        "model_sha256, images_sha256, started_at, ended_at, outcome, billing, '0', currency, contract "
        "FROM ledger",
    ],
)
def test_the_database_itself_refuses_a_change_of_the_ledger(
    installation, scored: AiResult, run: EngineRun, statement: str
) -> None:
    installation.store.results.add(scored, run)
    before = installation.store.ledger.between(*month(installation))
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text(statement))
    assert installation.store.ledger.between(*month(installation)) == before


def test_the_database_itself_refuses_to_bill_the_same_images_twice(
    installation, scored: AiResult, run: EngineRun
) -> None:
    installation.store.results.add(scored, run)
    installation.store.results.add(replace(scored, result_id="r-2"), run)
    with installation.store.database.writing() as session:
        session.execute(text("DROP TRIGGER ledger_refuses_update"))
    with pytest.raises(DatabaseError, match="UNIQUE"), installation.store.database.writing() as session:
        session.execute(text("UPDATE ledger SET billing = 'billed'"))


def test_a_result_is_not_kept_when_its_entry_cannot_be(
    installation, scored: AiResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("klarsyn.store.results.enter", fails)
    with pytest.raises(OSError):
        installation.store.results.add(scored)
    assert installation.store.results.count(scored.exam_id) == 0


def test_a_kill_between_result_and_entry_leaves_neither(installation, scored: AiResult) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "import klarsyn.store.results as results\nfrom klarsyn.store.records import result_from_json\n"
        "from klarsyn.store.store import Store\nimport json\n"
        "def kill(session, *_):\n    session.flush()\n    os.kill(os.getpid(), 9)\n"
        "results.enter = kill\n"
        "Store.file(Path(sys.argv[1])).results.add(result_from_json(json.loads(sys.argv[2])))\n"
    )
    from klarsyn.store.records import result_to_json

    body = json.dumps(result_to_json(scored))
    path = str(installation.settings.folders.database)
    assert subprocess.run([sys.executable, "-c", script, path, body], check=False).returncode == -9
    assert installation.store.results.count(scored.exam_id) == 0
    assert installation.store.ledger.count() == 0
    assert installation.store.ledger.faults() == []


def test_the_ledger_and_the_results_tie_after_a_day_of_every_ending(
    installation, scored: AiResult, run: EngineRun
) -> None:
    for number, status in enumerate([*ResultStatus, *ResultStatus]):
        installation.store.results.add(replace(scored, result_id=f"r-{number}", status=status), run)
    assert installation.store.ledger.faults() == []
    (line,) = statement(installation.store.ledger.between(*month(installation)))
    assert (line.runs, line.billed, line.amount) == (12, 1, Decimal("12.35"))


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "UPDATE ledger SET billing = 'failed' WHERE billing = 'billed'",
            "the bill (failed instead of billed)",
        ),
        ("UPDATE ledger SET outcome = 'failed'", "the outcome"),
        ("UPDATE ledger SET images_sha256 = 'x'", "the images"),
        ("DELETE FROM ledger", "1 rows of ai_result have no entry"),
    ],
)
def test_what_was_changed_past_the_triggers_is_found(
    installation, scored: AiResult, run: EngineRun, tampering: str, said: str
) -> None:
    installation.store.results.add(scored, run)
    with installation.store.database.writing() as session:
        session.execute(text("DROP TRIGGER ledger_refuses_update"))
        session.execute(text("DROP TRIGGER ledger_refuses_delete"))
        session.execute(text(tampering))
    (fault,) = installation.store.ledger.faults()
    assert said in fault


def test_an_entry_whose_result_is_gone_is_found(installation, scored: AiResult, run: EngineRun) -> None:
    installation.store.results.add(scored, run)
    # Another program, which has not switched foreign keys on.
    other = sqlite3.connect(installation.settings.folders.database)
    other.execute("DROP TRIGGER ai_result_refuses_delete")
    other.execute("DELETE FROM ai_result")
    other.commit()
    other.close()
    assert installation.store.ledger.faults() == ["1 entries of the ledger have no row in ai_result."]


def test_results_from_before_the_ledger_get_an_entry_that_is_not_billed(
    installation, scored: AiResult
) -> None:
    from klarsyn.store.store import Store

    installation.store.results.add(scored)
    with installation.store.database.writing() as session:
        for statement in BEFORE_REPORTS:
            session.execute(text(statement))
        session.execute(text("DROP TABLE ledger"))
        session.execute(text("DROP TABLE outcome"))
        session.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    store = Store.file(installation.settings.folders.database)
    assert store.ledger.faults() == []
    assert [e.billing for e in store.ledger.between(*month(installation))] == [Billing.BEFORE_METERING]
    store.results.add(replace(scored, result_id="r-2"), EngineRun("cad", scored.provenance.made_at, TERMS))
    assert store.ledger.billed_under("Agreement 7", "cad") == 1
    store.close()
