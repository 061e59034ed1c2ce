"""What an outcome says of the findings of a result: which were cancer, which were not, which nobody knows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding
from klarsyn.domain.outcome import Outcome, OutcomeKind, Place

REACH_MM = 5.0
"""How far outside an outline a lesion's place may lie and still be that finding: a registry's place is a
point somewhere in the lesion, an engine's outline is often its core."""


@dataclass(frozen=True, slots=True)
class JudgedRegion:
    """The raw value of a finding, and whether it was cancer."""

    raw: float
    malignant: bool


def judged(exam: Exam, result: AiResult, outcomes: Sequence[Outcome]) -> list[list[JudgedRegion]]:
    """Return the findings whose outcome is known, in a list for each breast or whole exam that is known.

    Where there is no cancer, no finding is one. Of a cancer with places a finding is one when a place lies in
    it, and none when it does not while every image that it is marked on has a place; on other images nobody
    knows. Of a cancer without a place the highest finding of the breast, or of the exam where no side is
    told, stands for it; of the others nobody knows. Findings without a raw value, from results before it
    was kept, tell nothing.

    Parameters
    ----------
    outcomes
        Those in force (`outcome.in_force`).
    """
    known = []
    for side in dict.fromkeys(o.side for o in outcomes):
        mine = [o for o in outcomes if o.side is side]
        findings = [f for f in result.findings if side is None or f.laterality is side]
        regions = _of_part(exam, findings, mine)
        if regions:
            known.append(regions)
    return known


def _of_part(exam: Exam, findings: list[Finding], outcomes: list[Outcome]) -> list[JudgedRegion]:
    valued = [(f, raw) for f in findings if (raw := _raw(f)) is not None]
    cancers = [o for o in outcomes if o.kind is OutcomeKind.CANCER]
    if not cancers:
        return [JudgedRegion(raw, False) for _, raw in valued]
    places = [o.place for o in cancers if o.place is not None]
    if not places:
        return [JudgedRegion(max(raw for _, raw in valued), True)] if valued else []
    looked_at = {p.sop_instance_uid for p in places}
    regions = []
    for finding, raw in valued:
        if any(_holds(exam, finding, place) for place in places):
            regions.append(JudgedRegion(raw, True))
        elif {m.sop_instance_uid for m in finding.marks} <= looked_at:
            regions.append(JudgedRegion(raw, False))
    return regions


def _raw(finding: Finding) -> float | None:
    return max((m.raw for m in finding.marks if m.raw is not None), default=None)


def _holds(exam: Exam, finding: Finding, place: Place) -> bool:
    image = exam.image(place.sop_instance_uid)
    spacing = image.spacing if image is not None else None
    # Without a spacing nobody knows how far a millimetre is: the outline itself must hold the place.
    scale = (spacing.column_mm, spacing.row_mm) if spacing is not None else (1.0, 1.0)
    reach = REACH_MM if spacing is not None else 0.0
    at = place.column * scale[0], place.row * scale[1]
    return any(
        _distance([(c * scale[0], r * scale[1]) for c, r in mark.outline], at) <= reach
        for mark in finding.marks
        if mark.sop_instance_uid == place.sop_instance_uid
    )


def _distance(outline: list[tuple[float, float]], at: tuple[float, float]) -> float:
    """Return how far a point lies outside a closed outline; 0 inside (even-odd) and on it."""
    x, y = at
    nearest, inside = math.inf, False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1):
            inside = not inside
        long = (x2 - x1) ** 2 + (y2 - y1) ** 2
        along = 0.0 if long == 0 else min(1.0, max(0.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long))
        nearest = min(nearest, math.hypot(x1 + along * (x2 - x1) - x, y1 + along * (y2 - y1) - y))
    return 0.0 if inside else nearest
