"""What was tried, and at which operating points: PS3.16 TID 4015 to 4018 and TID 4023."""

from collections.abc import Iterator

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.library import descendants
from klarsyn.dicom.cad_sr.statements import code_or_unknown, read_algorithms, text_under
from klarsyn.dicom.content.item import ContentItem
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Attempt,
    Code,
    OperatingPoint,
    ReportFinding,
    ReportStatus,
)

_SUMMARIES = ((codes.SUMMARY_OF_DETECTIONS, False), (codes.SUMMARY_OF_ANALYSES, True))
_SUCCESSFUL = frozenset({codes.SUCCESSFUL_DETECTIONS, codes.SUCCESSFUL_ANALYSES})
_FAILED = frozenset({codes.FAILED_DETECTIONS, codes.FAILED_ANALYSES})
_PERFORMED = frozenset({codes.DETECTION_PERFORMED, codes.ANALYSIS_PERFORMED})


def read_attempts(root: ContentItem, findings: tuple[ReportFinding, ...]) -> tuple[Attempt, ...]:
    """Return each detection and analysis; one that succeeded ends in "findings" where there are such.

    A detection has findings where one is of its kind; an analysis, which names no kind, where there are any.
    What a summary says was not attempted is one attempt of the summary's own name.
    """
    kinds = {codes.concept_of(kind) for kind in _kinds(findings)}
    found: list[Attempt] = []
    for child in root.contents:
        for concept, analysis in _SUMMARIES:
            if child.concept != concept:
                continue
            tried = list(_tried(child, analysis, kinds))
            if not tried and child.value == codes.NOT_ATTEMPTED:
                what = code_or_unknown(child.name)
                tried = [Attempt(what, ReportStatus.NOT_ATTEMPTED, analysis)]
            found += tried
    return tuple(found)


def what_failed(root: ContentItem) -> tuple[str, ...]:
    """Return the names of what is listed as failed (111025, 111024), whatever the summaries say."""
    groups = (
        group
        for child in root.contents
        if child.concept in dict(_SUMMARIES)
        for group in child.contents
        if group.concept in _FAILED
    )
    items = [item for group in groups for item in group.contents]
    return tuple(dict.fromkeys(code_or_unknown(item.code).meaning or "unnamed" for item in items))


def _tried(summary: ContentItem, analysis: bool, kinds: set[codes.Concept]) -> Iterator[Attempt]:
    for group in summary.contents:
        if group.concept not in _SUCCESSFUL | _FAILED:
            continue
        for item in group.contents:
            if item.concept not in _PERFORMED:
                continue
            what = code_or_unknown(item.code)
            if group.concept in _FAILED:
                status = ReportStatus.FAILED
            elif item.value in kinds or (analysis and kinds):
                status = ReportStatus.FINDINGS
            else:
                status = ReportStatus.NO_FINDINGS
            # One item may name several algorithms that did the same together.
            for algorithm in read_algorithms(item) or (None,):
                yield Attempt(what, status, analysis, algorithm, _images(item))


def _images(item: ContentItem) -> tuple[str, ...]:
    """Return the instances that were looked at, whole or a region of them."""
    named = [*item.contents, *(one for region in item.contents for one in region.contents)]
    return tuple(
        dict.fromkeys(
            one.reference.sop_instance_uid
            for one in named
            if one.value_type == "IMAGE" and one.reference is not None
        )
    )


def _kinds(findings: tuple[ReportFinding, ...]) -> Iterator[Code]:
    waiting = list(findings)
    while waiting:
        finding = waiting.pop()
        yield finding.kind
        waiting += finding.members


def read_operating_points(root: ContentItem) -> tuple[OperatingPoint, ...]:
    """Return the recommended operating points, which have no description, then those of the tables."""
    recommended: list[OperatingPoint] = []
    listed: list[OperatingPoint] = []
    for item in descendants(root):
        if item.concept == codes.RECOMMENDED_OPERATING_POINT:
            recommended.append(OperatingPoint(item.number))
        elif item.concept == codes.OPERATING_POINT_TABLE:
            listed += [
                OperatingPoint(point.number, text_under(point, codes.OPERATING_POINT_DESCRIPTION))
                for point in item.contents
                if point.concept == codes.OPERATING_POINT
            ]
    return tuple(dict.fromkeys((*recommended, *listed)))


def all_algorithms(
    overall: tuple[Algorithm, ...], attempts: tuple[Attempt, ...], findings: tuple[ReportFinding, ...]
) -> tuple[Algorithm, ...]:
    """Return every algorithm once: those of the overall impression, of the attempts, of the findings."""
    found = [*overall, *(attempt.algorithm for attempt in attempts)]
    waiting = list(reversed(findings))
    while waiting:
        finding = waiting.pop()
        found.append(finding.algorithm)
        waiting += reversed(finding.members)
    return tuple(dict.fromkeys(algorithm for algorithm in found if algorithm is not None))
