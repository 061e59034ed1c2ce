"""Reports that we write, judged by two validators of others."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from own_results import ExamFiles, dbt_files, ffdm_files, of_each_kind, of_marks
from pydicom.dataset import Dataset
from report_validators import complaints_of_templates
from written_images import complaints

from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, write_cad_sr
from klarsyn.domain.finding import AiResult
from klarsyn.domain.reports.own_report import own_report

SERIES = ReportSeries("2.25.4444")
KINDS = ("findings", "none", "partial", "failed", "not processed", "not for it", "3 marks", "4 marks")


def written(exam_files: ExamFiles, result: AiResult, path: Path) -> Path:
    report = own_report(result, exam_files.exam, "0.1.0")
    write_cad_sr(path, report, exam_files.files[0], SERIES, exam_files.series)
    return path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One report of each kind, of 2D images and of tomosynthesis."""
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    for name, made in (("FFDM", ffdm_files), ("DBT", dbt_files)):
        exam_files = made(folder / name)
        several = {f"{count} marks": of_marks(exam_files.exam, count) for count in (3, 4)}
        for kind, result in {**of_each_kind(exam_files.exam), **several}.items():
            path = folder / f"{name} {kind}.dcm"
            found[f"{name} {kind}"] = written(exam_files, result, path)
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("images", ["FFDM", "DBT"])
def test_dciodvfy_has_nothing_to_say_of_our_reports(reports: dict[str, Path], images: str, kind: str) -> None:
    errors, said = complaints(reports[f"{images} {kind}"])
    # The study files of these tests lack StudyID and StudyTime, which a report copies and does not invent.
    others = [line for line in said.splitlines() if "needed to build DICOMDIR" not in line]
    assert errors == []
    assert others == ["MammographyCADSR"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_pixelmed_has_nothing_to_say_of_our_reports(reports: dict[str, Path], tmp_path: Path) -> None:
    judged = ("FFDM findings", "DBT partial", "FFDM none", "FFDM failed", "FFDM not processed")
    judged += tuple(f"{images} {count} marks" for images in ("FFDM", "DBT") for count in (3, 4))
    spoilt = spoil(reports["FFDM not processed"], tmp_path / "spoilt.dcm", without_a_summary)
    found = complaints_of_templates([*(reports[name] for name in judged), spoilt])
    assert {name: found[reports[name]] for name in judged} == {name: [] for name in judged}
    # The tool would have said so.
    assert any("Summary of Analyses" in line and line.startswith("Error") for line in found[spoilt])


def test_dciodvfy_would_have_said_so(reports: dict[str, Path], tmp_path: Path) -> None:
    def without_points(ds: Dataset) -> None:
        for item in items_of(ds):
            if item.get("ValueType") == "SCOORD":
                del item.GraphicData

    assert complaints(spoil(reports["FFDM findings"], tmp_path / "spoilt.dcm", without_points))[0]


def test_a_name_in_other_letters_is_legal_and_comes_back(tmp_path: Path) -> None:
    exam_files = ffdm_files(tmp_path / "exam")
    for path in exam_files.files:
        ds = pydicom.dcmread(path)
        ds.SpecificCharacterSet = "ISO_IR 100"
        ds.PatientName = "Ångström^Ödla"
        ds.save_as(path)
    result = of_each_kind(exam_files.exam)["findings"]
    result = replace(result, provenance=replace(result.provenance, engine="乳腺 CAD Größe"))
    path = written(exam_files, result, tmp_path / "report.dcm")
    assert complaints(path)[0] == []
    ds = pydicom.dcmread(path)
    assert str(ds.PatientName) == "Ångström^Ödla"
    assert any(item.get("TextValue") == "乳腺 CAD Größe" for item in items_of(ds))


def items_of(ds: Dataset) -> list[Dataset]:
    """Every item of the tree, the root first."""
    found = [ds]
    for item in found:
        found += item.get("ContentSequence", [])
    return found


def without_a_summary(ds: Dataset) -> None:
    assert ds.ContentSequence[-1].ConceptNameCodeSequence[0].CodeValue == "111065"
    del ds.ContentSequence[-1]


def spoil(path: Path, copy: Path, how: Callable[[Dataset], None]) -> Path:
    ds = pydicom.dcmread(path)
    how(ds)
    ds.save_as(copy)
    return copy
