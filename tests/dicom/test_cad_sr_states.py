"""What a CAD report says of its own completeness, who looked for what, and in which letters and codes."""

import pytest
from sr_cases import L_CC, L_MLO, R_CC, R_MLO
from sr_expected import CLUSTER, CLUSTER_MARKS, DENSITY, MASS_MARKS, NIPPLE
from sr_reading import marks, read
from sr_state_cases import JAPANESE, SWEDISH

from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import ReportForm, ReportStatus
from klarsyn.domain.view_names import Laterality, ViewModifier, ViewPosition


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("no_findings", ReportStatus.NO_FINDINGS),
        ("failed", ReportStatus.FAILED),
        ("partial_with_findings", ReportStatus.PARTIAL),
        ("partial_without_findings", ReportStatus.PARTIAL),
        ("not_attempted", ReportStatus.NOT_ATTEMPTED),
        ("cluster_with_calcifications", ReportStatus.FINDINGS),
        ("two_algorithms", ReportStatus.PARTIAL),
    ],
)
def test_each_way_to_end_is_told_apart(name, status) -> None:
    report = read(name)
    assert report.status is status
    assert bool(report.reason) == (status not in (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS))


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    "name",
    [
        "says_none_but_holds_a_finding",
        "says_findings_but_holds_none",
        "says_none_although_all_failed",
        "says_all_succeeded_but_lists_a_failure",
        "says_no_detection_but_holds_a_finding",
    ],
)
def test_a_report_that_contradicts_itself_never_counts_as_no_findings(name) -> None:
    report = read(name)
    assert report.status is not ReportStatus.NO_FINDINGS
    assert report.problems


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("says_all_succeeded_but_lists_a_failure", "lists as failed: Calcification Cluster"),
        ("says_no_detection_but_holds_a_finding", "no detection was attempted"),
    ],
)
def test_what_failed_or_was_not_tried_is_no_whole_report_whatever_its_codes_say(name, what) -> None:
    report = read(name)
    assert report.status is ReportStatus.PARTIAL
    assert what in report.reason


def test_a_finding_that_the_summary_denies_is_kept() -> None:
    found = [(CLUSTER, R_CC.uid, None, "POINT", ((50.5, 60.5),), "center")]
    assert marks(read("says_none_but_holds_a_finding")) == found


def test_a_report_without_findings_has_no_marks() -> None:
    assert not read("no_findings").findings
    assert not read("failed").findings


def test_a_partial_report_says_what_failed_on_which_image() -> None:
    tried = [(a.what.value, a.status, set(a.images)) for a in read("partial_with_findings").attempts]
    assert (DENSITY, ReportStatus.FAILED, {R_MLO.uid}) in tried
    succeeded = [(what, images) for what, status, images in tried if status is ReportStatus.FINDINGS]
    succeeded += [(what, images) for what, status, images in tried if status is ReportStatus.NO_FINDINGS]
    assert {what for what, _ in succeeded} == {CLUSTER, DENSITY}
    assert (DENSITY, {R_CC.uid, L_CC.uid, L_MLO.uid}) in succeeded
    assert marks(read("partial_with_findings"))


def test_detections_and_analyses_are_told_apart() -> None:
    attempts = read("cluster_with_calcifications").attempts
    assert [a.what.value for a in attempts if a.analysis] == ["133884007"]
    assert {a.what.value for a in attempts if not a.analysis} == {CLUSTER, DENSITY}


def test_each_finding_names_the_algorithm_that_found_it() -> None:
    report = read("two_algorithms")
    by = {f.kind.value: f.algorithm for f in report.findings}
    assert (by[CLUSTER].name, by[CLUSTER].version) == ("Speck Finder", "2.0")
    assert (by[DENSITY].name, by[DENSITY].version) == ("Mass Finder", "4.1")
    assert by[DENSITY].parameters == ("mode=sensitive", "model=b7")
    assert {a.name for a in report.algorithms} == {"Speck Finder", "Mass Finder"}


def test_names_in_other_letters_are_read_as_they_were_written() -> None:
    report = read("names_in_unicode")
    assert (report.manufacturer, report.model) == ("Ögonblick AB", "Läsaren")
    assert report.findings[0].algorithm.name == JAPANESE
    assert report.texts == ("Förhöjd risk: 7 av 10",)
    latin = read("names_in_latin_1")
    assert (latin.manufacturer, latin.findings[0].algorithm.name) == ("Ögonblick AB", SWEDISH)


def test_the_same_tree_in_a_comprehensive_sr_is_read_as_cad() -> None:
    report = read("in_a_comprehensive_sr")
    assert report.form is ReportForm.CAD
    assert report.sop_class_uid == "1.2.840.10008.5.1.4.1.1.88.33"
    circle = (CLUSTER, R_CC.uid, None, "CIRCLE", ((50.5, 60.5), (62.5, 60.5)), "outline")
    assert marks(report) == sorted([CLUSTER_MARKS[0], circle, *CLUSTER_MARKS[2:]], key=repr)


@pytest.mark.parametrize("name", ["in_srt_codes", "in_snm3_codes", "in_99sdm_codes", "in_retired_dcm_codes"])
def test_old_codes_mean_the_same_lesions_on_the_same_views(name) -> None:
    report = read(name)
    families = [f.lesion_type for f in report.findings]
    assert families == [LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE, None]
    places = [(*CLUSTER_MARKS[0][1:],), *((*mark[1:],) for mark in MASS_MARKS)]
    places.append((L_CC.uid, None, "POINT", ((150.5, 118.5),), "center"))
    assert sorted(mark[1:] for mark in marks(report)) == sorted(places)
    last = report.image(L_MLO.uid)
    assert (last.laterality, last.view_position) == (Laterality.LEFT, ViewPosition.MLO)
    assert last.modifiers == (ViewModifier.SPOT,)


def test_a_code_is_told_as_it_stands_in_the_file() -> None:
    nipple = read("in_srt_codes").findings[-1]
    assert (nipple.kind.value, nipple.kind.scheme) == ("T-04100", "SRT")
    modern = read("nipple").findings[-1]
    assert (modern.kind.value, modern.kind.scheme) == (NIPPLE, "SCT")
