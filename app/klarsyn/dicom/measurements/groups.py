"""One Measurement Group of a measurement report: its finding, places and numbers (TID 1410, 1411, 1501)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.codes import NO_CONCEPT, Concept, concept_of
from klarsyn.dicom.cad_sr.regions import read_regions
from klarsyn.dicom.cad_sr.statements import Statements, read_algorithms, score_of, text_of_value, text_under
from klarsyn.dicom.content.item import ContentItem
from klarsyn.dicom.measurements.finding_codes import (
    FINDING,
    FINDING_CATEGORIES,
    FINDING_SITES,
    lesion_type,
    says_absent,
    says_present,
    side,
)
from klarsyn.dicom.report_facts import legal_uid
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Code,
    Feature,
    GraphicKind,
    Purpose,
    Region,
    ReportFinding,
    ScoreConcept,
    StatedScore,
)
from klarsyn.domain.view_names import Laterality

_SEGMENT: Concept = ("121191", "DCM")
_SEGMENTATION_FRAME: Concept = ("121214", "DCM")
_VOLUME_SURFACE: Concept = ("121231", "DCM")
_DENSITY: Concept = ("129793001", "SCT")
"""Mammography breast density (CID 6054): a finding where a place is named, else a word on the breast."""

_PRESENCES = frozenset({FINDING, ("705057003", "SCT")})
"""Finding; presence (SNOMED CT)."""

_CONTEXT = "HAS OBS CONTEXT"
_OWN_PLACE = frozenset(
    {
        *(FINDING, codes.TRACKING_IDENTIFIER, codes.TRACKING_UID, codes.LATERALITY),
        *(codes.ALGORITHM_NAME, codes.ALGORITHM_VERSION, codes.ALGORITHM_PARAMETERS),
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """What a group says. `finding` is None where it speaks of no one place or lesion: then its statements are
    the exam's. `absent` is True when it says that what it is about is not there."""

    statements: Statements
    finding: ReportFinding | None = None
    about: Code | None = None
    absent: bool = False
    present: bool = False


def read_group(item: ContentItem) -> Group:
    """Return what a group, a CONTAINER 125007, says."""
    said = item.first(FINDING)
    about = said.code if said is not None else None
    places, unusable = _places(item)
    statements = group_statements(item)
    absent, present = presence(item.contents, concept_of(about))
    kind = _family(item, about, statements if places or unusable else Statements())
    of_the_whole = kind is None or concept_of(about) == _DENSITY
    if not places and not unusable and (of_the_whole or absent):
        return Group(statements, None, about, absent, present)
    uid = text_under(item, codes.TRACKING_UID)
    tracking_id = text_under(item, codes.TRACKING_IDENTIFIER)
    finding = ReportFinding(
        kind=about or Code("", "", "finding of a kind that is not stated"),
        lesion_type=kind,
        regions=places,
        scores=statements.scores,
        features=statements.features,
        algorithm=_algorithm(item),
        tracking_uid=uid if legal_uid(uid) else "",
        tracking_id=tracking_id,
        laterality=_side(item),
        unusable=unusable,
    )
    return Group(statements, finding, about, absent, present)


def _family(item: ContentItem, about: Code | None, said: Statements) -> LesionType | None:
    """Return the family of lesions; what is in a maker's own words or none is known by its category, or by a
    number that says how suspicious a place is."""
    category = next((child.code for child in item.contents if child.concept in FINDING_CATEGORIES), None)
    known = lesion_type(about, category)
    if known is not None or codes.is_no_lesion(about):
        return known
    suspicious = any(score.concept is not ScoreConcept.OTHER for score in said.scores)
    return LesionType.SOFT_TISSUE if suspicious else None


def presence(said: Iterable[ContentItem], about: Concept = NO_CONCEPT) -> tuple[bool, bool]:
    """Return whether it is said of lesions that there is none, and whether it is that there is or may be one.

    Only what is named a finding, its presence, a lesion or `about` itself counts: that there is no implant,
    or no calcification within a mass, is no all-clear.
    """
    codes_said = [
        child.code
        for child in said
        if child.value_type == "CODE" and (child.concept in _PRESENCES or _names(child, about))
    ]
    return any(says_absent(code) for code in codes_said), any(says_present(code) for code in codes_said)


def group_statements(item: ContentItem) -> Statements:
    """Return the numbers, codes and texts that stand directly under an item.

    A number without a dimension (unit 1, %, or an annotation in braces) is a score; millimetres are none.
    """
    scores: list[StatedScore] = []
    features: list[Feature] = []
    for child in item.contents:
        if child.relationship == _CONTEXT or child.concept in _OWN_PLACE or child.name is None:
            continue
        if child.value_type not in ("NUM", "CODE", "TEXT"):
            continue
        score = score_of(child)
        if score is not None and (score.concept is not ScoreConcept.OTHER or _dimensionless(score.unit)):
            scores.append(score)
        elif text := text_of_value(child):
            features.append(Feature(child.name, text))
    return Statements(tuple(scores), tuple(features))


def _names(item: ContentItem, about: Concept) -> bool:
    """True for an evaluation named after what it is about; any lesion, where that is the whole exam."""
    return item.concept == about if about != NO_CONCEPT else lesion_type(item.name) is not None


def _dimensionless(unit: str) -> bool:
    return unit in ("", "1", "%") or (unit.startswith("{") and unit.endswith("}"))


def _places(item: ContentItem) -> tuple[tuple[Region, ...], tuple[str, ...]]:
    """Return the places of a group, as outlines, or as a centre where it is one point."""
    regions, unusable = read_regions(item)
    # Measurements may be drawn where they were taken (NUM INFERRED FROM SCOORD, TID 300).
    measured = [read_regions(child) for child in item.contents if child.value_type == "NUM"]
    if not regions:
        regions = tuple(region for found, _ in measured for region in found)
    unusable += tuple(why for _, others in measured for why in others)
    elsewhere = {child.concept for child in item.contents if child.value_type in ("IMAGE", "SCOORD3D")}
    if elsewhere & {_SEGMENT, _SEGMENTATION_FRAME}:
        unusable += ("Its shape stands in a segmentation, which is a file of its own.",)
    if _VOLUME_SURFACE in elsewhere:
        unusable += ("Its shape is a surface in space, not on an image.",)
    return tuple(_with_purpose(region) for region in regions), tuple(dict.fromkeys(unusable))


def _with_purpose(region: Region) -> Region:
    if region.purpose is not Purpose.OTHER:
        return region
    is_point = region.kind is GraphicKind.POINT
    return replace(region, purpose=Purpose.CENTER if is_point else Purpose.OUTLINE)


def _algorithm(item: ContentItem) -> Algorithm | None:
    """Return what found it (TID 4019), stated of the group or of one of its measurements."""
    measured = (child for child in item.contents if child.value_type == "NUM")
    for stated in (item, *measured):
        found = read_algorithms(stated)
        if found:
            return found[0]
    return None


def _side(item: ContentItem) -> Laterality | None:
    """Return the side of the group, its Finding, or its Finding Site; None where two are stated."""
    sites = FINDING_SITES | FINDING_CATEGORIES | {FINDING}
    about = [item, *(child for child in item.contents if child.concept in sites)]
    stated = [one.first(codes.LATERALITY) for one in about]
    found = {side(one.code) for one in stated if one is not None}
    found |= {side(one.code) for one in about if one.concept in FINDING_SITES}
    found.discard(None)
    return found.pop() if len(found) == 1 else None
