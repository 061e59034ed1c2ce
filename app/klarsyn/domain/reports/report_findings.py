"""What a report has found -> findings with marks on the exam's images, and what cannot or may not be drawn.

Nothing is dropped in silence: each place of a report is drawn, or listed with the reason, or counted in a
notice because its maker does not want it shown (111152) or because it is no lesion.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import NAMESPACE_OID, uuid5

from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.reports.cad_report import (
    CadReport,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportImage,
)
from klarsyn.domain.reports.lesion_words import lesion_word
from klarsyn.domain.reports.source_placing import Spot, spots_of
from klarsyn.domain.reports.vendor_rule import VendorRule
from klarsyn.domain.reports.vendor_scores import finding_number, stated_words

NO_LESION = "The report also speaks of what is no lesion and is not drawn"
"""How the one notice begins that takes nothing from what a result says of lesions."""

_LONGEST = 64
_NO_PLACE = "the report names no place for it"


@dataclass
class Told:
    """What is made of a report's findings; `lesions` counts those that are to be shown."""

    findings: list[Finding] = field(default_factory=list)
    unplaced: list[tuple[Finding, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lesions: int = 0


def told_by(report: CadReport, rule: VendorRule, exam: Exam) -> Told:
    """Return the findings of a report, highest score first and those below the operating point last."""
    stated = {image.sop_instance_uid: image for image in reversed(report.images)}
    told = Told()
    left_out = 0
    no_lesions: list[str] = []
    for number, finding in enumerate(report.findings):
        parts = _parts(finding)
        shown = () if _held_back(finding) else tuple(part for part in parts if not _held_back(part))
        # A composite of parts that are shown or not has no place of its own.
        left_out += sum(not p.members for p in parts) - sum(not p.members for p in shown)
        lesion_type = next((part.lesion_type for part in shown if part.lesion_type is not None), None)
        if not shown:
            continue
        if lesion_type is None:
            no_lesions.append(finding.kind.meaning or finding.kind.value)
            continue
        told.lesions += 1
        uid = uuid5(NAMESPACE_OID, f"{report.sop_instance_uid}|{number}|{finding.tracking_uid}")
        _tell(told, _Lesion(str(uid), finding, lesion_type, shown), rule, exam, stated)
    told.findings.sort(key=lambda found: (found.optional, -found.score))
    if left_out:
        told.notices.append(f"The report holds {left_out} of its findings back from being shown.")
    if no_lesions:
        names = ", ".join(dict.fromkeys(name[:_LONGEST] for name in no_lesions[:20]))
        told.notices.append(f"{NO_LESION}: {names}.")
    told.notices = list(dict.fromkeys(told.notices))
    return told


@dataclass(frozen=True, slots=True)
class _Lesion:
    finding_id: str
    said: ReportFinding
    lesion_type: LesionType
    parts: tuple[ReportFinding, ...]


def _parts(finding: ReportFinding) -> tuple[ReportFinding, ...]:
    """Return a finding and all that it is composed of."""
    found, known = [finding], {id(finding)}
    for part in found:
        # Several may share one member: each is told once, or levels of sharing would double without end.
        for member in part.members:
            if id(member) not in known:
                known.add(id(member))
                found.append(member)
    return tuple(found)


def _held_back(part: ReportFinding) -> bool:
    return part.rendering is Rendering.NOT_FOR_PRESENTATION


def _tell(
    told: Told, lesion: _Lesion, rule: VendorRule, exam: Exam, stated: Mapping[str, ReportImage]
) -> None:
    whole, whole_raw = finding_number(lesion.said.scores, rule)
    marks: list[Mark] = []
    lost: list[tuple[tuple[Mark, ...], str]] = []
    for part in lesion.parts:
        # What its maker says of the whole lesion counts for each of its marks.
        score, raw = (whole, whole_raw) if whole else finding_number(part.scores, rule)
        before = {(m.sop_instance_uid, m.frame) for m in marks} if part is lesion.said else set()
        for region, spots, reason in _placed(part, exam, stated, before):
            marks += [Mark(s.sop_instance_uid, s.outline, score, s.frame, raw=raw) for s in spots]
            told.notices += [_on_trust(spot, exam) for spot in spots if spot.notice]
            if reason:
                lost.append(((Mark(region.sop_instance_uid, region.points, score, region.frame),), reason))
        lost += [((), reason) for reason in part.unusable]
    if not marks and not lost:
        lost.append(((), _NO_PLACE))
    finding = _finding(lesion, rule, exam, tuple(marks), stated)
    top, _ = max((finding_number(part.scores, rule) for part in lesion.parts), key=lambda n: n[0])
    if marks:
        told.findings.append(replace(finding, score=max(mark.score for mark in marks)))
        told.notices += _other_side(lesion.said, finding, exam)
    told.unplaced += [(replace(finding, marks=gone, score=whole or top), reason) for gone, reason in lost]


def _placed(
    part: ReportFinding, exam: Exam, stated: Mapping[str, ReportImage], drawn: set[tuple[str, int | None]]
) -> Iterator[tuple[Region, tuple[Spot, ...], str]]:
    """Give each place with where it is drawn; a centre only where nothing else of its finding is."""
    here = set(drawn)
    centres = [region for region in part.regions if region.purpose is Purpose.CENTER]
    for region in (*(r for r in part.regions if r.purpose is not Purpose.CENTER), *centres):
        spots, reason = spots_of(region, exam, stated.get(region.sop_instance_uid))
        if region.purpose is Purpose.CENTER:
            spots = tuple(spot for spot in spots if (spot.sop_instance_uid, spot.frame) not in here)
        here |= {(spot.sop_instance_uid, spot.frame) for spot in spots}
        yield region, spots, reason


def _finding(
    lesion: _Lesion,
    rule: VendorRule,
    exam: Exam,
    marks: tuple[Mark, ...],
    stated: Mapping[str, ReportImage],
) -> Finding:
    said = lesion.said
    words = stated_words(said) or next((w for part in lesion.parts if (w := stated_words(part))), "")
    made_by = next((part.algorithm for part in lesion.parts if part.algorithm is not None), None)
    drawn = [part.rendering for part in lesion.parts if part.regions] or [said.rendering]
    optional = said.rendering is Rendering.OPTIONAL or set(drawn) == {Rendering.OPTIONAL}
    return Finding(
        finding_id=lesion.finding_id,
        lesion_type=lesion.lesion_type,
        laterality=_side(lesion, exam, marks, stated),
        score=0,
        marks=marks,
        descriptor=lesion_word(said.kind),
        stated=words,
        algorithm=f"{made_by.name} {made_by.version}".strip()[:_LONGEST] if made_by else "",
        optional=optional and not rule.draw_optional,
    )


def _side(
    lesion: _Lesion, exam: Exam, marks: tuple[Mark, ...], stated: Mapping[str, ReportImage]
) -> Laterality | None:
    """Return the side of the image that it is drawn on; else what the report says (invariant 2)."""
    for mark in marks:
        image = exam.image(mark.sop_instance_uid)
        if image is not None and image.laterality is not None:
            return image.laterality
    if lesion.said.laterality is not None:
        return lesion.said.laterality
    named = (stated.get(region.sop_instance_uid) for part in lesion.parts for region in part.regions)
    return next((image.laterality for image in named if image and image.laterality), None)


def _other_side(said: ReportFinding, finding: Finding, exam: Exam) -> list[str]:
    sides = {Laterality.LEFT, Laterality.RIGHT}
    drawn = {i.laterality for m in finding.marks if (i := exam.image(m.sop_instance_uid))}
    if said.laterality not in sides or not drawn & (sides - {said.laterality}):
        return []
    return ["The report calls a finding one of the other breast than that of the image it names."]


def _on_trust(spot: Spot, exam: Exam) -> str:
    image = exam.image(spot.sop_instance_uid)
    label = image.view_label if image is not None else ""
    return f"Marks on {label} stand where they stand on trust: {spot.notice}."
