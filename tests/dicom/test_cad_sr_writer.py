"""What a report of ours is made of."""

from pathlib import Path

import pydicom
import pytest
from own_results import ExamFiles, dbt_files, ffdm_files, of_each_kind
from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, cad_sr
from klarsyn.domain.reports.own_report import own_report

SERIES = ReportSeries("2.25.4444", 9001, 3)


@pytest.fixture(scope="module")
def exam_files(tmp_path_factory: pytest.TempPathFactory) -> ExamFiles:
    return ffdm_files(tmp_path_factory.mktemp("ffdm"))


def made(exam_files: ExamFiles, kind: str = "findings") -> Dataset:
    report = own_report(of_each_kind(exam_files.exam)[kind], exam_files.exam, "0.1.0")
    return cad_sr(report, exam_files.files[0], SERIES, exam_files.series)


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


def test_patient_and_study_are_those_of_the_images(exam_files: ExamFiles) -> None:
    ds, image = made(exam_files), pydicom.dcmread(exam_files.files[0])
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "AccessionNumber"):
        assert ds[keyword].value == image[keyword].value
    assert (ds.Modality, ds.SeriesInstanceUID, ds.SeriesNumber, ds.InstanceNumber) == (
        "SR",
        "2.25.4444",
        9001,
        3,
    )
    assert (ds.CompletionFlag, ds.VerificationFlag) == ("COMPLETE", "UNVERIFIED")


def test_the_tree_says_which_template_it_follows(exam_files: ExamFiles) -> None:
    [template] = made(exam_files).ContentTemplateSequence
    assert (template.MappingResource, template.TemplateIdentifier) == ("DCMR", "4000")


@pytest.mark.parametrize("kind", ["findings", "none", "partial", "failed", "not processed"])
def test_no_private_elements_are_written(exam_files: ExamFiles, kind: str) -> None:
    ds = made(exam_files, kind)
    assert not [element for element in ds.iterall() if element.tag.is_private]


def test_every_image_is_listed_as_evidence_in_its_series(exam_files: ExamFiles) -> None:
    [study] = made(exam_files).CurrentRequestedProcedureEvidenceSequence
    listed = {
        item.ReferencedSOPInstanceUID: series.SeriesInstanceUID
        for series in study.ReferencedSeriesSequence
        for item in series.ReferencedSOPSequence
    }
    assert listed == exam_files.series


@pytest.mark.invariant(3)
def test_every_region_refers_to_the_library_entry_of_its_own_image_and_frame(tmp_path: Path) -> None:
    exam_files = dbt_files(tmp_path / "dbt")
    result = of_each_kind(exam_files.exam)["findings"]
    report = own_report(result, exam_files.exam)
    ds = cad_sr(report, exam_files.files[0], SERIES, exam_files.series)
    placed = []
    for outline in named(ds, "111041"):
        [reference] = outline.ContentSequence
        item = ds
        assert reference.ReferencedContentItemIdentifier[0] == 1
        for ordinal in reference.ReferencedContentItemIdentifier[1:]:
            item = item.ContentSequence[ordinal - 1]
        [entry] = item.ReferencedSOPSequence
        placed.append((entry.ReferencedSOPInstanceUID, entry.ReferencedFrameNumber))
    assert placed == [(m.sop_instance_uid, m.frame) for f in result.findings for m in f.marks]


def test_rendering_intent_stands_on_every_branch(exam_files: ExamFiles) -> None:
    ds = made(exam_files)
    for value in ("111034", "111015", "111059"):
        items = named(ds, value)
        assert items
        for item in items:
            assert item.ContentSequence[0].ConceptNameCodeSequence[0].CodeValue == "111056"
    intents = [item.ConceptCodeSequence[0].CodeValue for item in named(ds, "111056")]
    assert set(intents) == {"111150", "111151"}


def test_an_impression_holds_single_findings_or_one_composite_and_never_both(exam_files: ExamFiles) -> None:
    for impression in named(made(exam_files), "111034"):
        kinds = [item.ConceptNameCodeSequence[0].CodeValue for item in impression.ContentSequence[1:]]
        assert kinds in (["111059"], ["111015"])


@pytest.mark.parametrize(
    ("kind", "summary", "detections"),
    [
        ("findings", "111242", "111222"),
        ("none", "111241", "111222"),
        ("partial", "111244", "111223"),
        ("failed", "111245", "111224"),
        ("not processed", "111245", "111225"),
        ("not for it", "111245", "111225"),
    ],
)
def test_each_ending_has_its_codes(exam_files: ExamFiles, kind: str, summary: str, detections: str) -> None:
    ds = made(exam_files, kind)
    assert named(ds, "111017")[0].ConceptCodeSequence[0].CodeValue == summary
    assert named(ds, "111064")[0].ConceptCodeSequence[0].CodeValue == detections
