"""Findings of a report that we write: PS3.16 TID 4003 to 4006, 4019, 4021 and 4108."""

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr_writing import codes as code
from klarsyn.dicom.cad_sr_writing.items import (
    CONTAINS,
    HAS_CONCEPT_MOD,
    HAS_OBS_CONTEXT,
    HAS_PROPERTIES,
    INFERRED_FROM,
    SELECTED_FROM,
    by_reference,
    code_item,
    container,
    number_item,
    region_item,
    text_item,
    uid_item,
)
from klarsyn.dicom.cad_sr_writing.library import WrittenLibrary
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

_CONCEPTS = {
    ScoreConcept.CERTAINTY_OF_FINDING: code.CERTAINTY_OF_FINDING,
    ScoreConcept.CERTAINTY_OF_FEATURE: code.CERTAINTY_OF_FEATURE,
    ScoreConcept.CERTAINTY_OF_IMPRESSION: code.CERTAINTY_OF_IMPRESSION,
    ScoreConcept.PROBABILITY_OF_CANCER: code.PROBABILITY_OF_CANCER,
}
_OUTLINES = (GraphicKind.POLYLINE, GraphicKind.CIRCLE, GraphicKind.ELLIPSE)


def impression_item(finding: ReportFinding, library: WrittenLibrary, fallback: Algorithm | None) -> Dataset:
    """Return one Individual Impression/Recommendation (TID 4003) with one finding.

    Parameters
    ----------
    fallback
        The algorithm of findings that name none: each must (TID 4006).

    Raises
    ------
    ValueError
        If the finding cannot be written so that the standard allows it.
    """
    below = (
        _composite(finding, library, fallback)
        if finding.is_composite
        else _single(finding, library, fallback, CONTAINS)
    )
    return container(INFERRED_FROM, code.IMPRESSION, [_rendering(finding), below])


def algorithm_items(algorithm: Algorithm) -> list[Dataset]:
    """Return who found it (TID 4019)."""
    return [
        text_item(HAS_PROPERTIES, code.ALGORITHM_NAME, algorithm.name or "not stated"),
        text_item(HAS_PROPERTIES, code.ALGORITHM_VERSION, algorithm.version or "not stated"),
        *(text_item(HAS_PROPERTIES, code.ALGORITHM_PARAMETERS, text) for text in algorithm.parameters),
    ]


def score_item(score: StatedScore) -> Dataset:
    """Return a score; a percentage of the standard's own concepts lies within 0 and 100 (TID 4002 to 4006).

    Raises
    ------
    ValueError
        If it does not.
    """
    name = _CONCEPTS.get(score.concept, score.name)
    if score.value is None:
        return text_item(HAS_PROPERTIES, name, score.text or "not stated")
    if score.concept is not ScoreConcept.OTHER and not (score.unit == "%" and 0 <= score.value <= 100):
        raise ValueError(f"{name.meaning} is a percentage from 0 to 100, not {score.value} {score.unit}.")
    units = {"%": code.PERCENT, "": code.NO_UNITS, "1": code.NO_UNITS, "mm": code.MILLIMETER}
    return number_item(HAS_PROPERTIES, name, score.value, units.get(score.unit, Code(score.unit, "UCUM")))


def _composite(finding: ReportFinding, library: WrittenLibrary, fallback: Algorithm | None) -> Dataset:
    """Return a Composite Feature (TID 4004), inferred from findings on single images."""
    if len(finding.members) < 2 or finding.regions or any(m.is_composite for m in finding.members):
        raise ValueError("A composite finding is written of two or more findings on single images.")
    return code_item(
        CONTAINS,
        code.COMPOSITE_FEATURE,
        finding.kind,
        [
            _rendering(finding),
            *_tracking(finding),
            code_item(HAS_PROPERTIES, code.COMPOSITE_TYPE, code.RELATED_SPATIALLY),
            code_item(HAS_PROPERTIES, code.SCOPE_OF_FEATURE, code.ON_SEVERAL_IMAGES),
            *algorithm_items(_algorithm(finding, fallback)),
            *(score_item(score) for score in finding.scores),
            *(_single(member, library, fallback, INFERRED_FROM) for member in finding.members),
        ],
    )


def _single(
    finding: ReportFinding, library: WrittenLibrary, fallback: Algorithm | None, relationship: str
) -> Dataset:
    """Return a Single Image Finding (TID 4006)."""
    return code_item(
        relationship,
        code.SINGLE_IMAGE_FINDING,
        finding.kind,
        [
            _rendering(finding),
            *_tracking(finding),
            *algorithm_items(_algorithm(finding, fallback)),
            *(score_item(score) for score in finding.scores),
            *_regions(finding, library),
            *_counts(finding),
        ],
    )


def _rendering(finding: ReportFinding) -> Dataset:
    if finding.rendering is Rendering.NOT_FOR_PRESENTATION:
        raise ValueError("What is not for presentation is left out of a report, not written into it.")
    return code_item(HAS_CONCEPT_MOD, code.RENDERING_INTENT, code.RENDERINGS[finding.rendering])


def _tracking(finding: ReportFinding) -> list[Dataset]:
    found = []
    if finding.tracking_id:
        found.append(text_item(HAS_OBS_CONTEXT, code.TRACKING_IDENTIFIER, finding.tracking_id))
    if finding.tracking_uid:
        found.append(uid_item(HAS_OBS_CONTEXT, code.TRACKING_UID, finding.tracking_uid))
    return found


def _algorithm(finding: ReportFinding, fallback: Algorithm | None) -> Algorithm:
    found = finding.algorithm or fallback
    if found is None:
        raise ValueError("A finding names no algorithm, and the report has none.")
    return found


def _regions(finding: ReportFinding, library: WrittenLibrary) -> list[Dataset]:
    """Return centre and outlines (TID 4021): the one centre is made of the outline if need be."""
    centers = [region for region in finding.regions if region.purpose is Purpose.CENTER]
    outlines = [region for region in finding.regions if region.purpose is Purpose.OUTLINE]
    legal = len(centers) + len(outlines) == len(finding.regions) and len(centers) < 2
    if not legal or not (centers or outlines) or any(o.kind not in _OUTLINES for o in outlines):
        raise ValueError("A finding is written with one centre and outlines that are lines or curves.")
    if any(c.kind is not GraphicKind.POINT or len(c.points) != 1 for c in centers):
        raise ValueError("The centre of a finding is one point.")

    def item(name: Code, region: Region) -> Dataset:
        entry = by_reference(SELECTED_FROM, library.position(region.sop_instance_uid, region.frame))
        return region_item(HAS_PROPERTIES, name, region.kind, region.points, [entry])

    center = centers[0] if centers else _center_of(outlines[0])
    return [item(code.CENTER, center), *(item(code.OUTLINE, outline) for outline in outlines)]


def _center_of(outline: Region) -> Region:
    points = outline.points[:1] if outline.kind is GraphicKind.CIRCLE else outline.points
    columns, rows = [c for c, _ in points], [r for _, r in points]
    middle = ((min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2)
    return Region(outline.sop_instance_uid, outline.frame, GraphicKind.POINT, (middle,), Purpose.CENTER)


def _counts(finding: ReportFinding) -> list[Dataset]:
    """Return the number of calcifications (111038), the one feature that is written.

    Raises
    ------
    ValueError
        If there are others: nothing is left out without a word.
    """
    found = []
    for feature in finding.features:
        if feature.name.value != code.NUMBER_OF_CALCIFICATIONS.value or not feature.text.isdecimal():
            raise ValueError(
                f"{feature.name.meaning or feature.name.value} of a finding is not written here."
            )
        count = float(feature.text)
        found.append(number_item(HAS_PROPERTIES, code.NUMBER_OF_CALCIFICATIONS, count, code.NO_UNITS))
    return found
