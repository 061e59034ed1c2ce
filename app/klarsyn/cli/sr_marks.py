"""The marks of a report as JSON, for programs: its words are those of docs/cad-sr.md, and stay.

Everything stands as the report states it: no number is converted, and nothing is placed on an exam.
"""

from collections.abc import Iterator
from typing import Any

from klarsyn.domain.reports.cad_report import (
    Algorithm,
    CadReport,
    Region,
    Rendering,
    ReportFinding,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)

_STATUS = {
    ReportStatus.FINDINGS: "findings",
    ReportStatus.NO_FINDINGS: "no_findings",
    ReportStatus.PARTIAL: "partial",
    ReportStatus.FAILED: "failed",
    # Nothing was looked at: whoever counts on a result has none, and `reason` says why.
    ReportStatus.NOT_ATTEMPTED: "failed",
}
_RENDERING = {
    Rendering.REQUIRED: "required",
    Rendering.OPTIONAL: "optional",
    Rendering.NOT_FOR_PRESENTATION: "not_for_presentation",
}
_PREFERENCE = (
    ScoreConcept.CERTAINTY_OF_FINDING,
    ScoreConcept.PROBABILITY_OF_CANCER,
    ScoreConcept.CERTAINTY_OF_FEATURE,
    ScoreConcept.OTHER,
    ScoreConcept.CERTAINTY_OF_IMPRESSION,
)
_ONE = ("1", "{ratio}", "ratio", "")
"""UCUM's "no units", and how it is spelt elsewhere."""


def marks_of(report: CadReport) -> dict[str, Any]:
    """Return `status`, `reason`, `findings` and `problems` of a report, ready for `json.dumps`."""
    left_out = [
        f"A mark of the finding {_kind(finding)} cannot be drawn: {reason}"
        for finding in report.findings
        for each in flattened(finding)
        for reason in each.unusable
    ]
    return {
        "status": _STATUS[report.status],
        "reason": report.reason,
        "findings": [_finding(finding) for finding in report.findings],
        "problems": [*report.problems, *left_out],
    }


def flattened(finding: ReportFinding) -> Iterator[ReportFinding]:
    """Give a finding and all that it consists of, in the report's order."""
    waiting = [finding]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(each.members)


def leading_score(finding: ReportFinding) -> StatedScore | None:
    """Return the number, or else the text, that says most directly how sure the maker is; its own first.

    A composite feature that states none has the highest of its members', where all are of one scale.
    """
    if finding.scores:
        order = {concept: place for place, concept in enumerate(_PREFERENCE)}
        return min(finding.scores, key=lambda s: (s.value is None, order[s.concept]))
    found = [s for s in map(leading_score, finding.members) if s is not None and s.value is not None]
    if len({(score.concept, score.unit, scale_of(score)) for score in found}) != 1:
        return None
    return max(found, key=lambda score: score.value or 0.0)


def scale_of(score: StatedScore) -> str:
    """Return "0-100", "0-1", "text", or the unit as it stands there with "maker's own".

    The first two are said only of concepts that the standard defines, in units that fix their ends.
    """
    if score.value is None:
        return "text"
    if score.concept is not ScoreConcept.OTHER:
        if score.unit == "%" and 0 <= score.value <= 100:
            return "0-100"
        if score.unit in _ONE and 0 <= score.value <= 1:
            return "0-1"
    return f"maker's own ({score.unit})" if score.unit else "maker's own"


def _finding(finding: ReportFinding) -> dict[str, Any]:
    score, algorithm = leading_score(finding), _algorithm(finding)
    return {
        "type": _kind(finding),
        "score": None if score is None else score.text if score.value is None else score.value,
        "scale": None if score is None else scale_of(score),
        "rendering": _RENDERING[finding.rendering],
        "tracking_uid": next((f.tracking_uid for f in flattened(finding) if f.tracking_uid), None),
        "algorithm": None if algorithm is None else f"{algorithm.name} {algorithm.version}".strip(),
        "marks": [_mark(region) for each in flattened(finding) for region in each.regions],
    }


def _kind(finding: ReportFinding) -> str:
    return finding.kind.meaning or f"{finding.kind.value} ({finding.kind.scheme})"


def _algorithm(finding: ReportFinding) -> Algorithm | None:
    return next((f.algorithm for f in flattened(finding) if f.algorithm is not None), None)


def _mark(region: Region) -> dict[str, Any]:
    return {
        "sop_instance_uid": region.sop_instance_uid,
        "frame": region.frame,
        "kind": region.kind.value,
        "points": [[column, row] for column, row in region.points],
    }
