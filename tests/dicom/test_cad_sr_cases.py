"""CAD reports of two-dimensional views, file by file: exactly these marks, and no others."""

import pytest
from sr_all_cases import NAMES, a_case
from sr_cases import L_CC, L_MLO, R_CC, R_MLO, TRIANGLE
from sr_expected import (
    CLUSTER,
    CLUSTER_MARKS,
    COMPOSITION,
    DENSITY,
    DISTORTION,
    MASS,
    MASS_MARKS,
    NIPPLE,
)
from sr_files import write
from sr_reading import all_findings, marks, read, scores
from written_images import complaints

from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import GraphicKind, Purpose, Rendering, ReportForm, ReportStatus
from klarsyn.domain.view_names import Laterality, ViewPosition


@pytest.mark.parametrize("name", NAMES)
def test_dciodvfy_finds_no_error_in_the_file_of_a_case(name, tmp_path) -> None:
    errors, said = complaints(write(tmp_path / "case.dcm", a_case(name).dataset))
    assert not errors
    assert "CADSR" in said or "ComprehensiveSR" in said


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_case_has_no_problems(name) -> None:
    contradictory = {"says_none_but_holds_a_finding", "says_findings_but_holds_none"}
    contradictory |= {"says_none_although_all_failed", "says_all_succeeded_but_lists_a_failure"}
    contradictory |= {"says_no_detection_but_holds_a_finding"}
    problems = read(name).problems
    assert bool(problems) == (name in contradictory), problems
    assert all(each.endswith(".") for each in problems)


def test_a_report_says_who_made_it_when_and_of_which_study() -> None:
    report = read("cluster_with_calcifications")
    assert report.form is ReportForm.CAD
    assert (report.sop_instance_uid, report.study_instance_uid) == ("2.25.5501", "2.25.880000")
    assert (report.manufacturer, report.model, report.software_versions) == ("Testmaker", "Finder", "3.1")
    assert report.made_at is not None
    assert report.made_at.replace(tzinfo=None).isoformat() == "2026-01-02T08:15:00"
    assert [(a.name, a.version) for a in report.algorithms] == [("Testmaker Finder", "3.1")]


def test_the_image_library_tells_view_orientation_size_and_spacing_of_each_image() -> None:
    images = {image.sop_instance_uid: image for image in read("cluster_with_calcifications").images}
    assert list(images) == [R_CC.uid, L_CC.uid, R_MLO.uid, L_MLO.uid]
    one = images[R_MLO.uid]
    assert (one.laterality, one.view_position) == (Laterality.RIGHT, ViewPosition.MLO)
    assert one.patient_orientation == ("P", "F")
    assert (one.rows, one.columns, one.frames) == (240, 190, ())
    # 111066 is the vertical spacing, between rows; 111026 the horizontal one.
    assert one.spacing == (0.2, 0.1)


@pytest.mark.parametrize("name", ["cluster_with_calcifications", "cluster_refers_to_calcifications"])
def test_a_cluster_and_its_calcifications_stand_on_the_one_view(name) -> None:
    report = read(name)
    assert report.status is ReportStatus.FINDINGS
    assert marks(report) == sorted(CLUSTER_MARKS, key=repr)
    assert {f.lesion_type for f in all_findings(report)} == {LesionType.CALCIFICATIONS}


def test_a_cluster_tells_its_certainty_its_number_of_specks_and_its_tracking() -> None:
    cluster = next(f for f in all_findings(read("cluster_with_calcifications")) if f.kind.value == CLUSTER)
    assert scores(cluster) == [("certainty of finding", 87.0, "%")]
    assert [(f.name.value, f.text) for f in cluster.features] == [("111038", "3")]
    assert (cluster.tracking_id, cluster.tracking_uid) == ("cluster-1", "2.25.6601")
    assert cluster.algorithm is not None
    assert (cluster.algorithm.name, cluster.algorithm.version) == ("Testmaker Finder", "3.1")


def test_a_mass_is_one_finding_with_a_mark_on_each_of_its_views() -> None:
    report = read("mass_across_views")
    assert marks(report) == sorted(MASS_MARKS, key=repr)
    (mass,) = report.findings
    assert (mass.kind.value, mass.lesion_type) == (MASS, LesionType.SOFT_TISSUE)
    assert scores(mass) == [("certainty of feature", 72.0, "%")]
    assert [scores(member) for member in mass.members] == [
        [("certainty of finding", 61.0, "%")],
        [("certainty of finding", 83.5, "%")],
    ]


def test_a_distortion_is_soft_tissue_with_an_ellipse() -> None:
    (one,) = read("distortion").findings
    assert (one.kind.value, one.lesion_type) == (DISTORTION, LesionType.SOFT_TISSUE)
    assert [(r.kind, r.purpose) for r in one.regions] == [
        (GraphicKind.POINT, Purpose.CENTER),
        (GraphicKind.ELLIPSE, Purpose.OUTLINE),
    ]
    assert one.regions[1].points == ((60.5, 90.5), (80.5, 90.5), (70.5, 84.5), (70.5, 96.5))
    assert {r.sop_instance_uid for r in one.regions} == {R_MLO.uid}


def test_a_density_is_a_lesion_and_how_dense_a_breast_is_is_none() -> None:
    report = read("density_is_a_finding_and_composition_is_none")
    assert [(f.kind.value, f.lesion_type) for f in report.findings if f.lesion_type] == [
        (DENSITY, LesionType.SOFT_TISSUE)
    ]
    assert marks(report) == [(DENSITY, L_CC.uid, None, "POINT", ((50.5, 60.5),), "center")]
    (tissue,) = [f for f in report.findings if f.kind.value == COMPOSITION]
    said = {feature.name.value: feature.text for feature in tissue.features}
    assert "Heterogeneously dense" in said[COMPOSITION]
    # A percentage of tissue says nothing of how sure or how suspicious the maker is.
    assert "18.5" in said["112191"]
    assert not tissue.scores


def test_a_nipple_is_no_lesion_and_is_not_for_presentation() -> None:
    (one,) = read("nipple").findings
    assert (one.kind.value, one.lesion_type, one.rendering) == (NIPPLE, None, Rendering.NOT_FOR_PRESENTATION)
    assert one.regions[0].points == ((150.5, 118.5),)


def test_every_kind_of_graphic_keeps_its_points_as_they_stand() -> None:
    points = {region.kind: region.points for f in read("every_graphic_type").findings for region in f.regions}
    assert points[GraphicKind.CIRCLE] == ((50.5, 60.5), (62.5, 60.5))
    assert points[GraphicKind.ELLIPSE] == ((80.5, 60.5), (100.5, 60.5), (90.5, 52.5), (90.5, 68.5))
    assert points[GraphicKind.POLYLINE] == TRIANGLE
    assert points[GraphicKind.MULTIPOINT] == ((41.5, 51.5), (43.5, 57.5), (48.5, 52.5))
    assert len(marks(read("every_graphic_type"))) == 8


def test_numbers_of_a_finding_are_kept_apart_by_what_they_are() -> None:
    (one,) = read("every_kind_of_number").findings
    assert sorted(scores(one)) == [
        ("certainty of finding", 35.0, "%"),
        ("other", 0.625, "1"),
        ("probability of cancer", 7.5, "%"),
    ]
    (own,) = [s for s in one.scores if s.concept.value == "other"]
    assert (own.name.value, own.name.scheme, own.name.meaning) == ("99-score", "99TESTMAKER", "Lesion score")


def test_numbers_and_words_of_the_exam_are_not_those_of_a_finding() -> None:
    report = read("every_kind_of_number")
    numbers = {(s.name.value, s.value, s.unit) for s in report.scores if s.value is not None}
    assert numbers == {("111013", 66.0, "%"), ("99-exam", 8.0, "{score}")}
    assert "Score 7 of 10" in report.texts
    assert "elevated" in report.texts or ("99-risk", "elevated") in {
        (s.name.value, s.text) for s in report.scores
    }


def test_rendering_is_the_findings_own_or_that_of_what_it_stands_under() -> None:
    report = read("intents_of_their_own_and_inherited")
    assert {(f.kind.value, f.rendering) for f in report.findings} == {
        (CLUSTER, Rendering.OPTIONAL),
        (DENSITY, Rendering.OPTIONAL),
        (MASS, Rendering.OPTIONAL),
        (DISTORTION, Rendering.NOT_FOR_PRESENTATION),
    }
    (mass,) = [f for f in report.findings if f.is_composite]
    assert {member.rendering for member in mass.members} == {Rendering.OPTIONAL}


def test_operating_points_are_told_with_their_words() -> None:
    report = read("with_operating_points")
    told = [(p.number, p.description) for p in report.operating_points if p.description]
    assert told == [(1.0, "few false marks"), (2.0, "balanced"), (3.0, "few misses")]
    assert {f.kind.value: f.rendering for f in report.findings} == {
        CLUSTER: Rendering.REQUIRED,
        DENSITY: Rendering.OPTIONAL,
    }
