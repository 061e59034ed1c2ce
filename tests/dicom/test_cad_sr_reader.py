"""Mammography CAD SR: what its findings, impressions and summaries say, and what is not believed."""

from datetime import datetime

import pytest
from pydicom.dataset import Dataset
from pydicom.sr._snomed_dict import mapping
from small_reports import box, coded, counted, drawn, item, pictured, pointing, said, stored

from klarsyn.dicom.cad_sr import codes as cad_sr_codes
from klarsyn.dicom.cad_sr.findings import MAX_NESTING
from klarsyn.dicom.cad_sr.reader import cad_report
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    CadReport,
    Code,
    GraphicKind,
    OperatingPoint,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportForm,
    ReportStatus,
    ScoreConcept,
)
from klarsyn.domain.view_names import Laterality, ViewModifier, ViewPosition


def dcm(value: int) -> tuple[str, str, str]:
    return (str(value), "DCM", "")


FINDING, COMPOSITE, IMPRESSION = dcm(111059), dcm(111015), dcm(111034)
CENTER, OUTLINE = dcm(111010), dcm(111041)
MASS, CLUSTER = ("129788004", "SCT", "Mass"), ("129769006", "SCT", "Calcification Cluster")
CALCIFICATION, NIPPLE = ("129770007", "SCT", "Calcification"), ("24142002", "SCT", "Nipple")
LCC, LMLO = "2.25.101", "2.25.102"
ON_LCC, ON_LMLO = (1, 1, 1), (1, 1, 2)
SHOWN = {"required": dcm(111150), "optional": dcm(111151), "never": dcm(111152)}


def intent(what: str, *below: Dataset) -> Dataset:
    return coded(dcm(111056), SHOWN[what], *below, rel="HAS CONCEPT MOD")


def center(on: tuple[int, ...] = ON_LCC, at: tuple[float, float] = (10.5, 20.5)) -> Dataset:
    return drawn(CENTER, "POINT", list(at), pointing(*on))


def finding(kind: tuple[str, str, str], *below: Dataset, rel: str = "CONTAINS") -> Dataset:
    return coded(FINDING, kind, *below, rel=rel)


def member(kind: tuple[str, str, str], *below: Dataset) -> Dataset:
    return finding(kind, *below, rel="INFERRED FROM")


def impression(*below: Dataset, shown: str = "required") -> Dataset:
    return box(IMPRESSION, intent(shown), *below, rel="INFERRED FROM")


def performed(name: int, what: tuple[str, str, str], *images: tuple[int, ...]) -> Dataset:
    algorithm = (said(dcm(111001), "Finder"), said(dcm(111003), "2"))
    return coded(dcm(name), what, *algorithm, *(pointing(*one, rel="HAS PROPERTIES") for one in images))


def document(summary: int | None, *below: Dataset, after: tuple[Dataset, ...] = ()) -> Dataset:
    """Return a report whose Image Library has LCC and LMLO: items 1.1.1 and 1.1.2."""
    library = box(dcm(111028), pictured(LCC), pictured(LMLO))
    summaries = () if summary is None else (coded(dcm(111017), dcm(summary), *below, rel="CONTAINS"),)
    return box(dcm(111036), library, *summaries, *after)


def tried(detections: int, analyses: int = 111225, *groups: Dataset) -> tuple[Dataset, Dataset]:
    return (
        coded(dcm(111064), dcm(detections), *groups, rel="CONTAINS"),
        coded(dcm(111065), dcm(analyses), rel="CONTAINS"),
    )


def of(*below: Dataset, summary: int = 111242) -> CadReport:
    return cad_report(stored(document(summary, *below)))


def only(report: CadReport) -> ReportFinding:
    (found,) = report.findings
    return found


def test_the_document_says_who_made_it_and_when():
    ds = document(111241)
    ds.Manufacturer, ds.ManufacturerModelName, ds.SoftwareVersions = "Maker", "Model", ["1.2", "3"]
    ds.ContentDate, ds.ContentTime, ds.StudyInstanceUID = "20260102", "030405", "2.25.5"
    ds.PatientName, ds.PatientID = "Testsson^Anna", "191212121212"
    report = cad_report(stored(ds))
    assert (report.form, report.status) == (ReportForm.CAD, ReportStatus.NO_FINDINGS)
    assert (report.manufacturer, report.model, report.software_versions) == ("Maker", "Model", "1.2, 3")
    assert (report.made_at, report.study_instance_uid) == (datetime(2026, 1, 2, 3, 4, 5), "2.25.5")
    assert report.problems == ()
    assert "Testsson" not in repr(report)
    assert "19121212" not in repr(report)


def test_somebody_who_is_named_in_the_tree_is_not_in_the_report():
    who = item(
        "PNAME", ("121008", "DCM", "Person Observer Name"), rel="HAS OBS CONTEXT", PersonName="Testsson^A"
    )
    loose = item("PNAME", ("X", "99M", "Reader"), PersonName="Testsson^A")
    report = cad_report(document(111242, impression(finding(MASS, center(), loose)), after=(who, loose)))
    assert "Testsson" not in repr(report)


def test_an_image_of_the_library_has_all_that_is_said_of_it():
    view = coded(
        dcm(111031),
        ("R-10226", "SRT", "MLO"),
        coded(dcm(111032), ("399209000", "SCT", "ID"), rel="HAS CONCEPT MOD"),
    )
    entry = pictured(
        LCC,
        coded(dcm(111027), ("T-04030", "SNM3", "Left breast")),
        view,
        said(dcm(111044), "A"),
        said(dcm(111043), "FR"),
        counted(dcm(111026), 70, "um"),
        counted(dcm(111066), 0.08, "mm"),
        counted(dcm(110910), 2000, "1"),
        counted(dcm(110911), 1500, "1"),
    )
    (image,) = cad_report(stored(box(dcm(111036), box(dcm(111028), entry)))).images
    assert (image.laterality, image.view_position) == (Laterality.LEFT, ViewPosition.MLO)
    assert (image.modifiers, image.patient_orientation) == ((ViewModifier.IMPLANT_DISPLACED,), ("A", "FR"))
    assert (image.rows, image.columns) == (2000, 1500)
    assert image.spacing == pytest.approx((0.08, 0.07))


def test_key_frames_of_one_tomosynthesis_are_one_image_and_what_contradicts_is_not_believed():
    side, other = [coded(dcm(111027), (value, "SCT", "")) for value in ("80248007", "73056007")]
    entries = (pictured(LCC, side, frames=(4,)), pictured(LCC, side, frames=(9,)))
    assert cad_report(box(dcm(111036), box(dcm(111028), *entries))).images[0].frames == (4, 9)
    report = cad_report(box(dcm(111036), box(dcm(111028), entries[0], pictured(LCC, other, frames=(9,)))))
    assert report.images[0].laterality is None
    assert any("laterality" in problem for problem in report.problems)


@pytest.mark.parametrize(
    ("kind", "lesion"),
    [
        (MASS, LesionType.SOFT_TISSUE),
        (("F-01796", "SRT", "Density"), LesionType.SOFT_TISSUE),
        (("111103", "DCM", "Density"), LesionType.SOFT_TISSUE),
        (("F-01795", "SNM3", "Distortion"), LesionType.SOFT_TISSUE),
        (("129789007", "SCT", "Focal asymmetry"), LesionType.SOFT_TISSUE),
        (CLUSTER, LesionType.CALCIFICATIONS),
        (("111104", "DCM", "Individual Calcification"), LesionType.CALCIFICATIONS),
        (("F-01767", "SRT", "Punctate"), LesionType.CALCIFICATIONS),
        (NIPPLE, None),
        (("129715009", "SCT", "Composition"), None),
        (("MASS", "99M", "Mass"), None),
    ],
)
def test_a_finding_is_of_the_family_that_its_code_says(kind, lesion):
    found = only(of(impression(finding(kind, center()))))
    assert (found.lesion_type, found.kind) == (lesion, Code(*kind))


def test_snomed_codes_are_paired_as_in_the_standard():
    assert all(mapping["SRT"][old] == new for old, new in cad_sr_codes.SNOMED_CT_OF_RT.items())


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("POINT", [1.5, 2.5]),
        ("MULTIPOINT", [1.5, 2.5, 3.5, 4.5]),
        ("POLYLINE", [1.5, 2.5, 3.5, 4.5, 5.5, 1.5]),
        ("CIRCLE", [10.5, 20.5, 15.5, 20.5]),
        ("ELLIPSE", [0.0, 5.0, 10.0, 5.0, 5.0, 2.0, 5.0, 8.0]),
    ],
)
def test_a_place_stands_as_it_is_drawn_on_the_image_that_it_names(kind, data):
    found = only(of(impression(finding(MASS, drawn(OUTLINE, kind, data, pointing(*ON_LMLO))))))
    points = tuple(zip(data[::2], data[1::2], strict=True))
    assert found.regions == (Region(LMLO, None, GraphicKind(kind), points, Purpose.OUTLINE),)


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    "place",
    [
        drawn(OUTLINE, "POINT", [1, 2, 3, 4], pointing(*ON_LCC)),
        drawn(OUTLINE, "ELLIPSE", [1, 2, 3, 4], pointing(*ON_LCC)),
        drawn(OUTLINE, "CIRCLE", [1, 2], pointing(*ON_LCC)),
        drawn(OUTLINE, "POLYLINE", [1, 2], pointing(*ON_LCC)),
        drawn(OUTLINE, "SPLINE", [1, 2, 3, 4], pointing(*ON_LCC)),
        drawn(OUTLINE, "POLYLINE", [1, 2, float("nan"), 4], pointing(*ON_LCC)),
        drawn(OUTLINE, "POINT", [1, 2]),
        drawn(OUTLINE, "POINT", [1, 2], pointing(1, 1, 7)),
        drawn(OUTLINE, "POINT", [1, 2], pointing(1, 1)),
        drawn(OUTLINE, "POINT", [1, 2], pointing(*ON_LCC, rel="INFERRED FROM")),
        drawn(OUTLINE, "POINT", [1, 2], pointing(*ON_LCC), pointing(*ON_LMLO)),
        drawn(OUTLINE, "POINT", [1, 2], pointing(*ON_LCC), pointing(1, 1, 7)),
    ],
)
def test_a_place_that_fits_no_image_or_no_shape_is_told_with_the_reason_and_never_drawn(place):
    found = only(of(impression(finding(MASS, center(), place))))
    assert [region.purpose for region in found.regions] == [Purpose.CENTER]
    assert len(found.unusable) == 1
    assert found.unusable[0].endswith(".")


def test_a_place_on_an_image_by_value_stands_on_its_frames():
    image = pictured("2.25.7", frames=(12, 14), rel="SELECTED FROM")
    report = of(impression(finding(MASS, drawn(CENTER, "POINT", [1, 2], image))))
    assert [(r.sop_instance_uid, r.frame) for r in only(report).regions] == [("2.25.7", 12), ("2.25.7", 14)]
    assert report.image("2.25.7").frames == (12, 14)


def test_certainties_and_probabilities_are_kept_apart_from_a_makers_own_numbers():
    found = only(
        of(
            impression(
                counted(dcm(111013), 40),
                finding(
                    MASS,
                    center(),
                    counted(dcm(111012), 87.5),
                    counted(dcm(111047), 0.3, "1"),
                    counted(("SCORE", "99M", "Score"), 7, "1"),
                    said(("LEVEL", "99M", "Level"), "high"),
                    counted(dcm(111038), 12, "1"),
                    coded(("111037", "DCM", "Margins"), ("129742005", "SCT", "Spiculated")),
                    said(dcm(112039), "L1"),
                    item("UIDREF", dcm(112040), UID="2.25.33"),
                ),
            )
        )
    )
    assert [(s.concept, s.name.value, s.value, s.unit, s.text) for s in found.scores] == [
        (ScoreConcept.CERTAINTY_OF_FINDING, "111012", 87.5, "%", ""),
        (ScoreConcept.PROBABILITY_OF_CANCER, "111047", 0.3, "1", ""),
        (ScoreConcept.OTHER, "SCORE", 7, "1", ""),
        (ScoreConcept.OTHER, "LEVEL", None, "", "high"),
        (ScoreConcept.CERTAINTY_OF_IMPRESSION, "111013", 40, "%", ""),
    ]
    assert [(f.name.value, f.text) for f in found.features] == [("111038", "12"), ("111037", "Spiculated")]
    assert (found.tracking_id, found.tracking_uid) == ("L1", "2.25.33")


def test_what_is_said_of_the_exam_is_not_said_of_a_finding():
    alone = impression(said(dcm(111033), "Both breasts"), counted(dcm(111047), 3))
    report = of(
        counted(dcm(111013), 93),
        said(dcm(111033), "Score 9"),
        coded(("111005", "DCM", "Assessment Category"), ("II.AC.b.4", "BI", "Suspicious")),
        alone,
        impression(finding(MASS, center())),
    )
    assert [(s.name.value, s.value) for s in report.scores] == [("111013", 93), ("111047", 3)]
    assert report.texts == ("Score 9", "Both breasts")
    assert report.remarks == ("Assessment Category: Suspicious",)
    assert (only(report).scores, only(report).features) == ((), ())


def test_an_algorithm_is_that_of_the_finding_or_of_what_it_stands_under():
    named = (
        said(dcm(111001), "Own"),
        said(dcm(111003), "2"),
        said(dcm(111002), "a=1"),
        said(dcm(111002), "b=2"),
    )
    report = of(
        impression(finding(MASS, center(), *named)),
        impression(said(dcm(111001), "Above"), finding(CLUSTER, center())),
    )
    assert [found.algorithm for found in report.findings] == [
        Algorithm("Own", "2", ("a=1", "b=2")),
        Algorithm("Above"),
    ]
    assert report.algorithms == (Algorithm("Own", "2", ("a=1", "b=2")), Algorithm("Above"))


@pytest.mark.parametrize(
    ("above", "own", "in_force"),
    [
        ("required", None, Rendering.REQUIRED),
        ("optional", None, Rendering.OPTIONAL),
        ("required", "never", Rendering.NOT_FOR_PRESENTATION),
        ("optional", "required", Rendering.OPTIONAL),
        ("never", "required", Rendering.NOT_FOR_PRESENTATION),
    ],
)
def test_a_branch_is_shown_no_more_than_what_it_stands_under(above, own, in_force):
    below = (intent(own),) if own else ()
    assert only(of(impression(finding(MASS, *below, center()), shown=above))).rendering is in_force


def test_the_operating_point_of_an_optional_finding_is_told_with_it():
    point = counted(("111071", "DCM", "CAD Operating Point"), 2, "1")
    found = only(of(impression(finding(MASS, intent("optional", point), center()))))
    assert [(f.name.value, f.text) for f in found.features] == [("111071", "2")]


def test_a_composite_has_the_members_that_stand_in_it_and_those_that_it_refers_to():
    single = impression(finding(MASS, center()), shown="required")
    mass = coded(COMPOSITE, MASS, member(MASS, center(ON_LMLO)), pointing(1, 2, 1, 2, rel="INFERRED FROM"))
    report = of(single, impression(mass))
    assert only(report).is_composite
    assert [m.regions[0].sop_instance_uid for m in only(report).members] == [LMLO, LCC]


def test_a_finding_that_its_composite_shows_less_is_shown_by_itself_too():
    mass = coded(COMPOSITE, MASS, pointing(1, 2, 1, 2, rel="INFERRED FROM"))
    report = of(impression(finding(MASS, center())), impression(mass, shown="never"))
    assert [found.is_composite for found in report.findings] == [False, True]


def test_calcifications_of_a_cluster_are_its_members():
    cluster = finding(CLUSTER, center(), *(member(CALCIFICATION, center(at=(n, n))) for n in (1, 2, 3)))
    found = only(of(impression(cluster)))
    assert found.kind.value == "129769006"
    assert [one.regions[0].points for one in found.members] == [((n, n),) for n in (1, 2, 3)]
    assert len(found.regions) == 1


def test_members_that_are_not_read_are_told_and_shown_by_themselves():
    chain = [finding(MASS, center())]
    chain += [
        coded(COMPOSITE, MASS, pointing(1, 2, 1, place + 1, rel="INFERRED FROM"))
        for place in range(1, MAX_NESTING + 5)
    ]
    every = _with_members(of(impression(*chain)).findings)
    assert any(found.regions for found in every)
    assert any("members" in reason for found in every for reason in found.unusable)


def _with_members(findings: tuple[ReportFinding, ...]) -> list[ReportFinding]:
    return [one for found in findings for one in (found, *_with_members(found.members))]


def test_a_finding_of_which_nothing_can_be_read_is_left_out_and_the_report_is_in_part():
    wrong = item("TEXT", FINDING, center(), TextValue="mass")
    report = of(impression(finding(MASS, center())), impression(wrong))
    assert len(report.findings) == 1
    assert report.status is ReportStatus.PARTIAL
    assert any("left out" in problem for problem in report.problems)


def test_a_member_that_is_not_sound_is_told_and_the_others_are_kept():
    wrong = item("TEXT", FINDING, center(), rel="INFERRED FROM", TextValue="mass")
    report = of(impression(coded(COMPOSITE, MASS, member(MASS, center()), wrong)))
    assert len(only(report).members) == 1
    assert "1 of its 2 members" in only(report).unusable[0]
    assert report.status is ReportStatus.PARTIAL


SOUND = impression(finding(MASS, center()))


@pytest.mark.parametrize(
    ("summary", "below", "after", "status", "contradicts"),
    [
        (111241, (), tried(111222), ReportStatus.NO_FINDINGS, False),
        (111242, (SOUND,), tried(111222), ReportStatus.FINDINGS, False),
        (111243, (), tried(111223), ReportStatus.PARTIAL, False),
        (111244, (SOUND,), tried(111223), ReportStatus.PARTIAL, False),
        (111245, (), tried(111224), ReportStatus.FAILED, False),
        (111245, (), tried(111225), ReportStatus.NOT_ATTEMPTED, False),
        (None, (), tried(111225), ReportStatus.NOT_ATTEMPTED, False),
        (111241, (), tried(111225), ReportStatus.NOT_ATTEMPTED, False),
        (111241, (impression(finding(NIPPLE, center())),), (), ReportStatus.NO_FINDINGS, False),
        (111241, (SOUND,), (), ReportStatus.FINDINGS, True),
        (111241, (), tried(111224), ReportStatus.PARTIAL, True),
        (111241, (), tried(111222, 111223), ReportStatus.PARTIAL, True),
        (111242, (), tried(111222), ReportStatus.PARTIAL, True),
        (111245, (SOUND,), (), ReportStatus.PARTIAL, True),
        (111999, (), (), ReportStatus.FAILED, True),
        (None, (), tried(111222), ReportStatus.PARTIAL, True),
        (None, (), (), ReportStatus.FAILED, True),
    ],
)
def test_a_report_is_as_complete_as_the_worst_that_it_says(summary, below, after, status, contradicts):
    report = cad_report(stored(document(summary, *below, after=after)))
    assert report.status is status
    assert bool(report.problems) is contradicts
    assert bool(report.reason) is (status not in (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS))


@pytest.mark.parametrize("part", [dcm(111028), dcm(111064)])
def test_a_finding_where_a_report_has_none_is_told_and_no_rest_for_the_reader(part):
    report = cad_report(document(111241, after=(box(part, finding(MASS, center())), *tried(111222))))
    assert report.status is ReportStatus.PARTIAL
    assert any("stands where a report has no findings" in sentence for sentence in report.problems)


def test_a_length_is_no_opinion_of_a_lesion_and_a_makers_own_number_is():
    length = counted(("81827009", "SCT", "Diameter"), 12.5, "mm")
    own = counted(("RISK", "99M", "Risk"), 3, "mm")
    found = only(of(impression(finding(MASS, center(), length, own))))
    assert [score.name.value for score in found.scores] == ["RISK"]
    assert [(each.name.meaning, each.text) for each in found.features] == [("Diameter", "12.5 mm")]


@pytest.mark.parametrize("lost", ["ContentSequence", "ConceptCodeSequence"])
def test_a_report_that_lacks_a_part_never_says_that_there_are_no_findings(lost):
    ds = document(111241)
    del (ds if lost == "ContentSequence" else ds.ContentSequence[1])[lost]
    report = cad_report(ds)
    assert report.status is not ReportStatus.NO_FINDINGS
    assert report.problems


def test_attempts_say_what_was_looked_for_where_and_what_came_of_it():
    groups = (
        box(dcm(111063), performed(111022, CLUSTER, ON_LCC, ON_LMLO), performed(111022, MASS, ON_LCC)),
        box(dcm(111025), performed(111022, MASS, ON_LMLO)),
    )
    report = cad_report(stored(document(111244, SOUND, after=tried(111223, 111225, *groups))))
    assert [(a.what.value, a.status, a.analysis, a.images) for a in report.attempts] == [
        (CLUSTER[0], ReportStatus.NO_FINDINGS, False, (LCC, LMLO)),
        (MASS[0], ReportStatus.FINDINGS, False, (LCC,)),
        (MASS[0], ReportStatus.FAILED, False, (LMLO,)),
        ("111065", ReportStatus.NOT_ATTEMPTED, True, ()),
    ]
    assert report.algorithms == (Algorithm("Finder", "2"),)


def test_operating_points_are_the_recommended_one_and_those_of_the_table():
    rows = [
        item(
            "NUM",
            dcm(111071),
            said(dcm(111081), words),
            MeasuredValueSequence=counted(dcm(1), n, "1").get("MeasuredValueSequence"),
        )
        for n, words in ((1, "few marks"), (2, "many marks"))
    ]
    what = performed(111022, MASS, ON_LCC)
    what.ContentSequence += [
        counted(dcm(111072), 2, "1"),
        counted(dcm(111092), 1, "1"),
        box(dcm(111093), *rows),
    ]
    report = cad_report(document(111241, after=tried(111222, 111225, box(dcm(111063), what))))
    assert report.operating_points == (
        OperatingPoint(1.0),
        OperatingPoint(1.0, "few marks"),
        OperatingPoint(2.0, "many marks"),
    )
    assert report.scores == ()
