"""The second maker's report is a file like any other maker's: read, recognised and understood by its rule."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from second_maker import truth_of
from small_mammograms import COLUMNS, ROWS, write_exam
from written_images import complaints

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.report_reader import read_report
from klarsyn.domain.finding import IntendedUse
from klarsyn.domain.reports.cad_report import ReportFinding
from klarsyn.domain.reports.vendor_rule import Scores, choose_rule
from klarsyn.domain.reports.vendor_scores import exam_number, finding_number
from klarsyn.intake.vendor_rules import load_vendor_rules
from klarsyn.simulation import second_vendor
from klarsyn.simulation.lists.truth import SimulatedExam
from klarsyn.simulation.second_vendor import Behaviour, report_of
from klarsyn.simulation.second_vendor_file import add_report


@pytest.fixture
def exam(tmp_path: Path, monkeypatch) -> SimulatedExam:
    """Four small images with a mass in the middle of each, of which it sees what it sees, and more."""
    behaves = Behaviour(answers=True, blind=False, hallucinates=True)
    monkeypatch.setattr(second_vendor, "behaviour_of", lambda _name, _seed: behaves)
    write_exam(tmp_path / "exam")
    files = sorted((tmp_path / "exam").glob("*.dcm"))
    images = tuple(read_instance(file).image for file in files)
    truth = truth_of(images, centre=(COLUMNS / 2, ROWS / 2), study=images[0].study_instance_uid)
    truth = replace(truth, files={file.name: file.stat().st_size for file in files})
    return SimulatedExam(tmp_path / "exam", truth)


def parts(finding: ReportFinding) -> list[ReportFinding]:
    """The findings on one image that a finding consists of."""
    return [part for one in finding.members for part in parts(one)] or [finding]


def images_of(exam: SimulatedExam) -> list:
    return [read_instance(file).image for file in exam.files]


def test_what_is_read_from_the_file_is_what_it_reported(exam):
    made = report_of(exam.truth, images_of(exam), 3)
    received = read_report(add_report(exam, 3))

    report = received.report
    assert made.findings
    assert [(f.kind, f.scores, f.regions) for f in report.findings] == [
        (f.kind, f.scores, f.regions) for f in made.findings
    ]
    # In the file, a composite of more than two parts is one of composites (TID 4004).
    assert [[m.regions for m in parts(f)] for f in report.findings] == [
        [m.regions for m in parts(f)] for f in made.findings
    ]
    assert (report.scores, report.status, report.problems) == (made.scores, made.status, ())
    assert received.patient == read_instance(exam.files[0]).patient


def test_its_rule_makes_provisional_scores_for_a_demonstration_only(exam):
    report = read_report(add_report(exam, 3)).report
    rule = choose_rule(load_vendor_rules().rules, report)

    number, why = exam_number(report, rule)

    assert (rule.name, rule.intended_use, rule.scores) == (
        "simulated",
        IntendedUse.DEMONSTRATION,
        Scores.UNCALIBRATED,
    )
    assert not rule.trusted
    assert (number.value, why) == (math.ceil(report.scores[0].value / 10), "")
    for finding in report.findings:
        assert finding_number(finding.scores, rule)[0] == math.floor(finding.scores[0].value + 0.5)


def test_dciodvfy_finds_no_error_in_it(exam):
    assert complaints(add_report(exam, 3))[0] == []


def test_once_written_it_stays(exam):
    path = add_report(exam, 3)
    before = path.stat().st_mtime_ns
    assert add_report(exam, 4) == path
    assert path.stat().st_mtime_ns == before


def test_where_it_sends_none_there_is_no_file(exam, monkeypatch):
    monkeypatch.setattr(second_vendor, "behaviour_of", lambda _name, _seed: Behaviour(False, False, False))
    before = set(exam.folder.iterdir())
    assert add_report(exam, 3) is None
    assert set(exam.folder.iterdir()) == before
