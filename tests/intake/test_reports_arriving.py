"""Reports that an import brings: kept, joined to their exam, read as results, and never another woman's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from arriving_reports import POLICY, Incoming, incoming
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.finding import ResultOrigin, ResultStatus
from klarsyn.intake import report_linking

__all__ = ["incoming"]


def test_a_report_beside_its_images_is_a_result_of_its_maker(incoming: Incoming) -> None:
    incoming.rule()
    incoming.report(incoming.images(), 25.0)
    summary = incoming.bring()
    (result,) = incoming.results()
    assert (len(summary.reports), summary.quarantined, summary.files) == (1, 0, 5)
    assert "1 reports" in str(summary)
    made = result.provenance
    assert (made.origin, made.source, made.engine, made.version) == (
        ResultOrigin.REPORT, "wise", "Wise", "2.1",
    )  # fmt: skip
    assert (result.status, result.score.value, result.score.provisional) == (ResultStatus.SCORED, 3, False)
    assert [len(f.marks) for f in result.findings] == [1]
    assert incoming.installation.store.ledger.faults() == []


def test_a_report_that_comes_before_its_images_waits_for_them(incoming: Incoming) -> None:
    incoming.rule()
    files = incoming.images()
    incoming.report(files)
    away = [path.rename(path.with_suffix(".later")) for path in files]
    hidden = incoming.folder.parent / "away"
    hidden.mkdir()
    moved = [path.rename(hidden / path.name) for path in away]
    incoming.bring()
    assert incoming.installation.store.exams.many() == []
    assert incoming.installation.store.reports.count() == 1
    for source, path in zip(moved, files, strict=True):
        source.rename(path)
    incoming.bring()
    (result,) = incoming.results()
    assert result.score.value == 3


@pytest.mark.invariant(7)
def test_images_that_come_after_a_report_make_it_speak_of_a_part_and_two_read(incoming: Incoming) -> None:
    incoming.rule()
    first = incoming.images(0, (("R", "CC"), ("L", "CC")))
    incoming.report(first, 15.0)
    incoming.bring()
    assert incoming.results()[0].is_scored
    incoming.images(0)
    incoming.bring()
    (result,) = incoming.results()
    assert result.status is ResultStatus.PARTIAL
    assert "R MLO" in result.reason
    (row,) = incoming.queue()
    assert (row.score_text, row.required.count) == ("not scored", 2)
    assert incoming.installation.store.results.count(incoming.exam().exam_id) == 2


def test_a_report_that_is_sent_again_is_the_same_report(incoming: Incoming) -> None:
    incoming.rule()
    path = incoming.report(incoming.images())
    incoming.bring()
    (incoming.folder / "again.dcm").write_bytes(path.read_bytes())
    summary = incoming.bring()
    assert (len(summary.reports), summary.quarantined) == (1, 0)
    assert incoming.installation.store.results.count(incoming.exam().exam_id) == 1


def test_another_content_under_the_same_uid_is_quarantined_and_the_first_stays(incoming: Incoming) -> None:
    incoming.rule()
    files = incoming.images()
    incoming.report(files, 25.0)
    incoming.bring()
    incoming.report(files, 95.0)
    assert incoming.bring().quarantined == 1
    (held,) = incoming.installation.store.arrivals.quarantined()
    assert "report with the same SOPInstanceUID" in held.reason
    assert incoming.results()[0].score.value == 3


def test_a_newer_report_of_the_same_maker_takes_the_place_of_the_older_whatever_comes_first(
    incoming: Incoming,
) -> None:
    incoming.rule()
    files = incoming.images()
    incoming.report(files, 85.0, number=2)
    incoming.bring()
    incoming.report(files, 25.0, number=1)
    incoming.bring()
    (result,) = incoming.results()
    assert result.score.value == 9
    assert incoming.installation.store.results.count(incoming.exam().exam_id) == 2


def test_two_makers_stand_beside_each_other(incoming: Incoming) -> None:
    incoming.rule("Wise")
    incoming.rule("Calm", trust=False)
    files = incoming.images()
    incoming.report(files, 85.0, "Wise", 1)
    incoming.report(files, 25.0, "Calm", 2)
    incoming.bring()
    assert {r.provenance.source: r.score.value for r in incoming.results()} == {"wise": 9, "calm": 3}


@pytest.mark.invariant(7)
def test_without_the_sites_trust_every_result_of_a_report_is_provisional_and_two_read(
    incoming: Incoming,
) -> None:
    incoming.rule(trust=False)
    incoming.report(incoming.images())
    incoming.bring()
    (row,) = incoming.queue()
    assert (row.score_text, row.required.count) == ("3 provisional", 2)


@pytest.mark.invariant(7)
def test_another_edition_of_a_makers_rule_reads_its_reports_anew_and_without_it_none_is_trusted(
    incoming: Incoming, installation
) -> None:
    from klarsyn.intake.scorer import Scorer

    incoming.rule(trust=True)
    incoming.report(incoming.images())
    incoming.bring()
    assert incoming.queue()[0].required.count == 1
    incoming.rule(trust=False)
    site = installation.with_settings(engine_runs="where_no_report", engine="not-installed")
    for count in (2, 2):
        Scorer(site.store, site.settings, site.clock).run()
        assert incoming.queue()[0].required.count == 2
        assert installation.store.results.count(incoming.exam().exam_id) == count
    incoming.rule(trust=True)
    Scorer(site.store, site.settings, site.clock).run()
    assert incoming.queue()[0].required.count == 1


@pytest.mark.parametrize("report_first", [True, False])
def test_a_report_of_another_patient_never_meets_the_exam_and_is_listed_with_the_reason(
    incoming: Incoming, report_first: bool
) -> None:
    incoming.rule()
    files = incoming.images()
    incoming.report(files, PatientID="another", PatientName="Annan^Berit", PatientBirthDate="19700101")
    if report_first:
        kept = [(path, path.read_bytes()) for path in files]
        for path in files:
            path.unlink()
        incoming.bring()
        for path, content in kept:
            path.write_bytes(content)
    summary = incoming.bring()
    assert (summary.held, incoming.results()) == (1, ())
    assert "could not be joined" in str(summary)
    (held,) = incoming.installation.store.arrivals.quarantined()
    assert "another patient" in held.reason
    assert "Berit" not in held.reason
    assert incoming.queue()[0].score_text == "not scored"
    assert incoming.bring().held == 1


def test_a_damaged_report_is_quarantined_and_stops_nothing(incoming: Incoming) -> None:
    files = incoming.images()
    path = incoming.report(files)
    path.write_bytes(path.read_bytes()[:900])
    summary = incoming.bring()
    assert (summary.new, summary.quarantined) == (4, 1)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_report_that_cannot_be_read_as_a_result(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ArithmeticError("no")

    monkeypatch.setattr(report_linking, "result_of", fails)
    incoming.report(incoming.images())
    assert incoming.bring().new == 4
    (result,) = incoming.results()
    assert result.status is ResultStatus.FAILED
    (row,) = incoming.queue()
    assert (row.score_text, row.required.count) == ("not scored", 2)


def test_a_report_of_another_study_waits_for_it_and_touches_no_exam(incoming: Incoming) -> None:
    incoming.report(incoming.images(), StudyInstanceUID="2.25.1")
    incoming.bring()
    assert incoming.results() == ()


@pytest.mark.invariant(5)
@pytest.mark.parametrize("table", ["received_report", "report_conversion", "received_document"])
def test_rows_of_reports_are_append_only(incoming: Incoming, installation, table: str) -> None:
    incoming.report(incoming.images())
    incoming.bring()
    names = {"report_conversion": "number", "received_report": "maker", "received_document": "maker"}
    if table == "received_document":
        with installation.store.database.writing() as session:
            columns = ", ".join(
                c[1] for c in session.execute(text("PRAGMA table_info(received_report)")).all()
            )
            session.execute(text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM received_report"))
    for statement in (
        f"UPDATE {table} SET {names[table]} = {names[table]}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as s:
            s.execute(text(statement))


def test_reports_of_an_older_database_column_read_as_engines(incoming: Incoming, installation) -> None:
    incoming.rule()
    incoming.report(incoming.images())
    incoming.bring()
    (report,) = incoming.results()
    old = replace(
        report, result_id="old", provenance=replace(report.provenance, origin=ResultOrigin.ENGINE, source="")
    )
    installation.store.results.add(old)
    assert installation.store.results.latest() == {old.exam_id: old}
    assert [r.result_id for r in incoming.results()] == ["old", report.result_id]


def test_what_comes_late_changes_the_queue_of_who_has_not_seen_it(incoming: Incoming, installation) -> None:
    incoming.rule()
    low, high = incoming.images(0), incoming.images(1)
    incoming.report(low, 15.0)
    incoming.bring()
    installation.clock.advance(timedelta(minutes=5))
    incoming.report(high, 95.0, number=2)
    incoming.bring()
    first, second = incoming.queue(replace(POLICY, provisional_orders_down=True))
    assert (first.score_text, second.score_text) == ("10", "2")
    assert "score 10 by Wise 2.1" in first.place.full_reason


def test_the_engine_is_spared_exams_that_a_report_scores_where_the_site_says_so(
    incoming: Incoming, installation
) -> None:
    from klarsyn.intake.scorer import Scorer

    incoming.rule("Wise")
    reported, other, failed = (incoming.images(number) for number in range(3))
    incoming.report(reported, 25.0, number=1)
    incoming.report(failed, None, number=3)
    incoming.bring()
    keys = {e.exam_id: e.images[0].study_instance_uid for e in installation.store.exams.many()}

    def waiting(**settings: object) -> list[str]:
        site = installation.with_settings(**settings)
        return sorted(keys[e.exam_id] for e in Scorer(site.store, site.settings, site.clock).pending())

    studies = sorted(keys.values())
    assert waiting() == studies, "reports are no results of the engine"
    assert waiting(engine_runs="where_no_report") == studies[1:]
    assert waiting(engine_runs="where_no_report", result_sources=("engine", "wise")) == studies[1:]
    assert waiting(engine_runs="where_no_report", result_sources=("engine",)) == studies
    assert other
