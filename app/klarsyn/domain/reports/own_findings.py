"""Findings of ours -> findings of a report: a Single Image Finding (PS3.16 TID 4006) for one mark, a
Composite Feature (TID 4004) with one Single Image Finding each for several, also on frames of one volume."""

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding, LesionType, Mark
from klarsyn.domain.made_uid import made_uid
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Code,
    GraphicKind,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ScoreConcept,
    StatedScore,
)
from klarsyn.domain.reports.own_parameters import encoded, parameters
from klarsyn.domain.reports.own_sentences import one_line

CERTAINTY_OF_IMPRESSION = Code("111013", "DCM", "Certainty of Impression")
_CERTAINTY_OF_FINDING = Code("111012", "DCM", "Certainty of Finding")
_CERTAINTY_OF_FEATURE = Code("111011", "DCM", "Certainty of Feature")

_SINGLE = {
    LesionType.CALCIFICATIONS: Code("129769006", "SCT", "Calcification Cluster"),
    LesionType.SOFT_TISSUE: Code("129793001", "SCT", "Mammography breast density"),
}
"""PS3.16 CID 6014. On one image, what may be a mass is a density."""

_COMPOSITE = {
    LesionType.CALCIFICATIONS: Code("129769006", "SCT", "Calcification Cluster"),
    LesionType.SOFT_TISSUE: Code("129788004", "SCT", "Mammographic breast mass"),
}
"""PS3.16 CID 6016."""


def shown(name: str) -> str:
    """Return a name as a text of the standard may hold it, never empty (TID 4019 requires one)."""
    return one_line(name) or "not stated"


def report_finding(finding: Finding, result: AiResult, exam: Exam) -> ReportFinding:
    """Return one finding, all of whose marks can be drawn."""
    made = result.provenance
    single = len(finding.marks) == 1
    rendering = Rendering.OPTIONAL if finding.optional else Rendering.REQUIRED
    name, version = shown(finding.algorithm or made.engine), shown(made.version)
    own = {
        "finding_score": finding.score,
        "laterality": finding.laterality.value if finding.laterality else None,
        "descriptor": finding.descriptor or None,
        "stated": finding.stated or None,
        "algorithm": finding.algorithm or None,
        "marks": len(finding.marks),
    }

    def one(place: int, mark: Mark) -> ReportFinding:
        image = exam.image(mark.sop_instance_uid)
        # A reference may number the frames of an image that has several, and of no other (PS3.3 10-3).
        numbered = image is not None and image.frames > 1
        frame = mark.frame if numbered else None
        said = parameters({**(own if single else {}), **_mark_parameters(mark, numbered)})
        return ReportFinding(
            kind=_SINGLE[finding.lesion_type],
            lesion_type=finding.lesion_type,
            rendering=rendering,
            regions=(
                Region(mark.sop_instance_uid, frame, GraphicKind.POINT, (_center(mark),), Purpose.CENTER),
                # Closed by coming back to where it began (PS3.3 C.18.6.1.2).
                Region(
                    mark.sop_instance_uid,
                    frame,
                    GraphicKind.POLYLINE,
                    (*mark.outline, mark.outline[0]),
                    Purpose.OUTLINE,
                ),
            ),
            scores=_certainty(ScoreConcept.CERTAINTY_OF_FINDING, _CERTAINTY_OF_FINDING, mark.score),
            algorithm=Algorithm(name, version, said),
            tracking_id=encoded(finding.finding_id) if single else f"{encoded(finding.finding_id)} {place}",
            tracking_uid=made_uid("mark", result.result_id, finding.finding_id, str(place)),
            laterality=image.laterality if image is not None else None,
        )

    members = tuple(one(place, mark) for place, mark in enumerate(finding.marks, 1))
    if single:
        return members[0]
    return ReportFinding(
        kind=_COMPOSITE[finding.lesion_type],
        lesion_type=finding.lesion_type,
        rendering=rendering,
        scores=_certainty(ScoreConcept.CERTAINTY_OF_FEATURE, _CERTAINTY_OF_FEATURE, finding.score),
        algorithm=Algorithm(name, version, parameters(own)),
        tracking_id=encoded(finding.finding_id),
        tracking_uid=made_uid("finding", result.result_id, finding.finding_id),
        laterality=finding.laterality,
        members=members,
    )


def _mark_parameters(mark: Mark, numbered: bool) -> dict[str, str | float | bool | None]:
    ends = mark.frame_range
    return {
        "mark_score": mark.score,
        "mark_raw": mark.raw,
        "mark_frame": None if numbered else mark.frame,
        "mark_frame_range": f"{ends[0]} {ends[1]}" if ends else None,
    }


def _certainty(concept: ScoreConcept, name: Code, score: int) -> tuple[StatedScore, ...]:
    # 0 says that none is stated.
    return (StatedScore(concept, name, float(score), "%"),) if 1 <= score <= 100 else ()


def _center(mark: Mark) -> tuple[float, float]:
    columns, rows = [c for c, _ in mark.outline], [r for _, r in mark.outline]
    return (min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2
