"""A Mammography CAD SR -> the domain's `CadReport` (PS3.16 TID 4000 with all that it includes)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import moment, text, texts
from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.attempts import all_algorithms, read_attempts, read_operating_points
from klarsyn.dicom.cad_sr.findings import read_findings
from klarsyn.dicom.cad_sr.library import read_images
from klarsyn.dicom.cad_sr.statements import Statements, read_algorithms, read_statements, text_under
from klarsyn.dicom.cad_sr.status import read_status
from klarsyn.dicom.content.item import ContentItem, tell
from klarsyn.dicom.content.tree import read_whole_tree
from klarsyn.dicom.stated_zone import in_zone
from klarsyn.domain.reports.cad_report import CadReport, Feature, ReportForm

_OF_THE_DOCUMENT = frozenset(
    {
        codes.IMAGE_LIBRARY,
        codes.SUMMARY,
        codes.SUMMARY_OF_DETECTIONS,
        codes.SUMMARY_OF_ANALYSES,
        codes.IMPRESSION,
        codes.SINGLE_IMAGE_FINDING,
        codes.COMPOSITE_FEATURE,
    }
)


def cad_report(ds: Dataset) -> CadReport:
    """Read a report from its data set, whose SOP class is not looked at.

    Whatever is not sound is left out and told in `problems`; nothing is raised for it. Nobody is named.
    """
    problems: list[str] = []
    root, whole = read_whole_tree(ds, problems)
    if root.concept != codes.REPORT_TITLE:
        tell(problems, "The report is not titled as a mammography CAD report (111036).")
    read = read_findings(root, problems)
    attempts = read_attempts(root, read.findings)
    status, reason = read_status(root, read.findings, whole and read.whole, problems)
    summaries = [child for child in root.contents if child.concept == codes.SUMMARY]
    said = _of_exam(root, summaries) + read.of_exam
    overall = tuple(one for summary in summaries for one in read_algorithms(summary))
    return CadReport(
        ReportForm.CAD,
        status,
        text(ds, "SOPInstanceUID"),
        text(ds, "SOPClassUID"),
        text(ds, "StudyInstanceUID"),
        text(ds, "Manufacturer") or text_under(root, codes.OBSERVER_MANUFACTURER),
        text(ds, "ManufacturerModelName") or text_under(root, codes.OBSERVER_MODEL),
        ", ".join(one for one in texts(ds, "SoftwareVersions") if one),
        in_zone(moment(ds, "", "ContentDate", "ContentTime"), ds),
        all_algorithms(overall, attempts, read.findings),
        read_images(root, problems),
        read.findings,
        said.scores,
        tuple(feature.text for feature in said.features if _describes(feature)),
        tuple(_spoken(feature) for feature in said.features if not _describes(feature)),
        attempts,
        read_operating_points(root),
        reason,
        tuple(problems),
    )


def _of_exam(root: ContentItem, summaries: list[ContentItem]) -> Statements:
    """Return what the overall impression says (TID 4002), and what stands loose under the root."""
    said = Statements()
    for summary in summaries:
        said += read_statements(summary)
    return said + read_statements(root, _OF_THE_DOCUMENT)


def _describes(feature: Feature) -> bool:
    return codes.concept_of(feature.name) == codes.IMPRESSION_DESCRIPTION


def _spoken(feature: Feature) -> str:
    return f"{feature.name.meaning or feature.name.value}: {feature.text}"
