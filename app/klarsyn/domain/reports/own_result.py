"""A report that we wrote ourselves -> the result that it was written of, unchanged.

Nothing is guessed: a report of ours from which something was lost on its way is refused; it may then be read
like any other maker's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    Mark,
    Provenance,
    ResultOrigin,
    ResultStatus,
)
from klarsyn.domain.placing import place
from klarsyn.domain.reports.cad_report import CadReport, GraphicKind, Purpose, Rendering, ReportFinding
from klarsyn.domain.reports.own_parameters import FORMAT, VERSION, decoded, read_parameters, unlisted
from klarsyn.domain.reports.own_unplaced import read_unplaced

_LONGEST_KEY = 64


def is_own(report: CadReport) -> bool:
    """True when the report says of itself that it has our form."""
    return any(f"{FORMAT}={VERSION}" in algorithm.parameters for algorithm in report.algorithms)


def own_result_id(report: CadReport) -> str:
    """Return the key of the result that a report of our form was written of; "" of any other report."""
    mine = next((a for a in report.algorithms if f"{FORMAT}={VERSION}" in a.parameters), None)
    try:
        key = read_parameters(mine.parameters).get("result_id", "") if mine is not None else ""
    except ValueError:
        return ""
    return key if key.isprintable() and len(key) <= _LONGEST_KEY else ""


def own_result(report: CadReport, exam: Exam) -> AiResult:
    """Return the result, with every mark that cannot be drawn on this exam in `unplaced` (invariant 3).

    Raises
    ------
    ValueError
        If the report is not of our form, or not whole.
    """
    mine = next((a for a in report.algorithms if f"{FORMAT}={VERSION}" in a.parameters), None)
    if mine is None:
        raise ValueError("The report is not of the form that Klarsyn writes.")
    try:
        said = read_parameters(mine.parameters)
        findings = tuple(_finding(finding) for finding in report.findings)
        if len(findings) != int(said["findings"]):
            raise ValueError(f"it has {len(findings)} findings of {said['findings']}")
        score = _score(said)
        result = AiResult(
            result_id=said["result_id"],
            exam_id=exam.exam_id,
            status=ResultStatus(said["status"]),
            provenance=_provenance(said),
            score=score,
            findings=findings,
            unplaced=read_unplaced(said["unplaced"]) if "unplaced" in said else (),
            reason=said.get("reason", ""),
            considered=unlisted(said["considered"]),
            raw=_number(said, "raw"),
            raw_finding=_number(said, "raw_finding"),
            notices=unlisted(said["notices"]) if "notices" in said else (),
        )
    except (KeyError, ValueError) as error:
        what = f"it does not state {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"The report has Klarsyn's form and is not whole: {what}.") from error
    return place(result, exam)


def _score(said: Mapping[str, str]) -> ExamScore | None:
    if "exam_score" not in said:
        return None
    return ExamScore(
        value=int(said["exam_score"]),
        raw=float(said["exam_score_raw"]),
        percentile=float(said["percentile"]),
        provisional=said["provisional"] != "no",
    )


def _provenance(said: Mapping[str, str]) -> Provenance:
    return Provenance(
        engine=said["engine"],
        vendor=said["vendor"],
        version=said["version"],
        model_sha256=said["model_sha256"],
        intended_use=IntendedUse(said["intended_use"]),
        calibration=said["calibration"],
        operating_point=int(said["operating_point"]),
        input_instances=unlisted(said["input_instances"]),
        made_at=datetime.fromisoformat(said["made_at"]),
        calibration_state=CalibrationState(said["calibration_state"]),
        calibration_sha256=said["calibration_sha256"],
        calibration_id=said["calibration_id"],
        origin=ResultOrigin(said["origin"]),
        source=said["source"],
        report_uid=said["report_uid"],
        report_form=said.get("report_form", ""),
    )


def _finding(finding: ReportFinding) -> Finding:
    members = tuple(_single(finding))
    said = read_parameters(finding.algorithm.parameters) if finding.algorithm else {}
    if finding.lesion_type is None:
        raise ValueError("it has a finding that is no lesion")
    if len(members) != int(said["marks"]):
        raise ValueError(f"a finding has {len(members)} marks of {said['marks']}")
    side = said.get("laterality")
    return Finding(
        finding_id=decoded(finding.tracking_id),
        lesion_type=finding.lesion_type,
        laterality=Laterality(side) if side is not None else None,
        score=int(said["finding_score"]),
        marks=tuple(_mark(member) for member in members),
        descriptor=said.get("descriptor", ""),
        stated=said.get("stated", ""),
        algorithm=said.get("algorithm", ""),
        optional=finding.rendering is Rendering.OPTIONAL,
    )


def _single(finding: ReportFinding) -> Iterator[ReportFinding]:
    """Give the findings on single images, in order: composites of more than two stand in each other."""
    if not finding.members:
        yield finding
    for member in finding.members:
        yield from _single(member)


def _mark(member: ReportFinding) -> Mark:
    said = read_parameters(member.algorithm.parameters) if member.algorithm else {}
    outlines = [r for r in member.regions if r.purpose is Purpose.OUTLINE and r.kind is GraphicKind.POLYLINE]
    if len(outlines) != 1:
        raise ValueError("a mark has no outline")
    outline = outlines[0]
    ends = said["mark_frame_range"].split() if "mark_frame_range" in said else None
    mark = Mark(
        sop_instance_uid=outline.sop_instance_uid,
        outline=outline.points[:-1],
        score=int(said["mark_score"]),
        frame=outline.frame,
        frame_range=(int(ends[0]), int(ends[1])) if ends else None,
        raw=_number(said, "mark_raw"),
    )
    if "mark_frame" not in said:
        return mark
    # Said of images with one frame only, which a reference may not number; anything else was changed.
    if outline.frame is not None or said["mark_frame"] != "1":
        raise ValueError("the frame of a mark is not the one that it refers to")
    return replace(mark, frame=1)


def _number(said: Mapping[str, str], key: str) -> float | None:
    return float(said[key]) if key in said else None
