"""Reports of other makers that we write, and what is refused instead of being written half."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from own_results import MADE_AT, ExamFiles, ffdm_files
from pydicom.dataset import Dataset
from written_images import complaints

from klarsyn.dicom.cad_sr.reader import cad_report
from klarsyn.dicom.cad_sr_writing import writer as cad_sr_writer
from klarsyn.dicom.cad_sr_writing.writer import CAD_SR, ReportSeries, cad_sr, write_cad_sr
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Attempt,
    CadReport,
    Code,
    Feature,
    GraphicKind,
    OperatingPoint,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportForm,
    ReportImage,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)

SERIES = ReportSeries("2.25.4444", 9001, 3)
CLUSTER = Code("129769006", "SCT", "Calcification Cluster")
CERTAINTY = Code("111012", "DCM", "Certainty of Finding")


@pytest.fixture(scope="module")
def exam_files(tmp_path_factory: pytest.TempPathFactory) -> ExamFiles:
    return ffdm_files(tmp_path_factory.mktemp("ffdm"))


def other_makers(exam_files: ExamFiles, *findings: ReportFinding) -> CadReport:
    """A report of somebody else, as the demonstration writes one."""
    images = tuple(
        ReportImage(image.sop_instance_uid, image.sop_class_uid, rows=image.rows, columns=image.columns)
        for image in exam_files.exam.images
    )
    algorithm = Algorithm("Other CAD", "3.2")
    return CadReport(
        ReportForm.CAD,
        ReportStatus.FINDINGS if findings else ReportStatus.NO_FINDINGS,
        "2.25.5555",
        CAD_SR,
        exam_files.exam.images[0].study_instance_uid,
        manufacturer="Other",
        made_at=MADE_AT,
        algorithms=(algorithm,),
        images=images,
        findings=findings,
        scores=(
            StatedScore(ScoreConcept.CERTAINTY_OF_IMPRESSION, Code("111013", "DCM"), 83.0, "%"),
            StatedScore(ScoreConcept.OTHER, Code("SCORE", "99OTHER", "Exam score"), 9.0, "1"),
        ),
        attempts=(Attempt(CLUSTER, ReportStatus.FINDINGS, images=(images[0].sop_instance_uid,)),),
    )


def finding(exam_files: ExamFiles, *regions: tuple[GraphicKind, Purpose, tuple[tuple[float, float], ...]]):
    uid = exam_files.exam.images[0].sop_instance_uid
    return ReportFinding(
        CLUSTER,
        LesionType.CALCIFICATIONS,
        regions=tuple(Region(uid, None, kind, points, purpose) for kind, purpose, points in regions),
        scores=(StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, CERTAINTY, 61.0, "%"),),
        features=(Feature(Code("111038", "DCM", "Number of calcifications"), "12"),),
    )


def plain(exam_files: ExamFiles) -> ReportFinding:
    return finding(exam_files, (GraphicKind.POINT, Purpose.CENTER, ((20.5, 30.25),)))


def below(ds: Dataset) -> list[Dataset]:
    """Every item under this one, and itself."""
    found = [ds]
    for item in found:
        found += item.get("ContentSequence", [])
    return found


def named(ds: Dataset, value: str) -> list[Dataset]:
    return [
        item
        for item in below(ds)
        if "ConceptNameCodeSequence" in item and item.ConceptNameCodeSequence[0].CodeValue == value
    ]


def test_corners_are_rounded_to_32_bits_and_no_further(exam_files: ExamFiles) -> None:
    third = 30 + 1 / 3
    report = other_makers(
        exam_files, finding(exam_files, (GraphicKind.POINT, Purpose.CENTER, ((third, 20.5),)))
    )
    ds = cad_sr(report, exam_files.files[0], SERIES, exam_files.series)
    assert named(ds, "111010")[0].GraphicData == [float(np.float32(third)), 20.5]


def test_a_report_of_another_maker_is_written_and_reads_alike(exam_files: ExamFiles, tmp_path: Path) -> None:
    circle = (GraphicKind.CIRCLE, Purpose.OUTLINE, ((40.0, 50.0), (44.0, 50.0)))
    ellipse = (GraphicKind.ELLIPSE, Purpose.OUTLINE, ((10.0, 20.0), (30.0, 20.0), (20.0, 15.0), (20.0, 25.0)))
    both = (finding(exam_files, circle), finding(exam_files, ellipse))
    report = other_makers(exam_files, plain(exam_files), *both)
    path = tmp_path / "other.dcm"
    write_cad_sr(path, report, exam_files.files[0], SERIES, exam_files.series)
    assert complaints(path)[0] == []
    read = cad_report(pydicom.dcmread(path))
    assert read.problems == ()
    assert (read.manufacturer, read.status, len(read.findings)) == ("Other", ReportStatus.FINDINGS, 3)
    assert [(s.concept, s.value) for s in read.scores] == [
        (ScoreConcept.CERTAINTY_OF_IMPRESSION, 83.0),
        (ScoreConcept.OTHER, 9.0),
    ]
    centers = [r.points for f in read.findings for r in f.regions if r.purpose is Purpose.CENTER]
    assert centers == [((20.5, 30.25),), ((40.0, 50.0),), ((20.0, 20.0),)]
    outlines = [r for f in read.findings for r in f.regions if r.purpose is Purpose.OUTLINE]
    assert [(r.kind, r.points) for r in outlines] == [(circle[0], circle[2]), (ellipse[0], ellipse[2])]
    assert [f.features[0].text for f in read.findings] == ["12", "12", "12"]


REFUSED: dict[str, Callable[[CadReport], CadReport]] = {
    "another study": lambda r: replace(r, study_instance_uid="2.25.1"),
    "Only CAD reports": lambda r: replace(r, form=ReportForm.MEASUREMENTS),
    "operating points": lambda r: replace(r, operating_points=(OperatingPoint(1),)),
    "without images": lambda r: replace(r, images=()),
    "does not list": lambda r: replace(r, images=r.images[1:]),
    "contradicts itself": lambda r: replace(r, status=ReportStatus.NO_FINDINGS),
    "the time": lambda r: replace(r, made_at=None),
    "left out of a report": lambda r: first(r, rendering=Rendering.NOT_FOR_PRESENTATION),
    "is not written here": lambda r: first(r, features=(Feature(Code("111037", "DCM", "Margins"), "sharp"),)),
    "one centre": lambda r: first(r, regions=()),
    "two or more": lambda r: first(r, members=(r.findings[0],)),
    "from 0 to 100": lambda r: first(r, scores=(replace(r.findings[0].scores[0], value=101.0),)),
    "names no algorithm": lambda r: replace(r, algorithms=(), attempts=()),
    "points cannot be written": lambda r: first(
        r,
        regions=(
            replace(
                r.findings[0].regions[0], kind=GraphicKind.POLYLINE, purpose=Purpose.OUTLINE, points=LONG
            ),
        ),
    ),
}
LONG = tuple((float(n % 90), float(n % 70)) for n in range(9000))


def first(report: CadReport, **changes: object) -> CadReport:
    return replace(report, findings=(replace(report.findings[0], **changes),))


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_said_is_refused_and_leaves_no_file(
    exam_files: ExamFiles, tmp_path: Path, words: str
) -> None:
    report = REFUSED[words](other_makers(exam_files, plain(exam_files)))
    with pytest.raises(ValueError, match=words):
        write_cad_sr(tmp_path / "r.dcm", report, exam_files.files[0], SERIES, exam_files.series)
    assert not list(tmp_path.iterdir())


def test_an_image_without_a_known_series_is_refused(exam_files: ExamFiles) -> None:
    with pytest.raises(ValueError, match="series of 4 images"):
        cad_sr(other_makers(exam_files), exam_files.files[0], SERIES, {})


def test_a_write_that_breaks_off_leaves_nothing(
    exam_files: ExamFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"half")
        raise OSError("The disk is full.")

    monkeypatch.setattr("klarsyn.dicom.written_file.dcmwrite", breaks)
    with pytest.raises(OSError, match="full"):
        cad_sr_writer.write_cad_sr(
            tmp_path / "r.dcm", other_makers(exam_files), exam_files.files[0], SERIES, exam_files.series
        )
    assert not list(tmp_path.iterdir())


def test_control_characters_of_others_do_not_reach_the_file(exam_files: ExamFiles) -> None:
    report = replace(other_makers(exam_files), texts=("A\x1b$B and\nB",), manufacturer="One\\Two")
    ds = cad_sr(report, exam_files.files[0], SERIES, exam_files.series)
    assert named(ds, "111033")[0].TextValue == "A $B and\nB"
    assert ds.Manufacturer == "One/Two"
