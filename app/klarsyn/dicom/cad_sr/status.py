"""How complete a Mammography CAD SR says that it is (111017, 111064, 111065), and whether its tree agrees.

A contradiction is told, and never ends in "no findings": that is the one status that lets a reader rest.
"""

from dataclasses import dataclass

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.attempts import what_failed
from klarsyn.dicom.content.item import ContentItem, tell
from klarsyn.domain.reports.cad_report import ReportFinding, ReportStatus

_SAID = {
    codes.SUCCEEDED: ReportStatus.FINDINGS,
    codes.PARTIALLY_SUCCEEDED: ReportStatus.PARTIAL,
    codes.FAILED: ReportStatus.FAILED,
    codes.NOT_ATTEMPTED: ReportStatus.NOT_ATTEMPTED,
}
_WELL = (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS)
_REASONS = {
    ReportStatus.PARTIAL: "The report says that not all of its algorithms succeeded.",
    ReportStatus.FAILED: "The report says that its algorithms failed.",
    ReportStatus.NOT_ATTEMPTED: "The report says that nothing was attempted.",
}


@dataclass(frozen=True, slots=True)
class _Sayings:
    summary: ReportStatus | None
    detections: ReportStatus | None
    analyses: ReportStatus | None


def read_status(
    root: ContentItem, findings: tuple[ReportFinding, ...], whole: bool, problems: list[str]
) -> tuple[ReportStatus, str]:
    """Return the status and, where it is neither findings nor none, why, in a sentence."""
    said = _Sayings(
        _one(root, codes.SUMMARY, codes.SUMMARIES, problems),
        _one(root, codes.SUMMARY_OF_DETECTIONS, _SAID, problems),
        _one(root, codes.SUMMARY_OF_ANALYSES, _SAID, problems),
    )
    there = any(not codes.is_no_lesion(finding.kind) for finding in findings)
    status, reason = _stated(said, bool(findings))
    if said.summary is None and status is not ReportStatus.NOT_ATTEMPTED:
        tell(
            problems, "The report has no summary of its processing and findings (111017) that is understood."
        )
    status, reason = _against_findings(status, reason, said, bool(findings), there, problems)
    if status in _WELL and (failed := what_failed(root)):
        reason = f"The report says that all succeeded, and lists as failed: {', '.join(failed[:4])}."
        tell(problems, reason)
        return ReportStatus.PARTIAL, reason
    if status in _WELL and not whole:
        return ReportStatus.PARTIAL, "Part of the report could not be read."
    return status, reason


def _one(
    root: ContentItem,
    concept: codes.Concept,
    meanings: dict[codes.Concept, ReportStatus],
    problems: list[str],
) -> ReportStatus | None:
    """Return what a summary says, the worst where it stands several times; None where it says nothing."""
    items = [child for child in root.contents if child.concept == concept]
    found = [meanings.get(item.value) for item in items]
    if len(items) > 1:
        tell(problems, f"The report has {len(items)} summaries ({concept[0]}) where one is allowed.")
    if None in found:
        tell(problems, f"The report's summary ({concept[0]}) is in no code that is known.")
        return None
    order = (*_WELL[::-1], ReportStatus.NOT_ATTEMPTED, ReportStatus.PARTIAL, ReportStatus.FAILED)
    return max((one for one in found if one is not None), key=order.index, default=None)


def _stated(said: _Sayings, has_findings: bool) -> tuple[ReportStatus, str]:
    """Return what the three summaries say together, each of them believed when it says the worse."""
    parts = [one for one in (said.detections, said.analyses) if one is not None]
    if said.summary is None:
        # TID 4000: it may be missing where neither detection nor analysis was attempted.
        if parts and all(one is ReportStatus.NOT_ATTEMPTED for one in parts) and not has_findings:
            return ReportStatus.NOT_ATTEMPTED, _REASONS[ReportStatus.NOT_ATTEMPTED]
        if ReportStatus.FAILED in parts and not has_findings:
            return ReportStatus.FAILED, _REASONS[ReportStatus.FAILED]
        status = ReportStatus.PARTIAL if has_findings or parts else ReportStatus.FAILED
        return status, "The report does not say how its processing ended."
    if said.summary is ReportStatus.FAILED:
        if parts and all(one is ReportStatus.NOT_ATTEMPTED for one in parts):
            return ReportStatus.NOT_ATTEMPTED, _REASONS[ReportStatus.NOT_ATTEMPTED]
        return said.summary, _REASONS[said.summary]
    if said.summary in _WELL and said.detections is ReportStatus.NOT_ATTEMPTED and not has_findings:
        return ReportStatus.NOT_ATTEMPTED, "The report says that no detection was attempted."
    return said.summary, _REASONS.get(said.summary, "")


def _against_findings(
    status: ReportStatus,
    reason: str,
    said: _Sayings,
    has_findings: bool,
    there: bool,
    problems: list[str],
) -> tuple[ReportStatus, str]:
    """Return the status as the tree bears it out."""
    parts = [one for one in (said.detections, said.analyses) if one is not None]
    if status in _WELL and any(one in (ReportStatus.PARTIAL, ReportStatus.FAILED) for one in parts):
        sentence = "The report says that all algorithms succeeded, and that some did not."
        tell(problems, sentence)
        return ReportStatus.PARTIAL, sentence
    if status is ReportStatus.FINDINGS and said.detections is ReportStatus.NOT_ATTEMPTED:
        sentence = "The report says that no detection was attempted, and has findings."
        tell(problems, sentence)
        return ReportStatus.PARTIAL, sentence
    if status is ReportStatus.NO_FINDINGS and there:
        tell(problems, "The report says that there are no findings, and has some.")
        return ReportStatus.FINDINGS, ""
    if status is ReportStatus.FINDINGS and not has_findings:
        sentence = "The report says that there are findings, and none can be read."
        tell(problems, sentence)
        return ReportStatus.PARTIAL, sentence
    if status in (ReportStatus.FAILED, ReportStatus.NOT_ATTEMPTED) and has_findings:
        sentence = "The report says that no algorithm succeeded, and has findings."
        tell(problems, sentence)
        return ReportStatus.PARTIAL, sentence
    return status, reason
