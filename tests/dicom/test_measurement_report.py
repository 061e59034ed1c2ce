"""A measurement report (TID 1500) says where, how sure, and by whom; that there is nothing only in words."""

import other_report_files as files
import pytest
from other_report_files import (
    content,
    evaluations,
    group,
    library,
    library_group,
    measurements,
    on_image,
    reference,
    region,
    structured,
)

from klarsyn.dicom.measurements.report import measurement_report
from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    CadReport,
    GraphicKind,
    Purpose,
    ReportForm,
    ReportStatus,
    ScoreConcept,
)

SQUARE = (10, 20, 30, 20, 30, 40, 10, 40, 10, 20)
ABSENT, PRESENT = ("272519000", "SCT", "Absent"), ("52101004", "SCT", "Present")
FINDING = ("121071", "DCM", "Finding")
PROBABILITY = ("111047", "DCM", "Probability of cancer")


def read(*children, **more) -> CadReport:
    return measurement_report(structured(*children, **more))


def with_groups(*groups) -> CadReport:
    return read(measurements(*groups))


def a_square(*frames: int, instance: str = files.IMAGE):
    return region("POLYLINE", SQUARE, on_image(reference(instance, files.MAMMOGRAM, *frames)))


def test_a_planar_region_is_an_outline_of_a_finding_with_its_name_and_tracking():
    report = with_groups(group(a_square()))
    assert (report.form, report.status, report.problems) == (
        ReportForm.MEASUREMENTS,
        ReportStatus.FINDINGS,
        (),
    )
    (finding,) = report.findings
    assert (finding.kind.value, finding.lesion_type) == ("4147007", LesionType.SOFT_TISSUE)
    assert (finding.tracking_id, finding.tracking_uid) == ("lesion 1", "2.25.881")
    (mark,) = finding.regions
    assert (mark.sop_instance_uid, mark.frame, mark.kind, mark.purpose) == (
        files.IMAGE,
        None,
        GraphicKind.POLYLINE,
        Purpose.OUTLINE,
    )
    assert mark.points == ((10.0, 20.0), (30.0, 20.0), (30.0, 40.0), (10.0, 40.0), (10.0, 20.0))


@pytest.mark.parametrize(
    ("kind", "points", "purpose"),
    [
        ("POINT", (5, 6), Purpose.CENTER),
        ("CIRCLE", (5, 6, 9, 6), Purpose.OUTLINE),
        ("ELLIPSE", (1, 5, 9, 5, 5, 3, 5, 7), Purpose.OUTLINE),
        ("MULTIPOINT", (1, 2, 3, 4), Purpose.OUTLINE),
    ],
)
def test_every_kind_of_graphic_is_kept_a_point_as_a_centre(kind, points, purpose):
    (mark,) = with_groups(group(region(kind, points, on_image(reference())))).findings[0].regions
    assert (mark.kind.value, mark.purpose, len(mark.points)) == (kind, purpose, len(points) // 2)


def test_planar_regions_of_a_volume_keep_their_frames():
    # TID 1411 lists one region for each slice.
    regions = [a_square(frame, instance=files.VOLUME) for frame in (12, 13)]
    marks = with_groups(group(*regions)).findings[0].regions
    assert [(mark.sop_instance_uid, mark.frame) for mark in marks] == [(files.VOLUME, 12), (files.VOLUME, 13)]


def test_a_region_may_name_its_image_in_the_library_by_reference():
    images = library(library_group(content("IMAGE", None, reference())))
    marked = group(region("POLYLINE", SQUARE, files.by_reference(1, 1, 1, 1)))
    report = read(images, measurements(marked))
    assert report.findings[0].regions[0].sop_instance_uid == files.IMAGE


def test_numbers_without_a_dimension_are_scores_others_are_told_with_their_unit():
    said = [
        content("NUM", PROBABILITY, (87.5, "%")),
        content("NUM", ("S1", "99MAKER", "Suspicion"), (0.6, "1")),
        content("NUM", ("103339001", "SCT", "Long axis"), (12.5, "mm")),
        content("CODE", ("129737002", "SCT", "Margin"), ("129742005", "SCT", "Spiculated")),
        content("TEXT", ("C0", "99MAKER", "Remark"), "see MLO"),
    ]
    (finding,) = with_groups(group(a_square(), *said)).findings
    numbers = [(s.concept, s.name.value, s.value, s.unit) for s in finding.scores if s.value is not None]
    assert numbers == [
        (ScoreConcept.PROBABILITY_OF_CANCER, "111047", 87.5, "%"),
        (ScoreConcept.OTHER, "S1", 0.6, "1"),
    ]
    told = {f.name.meaning: f.text for f in finding.features}
    assert told["Long axis"] == "12.5 mm"
    assert told["Margin"] == "Spiculated"
    assert [s.text for s in finding.scores if s.text] == ["see MLO"]


def test_who_found_it_is_told_of_the_group_and_who_observed_of_the_report():
    made_by = [
        content("TEXT", ("111001", "DCM", "Algorithm Name"), "Mass net", relationship="HAS CONCEPT MOD"),
        content("TEXT", ("111003", "DCM", "Algorithm Version"), "4", relationship="HAS CONCEPT MOD"),
    ]
    observer = [
        content(
            "CODE", ("121005", "DCM", "Observer Type"), ("121007", "DCM", "Device"), relationship=_CONTEXT
        ),
        content("UIDREF", ("121012", "DCM", "Device Observer UID"), "2.25.4", relationship=_CONTEXT),
        content("TEXT", ("121013", "DCM", "Device Observer Name"), "reader-7", relationship=_CONTEXT),
        content(
            "TEXT", ("121014", "DCM", "Device Observer Manufacturer"), "True Maker", relationship=_CONTEXT
        ),
        content("PNAME", ("121008", "DCM", "Person Observer Name"), "Doe^Jane", relationship=_CONTEXT),
    ]
    report = read(*observer, measurements(group(a_square(), *made_by)))
    assert (report.manufacturer, report.model) == ("True Maker", "reader-7")
    assert [(a.name, a.version) for a in report.algorithms] == [("Mass net", "4")]
    assert report.findings[0].algorithm == report.algorithms[0]
    assert "Doe" not in repr(report)
    assert "Prov" not in repr(report)


_CONTEXT = "HAS OBS CONTEXT"


def test_without_an_observer_the_file_says_who_made_it():
    report = with_groups(group(a_square()))
    assert (report.manufacturer, report.model, report.software_versions) == (
        "Imitation AI",
        "Outliner",
        "2.1, p3",
    )


def test_what_a_group_of_images_shares_counts_for_each_of_them():
    left = content("CODE", ("111027", "DCM", "Image Laterality"), ("7771000", "SCT", "Left"))
    cc = content("CODE", ("111031", "DCM", "Image View"), ("399162004", "SCT", "cranio-caudal"))
    rows = content("NUM", ("110910", "DCM", "Pixel Data Rows"), (3328, "{pixels}"))
    columns = content("NUM", ("110911", "DCM", "Pixel Data Columns"), (2560, "{pixels}"))
    mlo = content("CODE", ("111031", "DCM", "Image View"), ("399368009", "SCT", "medio-lateral oblique"))
    images = library(
        library_group(
            *(left, cc, rows, columns),
            content("IMAGE", None, reference("2.25.1")),
            content("IMAGE", None, reference("2.25.2"), mlo),
        )
    )
    report = read(images, measurements(group(a_square(instance="2.25.1"))))
    first, second = report.image("2.25.1"), report.image("2.25.2")
    assert first is not None
    assert second is not None
    assert (first.laterality, first.view_position, first.rows, first.columns) == (
        Laterality.LEFT,
        ViewPosition.CC,
        3328,
        2560,
    )
    assert (second.laterality, second.view_position) == (Laterality.LEFT, ViewPosition.MLO)


def test_the_side_comes_from_the_finding_site():
    site = content("CODE", ("363698007", "SCT", "Finding Site"), ("80248007", "SCT", "Left breast"))
    assert with_groups(group(a_square(), site)).findings[0].laterality is Laterality.LEFT
    modified = content(
        "CODE",
        ("G-C0E3", "SRT", "Finding Site"),
        files.BREAST,
        content("CODE", ("G-C171", "SRT", "Laterality"), ("G-A100", "SRT", "Right")),
    )
    assert with_groups(group(a_square(), modified)).findings[0].laterality is Laterality.RIGHT


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (content("SCOORD3D", ("111030", "DCM", "Image Region"), ("POLYGON", [1.0, 2, 3] * 3)), "in space"),
        (
            content("IMAGE", ("121214", "DCM", "Referenced Segmentation Frame"), reference("2.25.3")),
            "a file of its own",
        ),
        (
            content("IMAGE", ("121191", "DCM", "Referenced Segment"), reference("2.25.3")),
            "a file of its own",
        ),
        (region("POLYLINE", SQUARE), "names no image"),
        (
            region("POLYLINE", SQUARE, on_image(reference()), on_image(reference("2.25.2"))),
            "several images",
        ),
        (region("CIRCLE", (1, 2), on_image(reference())), "CIRCLE of 1 points"),
        (region("POLYLINE", (1, 2, 3), on_image(reference())), "no coordinates"),
        (region("POLYLINE", (1, float("nan")), on_image(reference())), "no coordinates"),
        (region("POLYLINE", SQUARE, files.by_reference(1, 9, 9)), "names no image"),
    ],
)
@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_or_is_listed_with_the_reason(place, why):
    report = with_groups(group(place))
    (finding,) = report.findings
    assert finding.regions == ()
    assert why in " ".join(finding.unusable)
    assert report.status is ReportStatus.FINDINGS


def test_a_lesion_without_any_place_is_still_a_finding():
    report = with_groups(group(content("NUM", PROBABILITY, (40, "%"))))
    assert (len(report.findings), report.status) == (1, ReportStatus.FINDINGS)


def test_what_speaks_of_no_place_or_lesion_is_of_the_exam():
    composition = ("129715009", "SCT", "Breast composition")
    density = content("NUM", ("D1", "99MAKER", "Density"), (23, "%"))
    kind = content("CODE", ("D2", "DCM", "Density class"), ("b", "99MAKER", "Scattered"))
    report = read(
        measurements(group(density, kind, kind=composition)),
        evaluations(content("NUM", PROBABILITY, (12, "%"))),
    )
    assert report.findings == ()
    assert {(s.name.value, s.value) for s in report.scores} == {("D1", 23.0), ("111047", 12.0)}
    assert "Density class: Scattered" in report.texts
    assert report.status is ReportStatus.PARTIAL


@pytest.mark.parametrize(
    "said",
    [
        evaluations(content("CODE", FINDING, ABSENT)),
        evaluations(content("CODE", files.MASS, ("R-4089B", "SRT", "Absent"))),
        measurements(group(content("CODE", FINDING, ABSENT), kind=None)),
        measurements(group(content("CODE", files.MASS, ABSENT))),
        evaluations(content("CODE", FINDING, ("111286", "DCM", "No abnormality"))),
    ],
)
def test_that_there_is_nothing_is_said_in_words(said):
    report = read(said)
    assert (report.status, report.findings) == (ReportStatus.NO_FINDINGS, ())


@pytest.mark.parametrize(
    "said",
    [
        (),
        (measurements(),),
        (evaluations(content("CODE", ("72924009", "SCT", "Breast implant"), ABSENT)),),
        (evaluations(content("CODE", FINDING, ABSENT), content("CODE", files.MASS, PRESENT)),),
        (evaluations(content("CODE", files.MASS, ("373068000", "SCT", "Undetermined"))),),
        (content("CODE", FINDING, ABSENT),),
    ],
)
def test_silence_and_contradictions_are_no_all_clear(said):
    report = read(*said)
    assert report.status is ReportStatus.PARTIAL
    assert report.reason


def test_a_mass_without_calcifications_is_still_a_mass():
    inside = content("CODE", ("129769006", "SCT", "Calcification Cluster"), ABSENT)
    report = with_groups(group(inside))
    assert (report.status, len(report.findings)) == (ReportStatus.FINDINGS, 1)


def test_findings_count_more_than_a_word_that_there_are_none():
    report = read(measurements(group(a_square())), evaluations(content("CODE", FINDING, ABSENT)))
    assert (report.status, len(report.findings)) == (ReportStatus.FINDINGS, 1)


def test_an_incomplete_report_says_so():
    ds = structured(measurements(group(a_square())))
    ds.CompletionFlag = "PARTIAL"
    report = measurement_report(ds)
    assert (report.status, len(report.findings)) == (ReportStatus.PARTIAL, 1)


def test_a_circle_by_reference_is_told_and_the_sound_rest_is_kept():
    looped = group(a_square(), files.by_reference(1, 1, relationship="CONTAINS"))
    report = with_groups(looped, group(a_square(), number=2))
    assert [len(finding.regions) for finding in report.findings] == [1, 1]
    assert any("circle" in problem for problem in report.problems)


def test_a_damaged_part_makes_no_all_clear():
    ds = structured(evaluations(content("CODE", FINDING, ABSENT)), measurements(files.item(ValueType="WHAT")))
    report = measurement_report(ds)
    assert report.status is ReportStatus.PARTIAL
    assert report.problems


def test_a_finding_of_no_stated_kind_keeps_its_places():
    (finding,) = with_groups(group(a_square(), kind=None)).findings
    assert finding.lesion_type is None
    assert len(finding.regions) == 1


@pytest.mark.parametrize(
    "said",
    [
        content("NUM", PROBABILITY, (40, "%")),
        content(
            "CODE",
            ("276214006", "SCT", "Finding category"),
            ("49755003", "SCT", "Morphologically Abnormal Structure"),
        ),
    ],
)
def test_a_lesion_in_a_makers_own_words_is_known_by_its_category_or_a_probability(said):
    suspect, nipple = ("L1", "99MAKER", "Suspect area"), ("24142002", "SCT", "Nipple")
    assert with_groups(group(a_square(), said, kind=suspect)).findings[0].lesion_type is not None
    assert with_groups(group(a_square(), said, kind=nipple)).findings[0].lesion_type is None
    assert with_groups(group(a_square(), kind=suspect)).findings[0].lesion_type is None
