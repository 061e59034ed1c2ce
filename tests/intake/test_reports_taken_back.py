"""Reports that no longer count, or count less: rules taken back, lesser reports, identities told apart."""

from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from arriving_reports import POLICY, Incoming, incoming
from small_mammograms import ALL_VIEWS, write_exam

from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.reports.cad_report import CadReport, ReportStatus

__all__ = ["incoming"]
SITE = replace(POLICY, result_sources=("wise", "calm"))


def deleted(rule: Path) -> None:
    rule.unlink()


def broken(rule: Path) -> None:
    rule.write_text("format = 1\nnonsense")


def unknown_word(rule: Path) -> None:
    rule.write_text(rule.read_text().replace('"percent"', '"stars"'))


def renamed_and_not_trusted(rule: Path) -> None:
    rule.with_name("wiser.toml").write_text(rule.read_text().replace("trust = true", "trust = false"))
    rule.unlink()


def says_nothing(report: CadReport) -> CadReport:
    return replace(report, findings=(), status=ReportStatus.NOT_ATTEMPTED, attempts=())


@pytest.mark.invariant(7)
@pytest.mark.parametrize("policy", [POLICY, SITE])
@pytest.mark.parametrize("taken_back", [deleted, broken, unknown_word, renamed_and_not_trusted])
def test_a_score_of_a_rule_that_was_taken_back_is_read_by_two_with_the_next_import_of_anything(
    incoming: Incoming, taken_back, policy
) -> None:
    incoming.rule()
    incoming.report(incoming.images(), 15.0)
    incoming.bring()
    assert incoming.queue(policy)[0].required.count == 1
    taken_back(incoming.installation.settings.folders.root / "vendors" / "wise.toml")
    incoming.folder = incoming.folder.with_name("of another day")
    incoming.images(7)
    incoming.bring()
    assert [row.required.count for row in incoming.queue(policy)] == [2, 2]
    exams = [e.exam_id for e in incoming.installation.store.exams.many()]
    results = incoming.installation.store.results.of_exams(exams)
    assert [r.provenance.source == "wise" for found in results.values() for r in found] == [False]


@pytest.mark.invariant(7)
def test_a_later_report_that_nothing_was_attempted_takes_no_score_away_and_two_read(
    incoming: Incoming,
) -> None:
    incoming.rule("Wise")
    incoming.rule("Calm")
    files = incoming.images()
    incoming.report(files, 95.0, "Wise", 1)
    incoming.report(files, 15.0, "Calm", 5)
    incoming.report(files, None, "Wise", 9, changed=says_nothing)
    incoming.bring()
    (row,) = incoming.queue(SITE)
    assert (row.score_text, row.required.count) == ("10", 2)
    assert "nothing was attempted" in row.place.full_reason
    assert [len(r.findings) for r in row.choice.ordered] == [1, 0, 1]


@pytest.mark.invariant(7)
def test_a_better_source_that_did_not_look_leaves_no_exam_to_one_reader(incoming: Incoming) -> None:
    incoming.rule("Wise")
    incoming.rule("Calm")
    files = incoming.images()
    incoming.report(files, 15.0, "Calm", 5)
    incoming.report(files, None, "Wise", 9, changed=says_nothing)
    incoming.bring()
    (row,) = incoming.queue(SITE)
    assert (row.score_text, row.required.count) == ("2", 2)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_of_two_reports_on_a_part_each_the_more_suspicious_lifts_it(
    incoming: Incoming,
) -> None:
    incoming.rule()
    files = incoming.images()
    incoming.report(files[:2], 95.0, number=1)
    incoming.report(files[2:], 15.0, number=2)
    incoming.bring()
    assert [(r.status, len(r.findings)) for r in incoming.results()] == [(ResultStatus.PARTIAL, 1)] * 2
    (row,) = incoming.queue()
    assert (row.place.entry.part_score, row.required.count) == (10, 2)


def test_a_report_whose_patient_is_no_longer_sure_is_held_and_its_result_gone(incoming: Incoming) -> None:
    incoming.rule()
    files = incoming.images(0, ALL_VIEWS)
    incoming.report(files, 15.0, PatientID="", PatientName="", PatientBirthDate="")
    incoming.bring()
    (shown,) = incoming.results()
    assert incoming.queue()[0].required.count == 1
    (other,) = write_exam(
        incoming.folder / "other", 5, (("R", "CC"),), PatientID="OTHER-9", PatientName="Other^Berit"
    )
    ds = pydicom.dcmread(other)
    ds.StudyInstanceUID = pydicom.dcmread(files[0]).StudyInstanceUID
    ds.save_as(other)
    store = incoming.installation.store
    assert incoming.bring().held == 1
    assert [row.score_text for row in incoming.queue()] == ["not scored"] * 2
    assert store.results.of_exams(e.exam_id for e in store.exams.many()) == {}
    assert store.results.get(shown.result_id) is None
    assert store.results.count(shown.exam_id) == 1, "the row stays"


def test_a_report_that_names_her_stays_with_her_exam_when_another_womans_image_comes(
    incoming: Incoming,
) -> None:
    incoming.rule()
    files = incoming.images()
    incoming.report(files, 15.0)
    incoming.bring()
    (shown,) = incoming.results()
    (other,) = write_exam(
        incoming.folder / "other", 5, (("R", "CC"),), PatientID="OTHER-9", PatientName="Other^Berit"
    )
    ds = pydicom.dcmread(other)
    ds.StudyInstanceUID = pydicom.dcmread(files[0]).StudyInstanceUID
    ds.save_as(other)
    incoming.bring()
    found = incoming.installation.store.results.of_exams([shown.exam_id])
    assert [r.result_id for r in found[shown.exam_id]] == [shown.result_id]
