"""What a finding, an impression or an algorithm's entry says in numbers, codes and texts (TID 4002-4019)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.content.item import ContentItem
from klarsyn.domain.reports.cad_report import Algorithm, Code, Feature, Rendering, ScoreConcept, StatedScore
from klarsyn.domain.view_names import Laterality

_OWN_PLACE = frozenset(
    {
        codes.ALGORITHM_NAME,
        codes.ALGORITHM_VERSION,
        codes.ALGORITHM_PARAMETERS,
        codes.RENDERING_INTENT,
        codes.TRACKING_IDENTIFIER,
        codes.TRACKING_UID,
        codes.LATERALITY,
        codes.SINGLE_IMAGE_FINDING,
        codes.COMPOSITE_FEATURE,
        codes.IMPRESSION,
        codes.OPERATING_POINT_TABLE,
    }
)
"""Concepts that have a field of their own, or whose contents are not the finding's."""

_SPEAKING = frozenset({"NUM", "TEXT", "CODE", "DATE", "TIME", "DATETIME"})
"""Value types that say something; a PNAME is somebody's name and is never looked at."""

_WEAKEST_LAST = (Rendering.REQUIRED, Rendering.OPTIONAL, Rendering.NOT_FOR_PRESENTATION)


@dataclass(frozen=True, slots=True)
class Statements:
    """Scores, and everything else, in the order of the report."""

    scores: tuple[StatedScore, ...] = ()
    features: tuple[Feature, ...] = ()

    def __add__(self, other: "Statements") -> "Statements":
        """Return both."""
        return Statements(self.scores + other.scores, self.features + other.features)


def read_statements(item: ContentItem, but: frozenset[codes.Concept] = frozenset()) -> Statements:
    """Return what stands under an item, but what has a place of its own, or a name in `but`."""
    scores: list[StatedScore] = []
    features: list[Feature] = []
    for said in _sayings(item, but):
        score = score_of(said)
        if score is not None:
            scores.append(score)
        elif said.name is not None and (text := text_of_value(said)):
            features.append(Feature(said.name, text))
    return Statements(tuple(scores), tuple(features))


def _sayings(item: ContentItem, but: frozenset[codes.Concept]) -> Iterator[ContentItem]:
    waiting = [child for child in reversed(item.children) if child.concept not in but]
    # What modifies the title of the document (its language) says nothing of the exam.
    if item.value_type == "CONTAINER":
        waiting = [child for child in waiting if child.relationship != "HAS CONCEPT MOD"]
    while waiting:
        one = waiting.pop()
        if one.concept == codes.RENDERING_INTENT:
            # TID 4006 row 3: the operating point from which on an optional finding is shown.
            waiting += reversed(one.children)
        elif one.concept not in _OWN_PLACE and one.value_type not in ("SCOORD", "IMAGE", "COMPOSITE", ""):
            if one.relationship == "HAS OBS CONTEXT":
                continue
            if one.value_type in _SPEAKING:
                yield one
            waiting += reversed(one.children)


def score_of(item: ContentItem) -> StatedScore | None:
    """Return a number as a score, if it is one, and a maker's own text or code as such."""
    if item.name is None:
        return None
    if item.value_type == "NUM":
        known = codes.SCORES.get(item.concept)
        describes = item.concept in codes.COUNTS or item.concept == codes.OPERATING_POINT
        if item.number is None or describes:
            return None
        unit = item.unit.value if item.unit is not None else ""
        if known is None and not codes.is_of_a_maker(item.name) and not _without_dimension(unit):
            return None  # A length, an area, a time: a feature, and no opinion.
        return StatedScore(known or ScoreConcept.OTHER, item.name, item.number, unit)
    if item.value_type in ("TEXT", "CODE") and codes.is_of_a_maker(item.name):
        text = text_of_value(item)
        return StatedScore(ScoreConcept.OTHER, item.name, text=text) if text else None
    return None


def _without_dimension(unit: str) -> bool:
    return unit in ("", "1", "%") or unit.startswith("{")


def text_of_value(item: ContentItem) -> str:
    """Return a value in words; "" where there is none."""
    if item.value_type == "NUM":
        if item.number is None:
            return ""
        number = str(int(item.number)) if item.number == int(item.number) else str(item.number)
        unit = item.unit.value if item.unit is not None else ""
        return number if unit in ("", "1") or unit.startswith("{") else f"{number} {unit}"
    if item.code is not None:
        return item.code.meaning or item.code.value
    return item.text


def read_algorithms(item: ContentItem) -> tuple[Algorithm, ...]:
    """Return the algorithms identified directly under an item (TID 4019), each with what follows its name."""
    found: list[Algorithm] = []
    for child in _with_their_own(item.contents):
        text = text_of_value(child)
        if not text:
            continue
        if child.concept == codes.ALGORITHM_NAME:
            found.append(Algorithm(text))
        elif child.concept == codes.ALGORITHM_VERSION:
            found[-1:] = [replace(_last(found), version=text)]
        elif child.concept == codes.ALGORITHM_PARAMETERS:
            last = _last(found)
            found[-1:] = [replace(last, parameters=(*last.parameters, text))]
    return tuple(found)


def _last(found: list[Algorithm]) -> Algorithm:
    return found[-1] if found else Algorithm("")


def _with_their_own(items: Iterable[ContentItem]) -> Iterator[ContentItem]:
    """Yield items in an order in which a name comes before what belongs to it, wherever that stands."""
    listed = tuple(items)
    names = [item for item in listed if item.concept == codes.ALGORITHM_NAME]
    if len(names) == 1:
        yield names[0]
        yield from names[0].contents
        yield from (item for item in listed if item is not names[0])
        return
    for item in listed:
        yield item
        if item.concept == codes.ALGORITHM_NAME:
            yield from item.contents


def read_rendering(item: ContentItem, inherited: Rendering) -> Rendering:
    """Return the weaker of an item's own Rendering Intent and that of what it stands under.

    A branch is rendered down to the first item that is optional or not for presentation (PS3.4 O.2.2.1).
    """
    own = item.first(codes.RENDERING_INTENT)
    said = codes.RENDERINGS.get(own.value, inherited) if own is not None else inherited
    return weaker(said, inherited)


def weaker(one: Rendering, other: Rendering) -> Rendering:
    """Return the rendering of the two that shows less."""
    return max(one, other, key=_WEAKEST_LAST.index)


def side_of(item: ContentItem) -> Laterality | None:
    """Return the side that an item states of itself (HAS CONCEPT MOD Laterality)."""
    said = item.first(codes.LATERALITY)
    return codes.SIDES.get(said.value) if said is not None else None


def text_under(item: ContentItem, concept: codes.Concept) -> str:
    """Return the text of the first child of that name; "" without one."""
    found = item.first(concept)
    return found.text if found is not None else ""


def code_or_unknown(code: Code | None) -> Code:
    """Return a code, or one that says that there was none."""
    return code or Code("", "", "unknown")
