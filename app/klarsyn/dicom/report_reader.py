"""A file with what another maker's software thinks of an exam, in whichever form it comes -> `CadReport`.

Mammography CAD SR (TID 4000), measurement reports (TID 1500, the IHE AIR profile) and segmentations. Reports
of people and devices are told by name and not read.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import day, items, text
from klarsyn.dicom.cad_sr.codes import REPORT_TITLE, concept_of
from klarsyn.dicom.cad_sr.reader import cad_report
from klarsyn.dicom.content.values import CONCEPT_NAME, code_of
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.measurements.report import TITLES, measurement_report
from klarsyn.dicom.person import read_patient
from klarsyn.dicom.report_facts import class_name, class_of, require_whole, required_uid
from klarsyn.dicom.segmentation.report import SEGMENTATION, segmentation_report
from klarsyn.dicom.source import Source, open_source
from klarsyn.domain.exam import Patient
from klarsyn.domain.reports.cad_report import CadReport

MAMMOGRAPHY_CAD = "1.2.840.10008.5.1.4.1.1.88.50"
GENERAL_REPORTS = frozenset(f"1.2.840.10008.5.1.4.1.1.88.{last}" for last in (22, 33, 34))
"""Enhanced, Comprehensive and Comprehensive 3D SR: reports of all kinds, told apart by their title."""

LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
_STRUCTURED = "1.2.840.10008.5.1.4.1.1.88."
_KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
_NOT_AI = (
    "Nothing is lost from the exam: results of AI are read from Mammography CAD SR, measurement reports "
    "(TID 1500) and segmentations."
)


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """A report with the exam and patient that it is about. `exam_key` is as `headers.Instance.exam_key`."""

    report: CadReport
    patient: Patient
    exam_key: str
    study_date: date | None
    accession_number: str


def is_report(path: Path) -> bool:
    """True for a structured report or a segmentation, be it one that `read_report` then refuses by name.

    Raises
    ------
    UnreadableFile
        If the header cannot be read.
    """
    with open_source(path) as source:
        try:
            named = class_of(source.header, source.meta)
        except PARSE_FAILURES as error:
            raise _damaged(error) from error
        structured = named.startswith(_STRUCTURED) and named != _KEY_OBJECTS
        return structured or named in (SEGMENTATION, LABEL_MAP)


def read_report(path: Path) -> ReceivedReport:
    """Return what a report says, with every flaw in its `problems`.

    Raises
    ------
    UnreadableFile
        With the reason and what to do: not DICOM, damaged, without UIDs, or no result of AI.
    """
    with open_source(path) as source:
        try:
            require_whole(source.header)
            report = _report(source)
            ds = source.header
            required_uid(ds, "SOPInstanceUID", "report")
            study = required_uid(ds, "StudyInstanceUID", "report")
            return ReceivedReport(
                report,
                read_patient(ds),
                f"study:{study}",
                day(ds, "StudyDate"),
                text(ds, "AccessionNumber"),
            )
        except PARSE_FAILURES as error:
            raise _damaged(error) from error


def _report(source: Source) -> CadReport:
    ds = source.header
    named = class_of(ds, source.meta)
    title = code_of(ds, CONCEPT_NAME)
    if named == SEGMENTATION:
        return segmentation_report(source)
    if named == LABEL_MAP:
        raise UnreadableFile(
            "The segmentation is a label map, which is not read.", "Have the maker send binary segmentations."
        )
    if named == MAMMOGRAPHY_CAD or (named in GENERAL_REPORTS and concept_of(title) == REPORT_TITLE):
        return cad_report(ds)
    if named in GENERAL_REPORTS and (concept_of(title) in TITLES or _template(ds) == "1500"):
        return measurement_report(ds)
    kind = class_name(named)
    called = f" with the title {title.value[:16]} ({title.scheme[:16]})" if title is not None else ""
    raise UnreadableFile(f"The object is {kind}{called}, not a result of AI that is read here.", _NOT_AI)


def _template(ds: Dataset) -> str:
    """Return the TemplateIdentifier (0040,DB00) of the root, "" where it is none of DCMR's."""
    stated = next(iter(items(ds, "ContentTemplateSequence")), Dataset())
    return text(stated, "TemplateIdentifier") if text(stated, "MappingResource") == "DCMR" else ""


def _damaged(error: BaseException) -> UnreadableFile:
    return UnreadableFile(
        f"The report is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
    )
