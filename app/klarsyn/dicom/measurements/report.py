"""A measurement report (TID 1500), as AI results come by the IHE AIR profile, -> `CadReport`.

That there is nothing is said by absence there: no measurement group, and a qualitative evaluation that says
so. A report with neither is no all-clear.
"""

from collections.abc import Iterable

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text
from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.codes import Concept
from klarsyn.dicom.cad_sr.statements import Statements, read_algorithms, text_under
from klarsyn.dicom.content.item import ContentItem
from klarsyn.dicom.content.tree import read_whole_tree
from klarsyn.dicom.measurements.groups import Group, group_statements, presence, read_group
from klarsyn.dicom.measurements.library import read_library
from klarsyn.dicom.report_facts import made_at, required_uid, software_versions
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    CadReport,
    ReportFinding,
    ReportForm,
    ReportStatus,
    StatedScore,
)

TITLES = frozenset({(value, "DCM") for value in ("126000", "126001", "126002", "126003")})
"""CID 7021: Imaging, Oncology, Dynamic Contrast MR and PET Measurement Report."""

_MEASUREMENTS = frozenset({("126010", "DCM"), ("126011", "DCM")})
_EVALUATIONS: Concept = ("C0034375", "UMLS")
_GROUP: Concept = ("125007", "DCM")
_WHAT = "measurement report"


def measurement_report(ds: Dataset) -> CadReport:
    """Return what a measurement report says.

    Groups that speak of a place or a lesion are its findings; what others say, and the qualitative
    evaluations, is of the exam.

    Raises
    ------
    UnreadableFile
        If it has no UIDs.
    """
    problems: list[str] = []
    root, whole = read_whole_tree(ds, problems)
    groups = [read_group(item) for item in _groups(root)]
    findings = tuple(group.finding for group in groups if group.finding is not None)
    evaluated = [group_statements(item) for item in _evaluating(root)]
    of_exam = [*evaluated, *(group.statements for group in groups if group.finding is None)]
    status, reason = _status(ds, root, groups)
    if status in (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS) and not whole:
        status, reason = ReportStatus.PARTIAL, "Part of the report could not be read."
    manufacturer, model = _maker(ds, root)
    return CadReport(
        form=ReportForm.MEASUREMENTS,
        status=status,
        sop_instance_uid=required_uid(ds, "SOPInstanceUID", _WHAT),
        sop_class_uid=text(ds, "SOPClassUID"),
        study_instance_uid=required_uid(ds, "StudyInstanceUID", _WHAT),
        manufacturer=manufacturer,
        model=model,
        software_versions=software_versions(ds),
        made_at=made_at(ds),
        algorithms=_algorithms(root, findings),
        images=read_library(root, problems),
        findings=findings,
        scores=_scores(of_exam),
        texts=_texts(of_exam, groups),
        reason=reason,
        problems=tuple(problems),
    )


def _groups(root: ContentItem) -> Iterable[ContentItem]:
    holders = [root, *(child for child in root.contents if child.concept in _MEASUREMENTS)]
    return (
        child
        for holder in holders
        for child in holder.contents
        if child.concept == _GROUP and child.value_type == "CONTAINER"
    )


def _evaluating(root: ContentItem) -> list[ContentItem]:
    """Return what holds qualitative evaluations (TID 1500 rows 12 to 14), and numbers outside of groups."""
    return [child for child in root.contents if child.concept in _MEASUREMENTS | {_EVALUATIONS}]


def _status(ds: Dataset, root: ContentItem, groups: list[Group]) -> tuple[ReportStatus, str]:
    absent, present = presence(child for holder in _evaluating(root) for child in holder.contents)
    absent = absent or any(group.absent for group in groups)
    present = present or any(group.present for group in groups)
    findings = [group.finding for group in groups if group.finding is not None]
    if text(ds, "CompletionFlag") == "PARTIAL":
        return ReportStatus.PARTIAL, "The report says that it is not complete."
    if any(f.lesion_type is not None or f.regions or f.unusable for f in findings):
        return ReportStatus.FINDINGS, ""
    if present:
        return (
            ReportStatus.PARTIAL,
            "The report says that there is, or may be, something, and names no place for it.",
        )
    if absent:
        return ReportStatus.NO_FINDINGS, ""
    return ReportStatus.PARTIAL, "The report neither names a finding nor says that there is none."


def _maker(ds: Dataset, root: ContentItem) -> tuple[str, str]:
    """Return manufacturer and model: of the device that observed (TID 1004), else of what wrote the file."""
    named = text_under(root, codes.OBSERVER_MANUFACTURER)
    model = text_under(root, codes.OBSERVER_MODEL) or text_under(root, codes.OBSERVER_NAME)
    if named:
        return named, model
    return text(ds, "Manufacturer"), model or text(ds, "ManufacturerModelName")


def _algorithms(root: ContentItem, findings: Iterable[ReportFinding]) -> tuple[Algorithm, ...]:
    stated = [algorithm for item in (root, *_evaluating(root)) for algorithm in read_algorithms(item)]
    stated += [finding.algorithm for finding in findings if finding.algorithm is not None]
    return tuple(dict.fromkeys(stated))


def _scores(of_exam: Iterable[Statements]) -> tuple[StatedScore, ...]:
    return tuple(dict.fromkeys(score for said in of_exam for score in said.scores))


def _texts(of_exam: Iterable[Statements], groups: Iterable[Group]) -> tuple[str, ...]:
    """Return in words what is said of the exam, and what was looked for and is not there."""
    features = (feature for said in of_exam for feature in said.features)
    texts = [f"{feature.name.meaning or feature.name.value}: {feature.text}" for feature in features]
    texts += [
        f"{group.about.meaning or group.about.value}: absent"
        for group in groups
        if group.absent and group.finding is None and group.about is not None
    ]
    return tuple(dict.fromkeys(texts))
