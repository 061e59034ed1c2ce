"""Where findings stand in a Mammography CAD SR, and what is in force for them there (TID 4001 and 4003)."""

from dataclasses import dataclass, field

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.statements import (
    Statements,
    read_algorithms,
    read_rendering,
    read_statements,
    weaker,
)
from klarsyn.dicom.content.item import ContentItem, Position, spelled_position, tell
from klarsyn.domain.reports.cad_report import Algorithm, Rendering

FINDINGS = (codes.SINGLE_IMAGE_FINDING, codes.COMPOSITE_FEATURE)
MAX_SAID = 200
"""Scores and features of an impression that are said of each finding in it."""

_NO_PLACE_OF_FINDINGS = (codes.IMAGE_LIBRARY, codes.SUMMARY_OF_DETECTIONS, codes.SUMMARY_OF_ANALYSES)


@dataclass(frozen=True, slots=True)
class Context:
    """What is in force for a finding by what it stands under."""

    rendering: Rendering = Rendering.REQUIRED
    algorithm: Algorithm | None = None
    said: Statements = field(default_factory=Statements)
    impressions: tuple[Position, ...] = ()


def find_findings(
    root: ContentItem, problems: list[str]
) -> tuple[dict[Position, tuple[ContentItem, Context]], list[ContentItem], bool]:
    """Return the findings that are no other's part, with their context; all impressions; if any are lost."""
    lost = False
    top: dict[Position, tuple[ContentItem, Context]] = {}
    impressions: list[ContentItem] = []
    waiting = [(root, Context())]
    while waiting:
        item, context = waiting.pop()
        if item.concept in FINDINGS and not is_finding(item):
            lost = True
            where = spelled_position(item.position)
            tell(problems, f"Finding {where} is left out: it is no code, or could be read in part only.")
            continue
        if item.concept in FINDINGS:
            known = top.get(item.position)
            if known is None or weaker(known[1].rendering, context.rendering) is not context.rendering:
                top[item.position] = item, context
            continue
        if item.concept in _NO_PLACE_OF_FINDINGS:
            lost = _holds_findings(item, problems) or lost
            continue
        if item.concept == codes.IMPRESSION:
            impressions.append(item)
            context = _under(item, context, problems)
        waiting += [
            (one, context)
            for child in reversed(item.children)
            if (one := child.target if child.refers_to else child) is not None
            and (not child.refers_to or one.concept in FINDINGS)
        ]
    return top, impressions, lost


def _holds_findings(part: ContentItem, problems: list[str]) -> bool:
    """Tell of findings in a part of the report that has none by the standard; True when there are any."""
    waiting, found = list(part.children), False
    while waiting:
        item = waiting.pop()
        if item.concept in FINDINGS:
            found = True
            where = spelled_position(item.position)
            tell(problems, f"Finding {where} is left out: it stands where a report has no findings.")
        waiting += item.children
    return found


def is_finding(item: ContentItem) -> bool:
    """True for a finding of which at least its places, or its members, could be read."""
    return (
        item.concept in FINDINGS
        and item.value_type == "CODE"
        and (
            item.whole or any(one.value_type == "SCOORD" or one.concept in FINDINGS for one in item.contents)
        )
    )


def _under(impression: ContentItem, context: Context, problems: list[str]) -> Context:
    algorithms = read_algorithms(impression)
    said = context.said + read_statements(impression)
    if len(said.scores) > MAX_SAID or len(said.features) > MAX_SAID:
        tell(problems, f"Impression {spelled_position(impression.position)} says more than is read of it.")
        said = Statements(said.scores[:MAX_SAID], said.features[:MAX_SAID])
    return Context(
        read_rendering(impression, context.rendering),
        algorithms[0] if algorithms else context.algorithm,
        said,
        (*context.impressions, impression.position),
    )
