"""The domain's `CadReport` -> a Mammography CAD SR file (PS3.3 A.35.5, PS3.16 TID 4000).

Patient and study are copied from a file of the study itself, so that the report lands in the same folder of
the archive as the images that it speaks of. No private elements.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from klarsyn.dicom.cad_sr_writing import codes as code
from klarsyn.dicom.cad_sr_writing.items import HAS_CONCEPT_MOD, code_item, container
from klarsyn.dicom.cad_sr_writing.library import WrittenLibrary
from klarsyn.dicom.cad_sr_writing.summary import attempts_item, findings_item
from klarsyn.dicom.stated_zone import put_zone
from klarsyn.dicom.states.scopes import image_reference
from klarsyn.dicom.study_modules import study_modules
from klarsyn.dicom.written_file import file_meta, write_whole
from klarsyn.domain.reports.cad_report import CadReport, ReportForm

_NOT_IN_A_LINE = re.compile(r"[\\\x00-\x1f]")
CAD_SR = "1.2.840.10008.5.1.4.1.1.88.50"


@dataclass(frozen=True, slots=True)
class ReportSeries:
    """The series of reports in the study, and the number of this one in it.

    The series must be one of our own: a series has one modality (SR) and one maker.
    """

    series_instance_uid: str
    series_number: int = 9001
    instance_number: int = 1


def write_cad_sr(
    path: Path, report: CadReport, study_file: Path, series: ReportSeries, image_series: Mapping[str, str]
) -> None:
    """Write a report; the file gets its name when it is whole. Parameters and errors as of `cad_sr`.

    Raises
    ------
    OSError
        If the file cannot be written; nothing is left behind then.
    """
    write_whole(path, cad_sr(report, study_file, series, image_series))


def cad_sr(
    report: CadReport, study_file: Path, series: ReportSeries, image_series: Mapping[str, str]
) -> Dataset:
    """Return a report as a data set, with its meta information.

    Parameters
    ----------
    report
        With the UID that it is to have. Not written: operating points and problems.
    study_file
        An image of the same study: identity and study are copied from its header.
    image_series
        SeriesInstanceUID of every image of the report, by SOPInstanceUID (`study_modules.series_of`).

    Raises
    ------
    ValueError
        If the report cannot be said in the standard's form (what is not written is never left out without
        a word), contradicts itself, or is of another study than the file.
    UnreadableFile
        If the header of `study_file` cannot be read.
    """
    if report.form is not ReportForm.CAD or report.operating_points:
        raise ValueError("Only CAD reports without a table of operating points are written.")
    if not report.images:
        raise ValueError("A report without images is not written.")
    ds = study_modules(study_file)
    if ds.StudyInstanceUID != report.study_instance_uid:
        raise ValueError(
            "The report is about another study than the file that names the patient; it is not written."
        )
    if missing := [i for i in report.images if not image_series.get(i.sop_instance_uid)]:
        raise ValueError(f"The series of {len(missing)} images of the report are not known.")
    _write_header(ds, report, series, study_file)
    _write_evidence(ds, report, image_series)
    _write_tree(ds, report)
    ds.file_meta = file_meta(CAD_SR, report.sop_instance_uid)
    return ds


def _write_header(ds: Dataset, report: CadReport, series: ReportSeries, study_file: Path) -> None:
    """SR Document Series, General Equipment and SR Document General (PS3.3 C.17.1, C.7.5.1, C.17.2)."""
    ds.SOPClassUID, ds.SOPInstanceUID = CAD_SR, report.sop_instance_uid
    ds.Modality, ds.SeriesInstanceUID = "SR", series.series_instance_uid
    ds.SeriesNumber, ds.InstanceNumber = series.series_number, series.instance_number
    ds.ReferencedPerformedProcedureStepSequence = Sequence([])
    ds.Manufacturer = _line(report.manufacturer)
    if report.model:
        ds.ManufacturerModelName = _line(report.model)
    if report.software_versions:
        ds.SoftwareVersions = _line(report.software_versions)
    ds.CompletionFlag, ds.VerificationFlag = "COMPLETE", "UNVERIFIED"
    if report.made_at is None:
        raise ValueError("A report without the time when it was made is not written.")
    made = put_zone(ds, report.made_at, study_file)
    ds.ContentDate, ds.ContentTime = f"{made:%Y%m%d}", f"{made:%H%M%S}"
    ds.PerformedProcedureCodeSequence = Sequence([])


def _line(text: str) -> str:
    """Return a text as LO can hold it: a backslash would begin another value."""
    return _NOT_IN_A_LINE.sub("/", text)[:64]


def _write_evidence(ds: Dataset, report: CadReport, image_series: Mapping[str, str]) -> None:
    """All images of the tree, by series (PS3.3 C.17.2.3)."""
    by_series: dict[str, list[Dataset]] = {}
    for image in report.images:
        item = image_reference(image.sop_class_uid, image.sop_instance_uid, ())
        by_series.setdefault(image_series[image.sop_instance_uid], []).append(item)
    study = Dataset()
    study.StudyInstanceUID = report.study_instance_uid
    study.ReferencedSeriesSequence = Sequence([])
    for series_instance_uid, images in by_series.items():
        item = Dataset()
        item.SeriesInstanceUID = series_instance_uid
        item.ReferencedSOPSequence = Sequence(images)
        study.ReferencedSeriesSequence.append(item)
    ds.CurrentRequestedProcedureEvidenceSequence = Sequence([study])


def _write_tree(ds: Dataset, report: CadReport) -> None:
    # Language first, then the library: the second child of the root.
    library = WrittenLibrary(report, (1, 2))
    root = container(
        "",
        code.REPORT,
        [
            code_item(HAS_CONCEPT_MOD, code.LANGUAGE, code.ENGLISH),
            library.item,
            findings_item(report, library),
            attempts_item(report, library, analyses=False),
            attempts_item(report, library, analyses=True),
        ],
    )
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "4000"
    root.ContentTemplateSequence = Sequence([template])
    ds.update(root)
