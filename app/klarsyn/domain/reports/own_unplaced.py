"""Findings that cannot be drawn, as one text: a report of ours lists them with the reason (invariant 3).

They are no content items of their own, since a viewer would draw those; nor are they left out.
"""

import json
from typing import Any

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding, LesionType, Mark

Unplaced = tuple[tuple[Finding, str], ...]


def unplaced_text(unplaced: Unplaced) -> str:
    """Return the findings and their reasons as JSON."""
    return json.dumps([{**_finding_fields(finding), "reason": reason} for finding, reason in unplaced])


def read_unplaced(text: str) -> Unplaced:
    """Return what `unplaced_text` was given.

    Raises
    ------
    ValueError
        If the text is damaged.
    """
    try:
        return tuple((_finding(fields), str(fields["reason"])) for fields in json.loads(text))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("The list of marks that cannot be drawn is damaged.") from error


def _finding_fields(finding: Finding) -> dict[str, Any]:
    return {
        "finding_id": finding.finding_id,
        "lesion_type": finding.lesion_type.value,
        "laterality": finding.laterality.value if finding.laterality else None,
        "score": finding.score,
        "descriptor": finding.descriptor,
        "stated": finding.stated,
        "algorithm": finding.algorithm,
        "optional": finding.optional,
        "marks": [
            {
                "sop_instance_uid": mark.sop_instance_uid,
                "outline": mark.outline,
                "score": mark.score,
                "frame": mark.frame,
                "frame_range": mark.frame_range,
                "raw": mark.raw,
            }
            for mark in finding.marks
        ],
    }


def _finding(fields: dict[str, Any]) -> Finding:
    side = fields["laterality"]
    return Finding(
        finding_id=str(fields["finding_id"]),
        lesion_type=LesionType(fields["lesion_type"]),
        laterality=Laterality(side) if side is not None else None,
        score=int(fields["score"]),
        marks=tuple(_mark(mark) for mark in fields["marks"]),
        descriptor=str(fields["descriptor"]),
        stated=str(fields["stated"]),
        algorithm=str(fields["algorithm"]),
        optional=bool(fields["optional"]),
    )


def _mark(fields: dict[str, Any]) -> Mark:
    frame, ends, raw = fields["frame"], fields["frame_range"], fields["raw"]
    return Mark(
        sop_instance_uid=str(fields["sop_instance_uid"]),
        outline=tuple((float(column), float(row)) for column, row in fields["outline"]),
        score=int(fields["score"]),
        frame=int(frame) if frame is not None else None,
        frame_range=(int(ends[0]), int(ends[1])) if ends is not None else None,
        raw=float(raw) if raw is not None else None,
    )
