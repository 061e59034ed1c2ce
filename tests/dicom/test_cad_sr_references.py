"""CAD reports that point: at frames of tomosynthesis, at raw images, forward, back, and by value."""

import pytest
from sr_cases import L_CC, L_MLO, R_CC, SQUARE, TRIANGLE
from sr_expected import CLUSTER, DENSITY, MASS, MASS_MARKS
from sr_mammography import FOR_PROCESSING, TOMOSYNTHESIS
from sr_reading import all_findings, marks, read, scores
from sr_reference_cases import RAW_CC, SLICES_CC, SLICES_MLO

from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import Rendering, ReportStatus


def test_a_lesion_on_key_frames_has_its_marks_on_exactly_those_frames() -> None:
    report = read("on_key_frames")
    (mass,) = report.findings
    assert mass.kind.value == MASS
    where = [(SLICES_CC.uid, 12), (SLICES_CC.uid, 31), (SLICES_MLO.uid, 40)]
    expected = []
    for n, (uid, frame) in enumerate(where):
        middle = (1000.5 + n, 900.5)
        expected.append((DENSITY, uid, frame, "POINT", (middle,), "center"))
        expected.append((DENSITY, uid, frame, "CIRCLE", (middle, (1040.5 + n, 900.5)), "outline"))
    assert marks(report) == sorted(expected, key=repr)
    assert [score for member in mass.members for _, score, _ in scores(member)] == [50.0, 51.0, 52.0]


def test_the_library_of_tomosynthesis_is_one_image_for_each_stack_with_its_frames() -> None:
    report = read("on_key_frames")
    frames: dict[str, set[int]] = {}
    for image in report.images:
        frames.setdefault(image.sop_instance_uid, set()).update(image.frames)
        assert (image.sop_class_uid, image.rows, image.columns) == (TOMOSYNTHESIS, 2457, 1996)
    assert frames == {SLICES_CC.uid: {12, 31}, SLICES_MLO.uid: {40}}
    assert report.image(SLICES_CC.uid).frames == (12, 31)


def test_a_frame_may_be_named_beside_the_library() -> None:
    expected = [(DENSITY, SLICES_CC.uid, 17, "POINT", ((1000.5, 900.5),), "center")]
    assert marks(read("on_a_frame_named_beside_the_library")) == expected


@pytest.mark.invariant(3)
def test_a_region_on_several_frames_stands_on_each_of_them_or_is_listed() -> None:
    report = read("on_several_frames_at_once")
    frames = [mark[2] for mark in marks(report)]
    assert frames == [17, 18] or (not frames and report.findings[0].unusable)


def test_images_may_be_held_by_value() -> None:
    expected = []
    for seen in (R_CC, L_MLO):
        expected.append((CLUSTER, seen.uid, None, "POINT", ((30.5, 40.5),), "center"))
        expected.append((CLUSTER, seen.uid, None, "POLYLINE", SQUARE, "outline"))
    assert marks(read("images_by_value")) == sorted(expected, key=repr)


def test_references_may_point_forward_in_the_tree() -> None:
    report = read("library_behind_the_findings")
    assert marks(report) == [(CLUSTER, R_CC.uid, None, "POINT", ((50.5, 60.5),), "center")]
    assert len(report.images) == 4


def test_a_composite_holds_its_members_whether_they_stand_before_or_behind_it() -> None:
    report = read("composite_refers_forward_and_back")
    (mass,) = [f for f in report.findings if f.is_composite]
    found = [
        (f.kind.value, r.sop_instance_uid, r.frame, r.kind.value, r.points, r.purpose.value)
        for f in mass.members
        for r in f.regions
    ]
    assert found == MASS_MARKS


def test_a_finding_that_a_composite_refers_to_is_not_listed_twice() -> None:
    assert marks(read("composite_refers_forward_and_back")) == sorted(MASS_MARKS, key=repr)


@pytest.mark.invariant(3)
def test_a_region_on_a_raw_image_names_the_raw_image_and_no_other() -> None:
    report = read("on_for_processing_images")
    assert marks(report) == [
        (DENSITY, RAW_CC.uid, None, "POINT", ((139.5, 179.5),), "center"),
        (DENSITY, RAW_CC.uid, None, "POLYLINE", SQUARE, "outline"),
    ]
    (image,) = report.images
    assert (image.sop_class_uid, image.patient_orientation) == (FOR_PROCESSING, ("P", "L"))


def test_a_style_of_scored_regions_is_read() -> None:
    report = read("style_of_scored_regions")
    mass, cluster = report.findings
    assert (mass.is_composite, mass.lesion_type) == (True, LesionType.SOFT_TISSUE)
    assert cluster.lesion_type is LesionType.CALCIFICATIONS
    assert [(s.name.value, s.value, s.unit) for s in report.scores] == [("111013", 91.0, "%")]
    square = [
        (CLUSTER, R_CC.uid, None, "POINT", ((50.5, 60.5),), "center"),
        (CLUSTER, R_CC.uid, None, "POLYLINE", SQUARE, "outline"),
    ]
    assert marks(report) == sorted([*MASS_MARKS, *square], key=repr)
    assert L_CC.uid in {mark[1] for mark in marks(report)}


def test_a_style_of_symbols_is_read() -> None:
    report = read("style_of_symbols")
    star, triangle = report.findings
    assert (star.rendering, triangle.rendering) == (Rendering.REQUIRED, Rendering.OPTIONAL)
    assert (star.lesion_type, triangle.lesion_type) == (LesionType.SOFT_TISSUE, LesionType.CALCIFICATIONS)
    assert [r.points for r in star.regions] == [((70.5, 80.5),), TRIANGLE]
    assert [r.points for r in triangle.regions] == [((20.5, 30.5),)]
    assert not star.scores
    assert {mark[1] for mark in marks(report)} == {RAW_CC.uid}


def test_a_style_of_slices_is_read() -> None:
    report = read("style_of_slices")
    assert report.status is ReportStatus.FINDINGS
    assert [(s.name.scheme, s.name.value, s.value) for s in report.scores] == [
        ("99STYLEC", "CASE_SCORE", 62.0)
    ]
    assert report.texts == ("B",)
    frames = {(mark[1], mark[2]) for mark in marks(report)}
    assert frames == {(SLICES_CC.uid, 31), (SLICES_MLO.uid, 40)}
    members = [f for f in all_findings(report) if not f.is_composite]
    assert [scores(f) for f in members] == [[("probability of cancer", 44.0, "%")]] * 2
    assert {feature.text for f in members for feature in f.features} == {"Spiculated lesion"}
