"""Findings of a report that we write: PS3.16 TID 4003 to 4006, 4019 and 4108."""

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr_writing import codes as code
from klarsyn.dicom.cad_sr_writing.items import (
    CONTAINS,
    HAS_CONCEPT_MOD,
    HAS_OBS_CONTEXT,
    HAS_PROPERTIES,
    INFERRED_FROM,
    code_item,
    container,
    number_item,
    text_item,
    uid_item,
)
from klarsyn.dicom.cad_sr_writing.library import WrittenLibrary
from klarsyn.dicom.cad_sr_writing.regions import region_items
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Code,
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
    below = [_single(member, library, fallback, INFERRED_FROM) for member in finding.members]
    return _paired(finding, below, fallback, CONTAINS, whole=True)


def _paired(
    finding: ReportFinding,
    members: list[Dataset],
    fallback: Algorithm | None,
    relationship: str,
    *,
    whole: bool,
) -> Dataset:
    """Return a composite of exactly two, as the template has it: more than two stand in composites of their
    own, halved each time, which state nothing but who found them (`whole` is False)."""
    if len(members) == 1:
        return members[0]
    algorithm, half = _algorithm(finding, fallback), (len(members) + 1) // 2
    part = Algorithm(algorithm.name, algorithm.version)
    return code_item(
        relationship,
        code.COMPOSITE_FEATURE,
        finding.kind,
        [
            _rendering(finding),
            *(_tracking(finding) if whole else ()),
            code_item(HAS_PROPERTIES, code.COMPOSITE_TYPE, code.RELATED_SPATIALLY),
            code_item(HAS_PROPERTIES, code.SCOPE_OF_FEATURE, code.ON_SEVERAL_IMAGES),
            *algorithm_items(algorithm if whole else part),
            *(score_item(score) for score in (finding.scores if whole else ())),
            *(
                _paired(finding, some, fallback, INFERRED_FROM, whole=False)
                for some in (members[:half], members[half:])
            ),
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
            *region_items(finding, library),
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
