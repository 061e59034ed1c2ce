"""Results of several sources as rows, and databases from before there were any but engines'."""

from dataclasses import replace
from datetime import timedelta

import pytest
from older_schemas import BEFORE_REPORTS
from sqlalchemy import text

from klarsyn.domain.finding import AiResult, ResultOrigin, ResultStatus
from klarsyn.intake.linking import failed_result
from klarsyn.store.store import Store


@pytest.fixture
def engines(installation, import_exams) -> AiResult:
    import_exams(1)
    (exam,) = installation.store.exams.many()
    made = failed_result(exam, "cad", ResultStatus.FAILED, "why", installation.clock.now())
    installation.store.results.add(made)
    return made


def said_by(result: AiResult, source: str, minutes: int, origin=ResultOrigin.REPORT) -> AiResult:
    made = result.provenance
    at = made.made_at + timedelta(minutes=minutes)
    return replace(
        result,
        result_id=f"{source}-{minutes}",
        provenance=replace(made, origin=origin, source=source, made_at=at),
    )


def test_a_database_from_before_reports_reads_its_results_as_those_of_engines(installation, engines) -> None:
    with installation.store.database.writing() as session:
        for statement in BEFORE_REPORTS:
            session.execute(text(statement))
    installation.store.close()
    opened = Store.file(installation.settings.folders.database)
    assert opened.results.latest() == {engines.exam_id: engines}
    assert opened.results.of_exams([engines.exam_id]) == {engines.exam_id: (engines,)}
    assert opened.reports.count() == 0
    opened.close()


def test_of_each_maker_the_newest_report_and_of_engines_the_newest_result(installation, engines) -> None:
    newer = said_by(engines, "other", 5, ResultOrigin.ENGINE)
    reports = [said_by(engines, "wise", 3), said_by(engines, "wise", 1), said_by(engines, "calm", 9)]
    for result in (newer, *reports):
        installation.store.results.add(result)
    found = installation.store.results.of_exams([engines.exam_id])[engines.exam_id]
    assert [r.result_id for r in found] == ["other-5", "calm-9", "wise-3"]


@pytest.mark.invariant(1)
def test_no_exam_is_lost_a_report_is_no_result_of_the_engine(installation, engines) -> None:
    installation.store.results.add(said_by(engines, "wise", 60))
    assert installation.store.results.latest() == {engines.exam_id: engines}


def test_a_report_is_no_run_that_is_metered(installation, engines) -> None:
    installation.store.results.add(said_by(engines, "wise", 1))
    assert installation.store.ledger.count() == 1
    assert installation.store.ledger.faults() == []


def test_an_exam_without_any_result_is_not_among_them(installation, import_exams) -> None:
    (exam_id,) = import_exams(1)
    assert installation.store.results.of_exams([exam_id]) == {}
