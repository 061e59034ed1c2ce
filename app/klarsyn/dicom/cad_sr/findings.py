"""Single Image Findings and Composite Features of a Mammography CAD SR (TID 4003, 4004 and 4006)."""

from dataclasses import dataclass

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.cad_sr.impressions import FINDINGS, Context, find_findings, is_finding
from klarsyn.dicom.cad_sr.regions import read_regions
from klarsyn.dicom.cad_sr.statements import (
    Statements,
    code_or_unknown,
    read_algorithms,
    read_rendering,
    read_statements,
    side_of,
    text_under,
    weaker,
)
from klarsyn.dicom.content.item import ContentItem, Position, spelled_position, tell
from klarsyn.domain.reports.cad_report import Algorithm, Code, Feature, Rendering, ReportFinding

MAX_NESTING = 16
"""Findings within findings; a composite of composites of single ones has three."""

MAX_MEMBERS = 20_000
"""Members that are read of all composites, each as often as a composite refers to it."""

_ALGORITHM = Code("111001", "DCM", "Algorithm Name")


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings, whether all could be read, and what impressions that name no finding say of the exam."""

    findings: tuple[ReportFinding, ...]
    whole: bool
    of_exam: Statements


def read_findings(root: ContentItem, problems: list[str]) -> Findings:
    """Return every finding once: what is a member of another, and shown no less as such, only there."""
    top, impressions, lost = find_findings(root, problems)
    reading = _Reading({position: context for position, (_item, context) in top.items()}, problems)
    built = [(position, reading.finding(item, context)) for position, (item, context) in top.items()]
    naming = {position for _item, context in top.values() for position in context.impressions}
    of_exam = Statements()
    for impression in impressions:
        if impression.position not in naming:
            of_exam += read_statements(impression)
    return Findings(
        tuple(finding for position, finding in built if not reading.shown_elsewhere(position, finding)),
        not lost and not reading.lost,
        of_exam,
    )


@dataclass(frozen=True, slots=True)
class _Built:
    """A finding, how many findings it has in all, itself included, and how deep they stand in each other."""

    finding: ReportFinding
    size: int
    depth: int


class _Reading:
    """The building of findings: each once for each way to show it, however often it is referred to."""

    def __init__(self, contexts: dict[Position, Context], problems: list[str]) -> None:
        self._contexts = contexts
        self._problems = problems
        self.lost = False
        self._members = 0
        self._left_out: set[Position] = set()
        self._within: dict[Position, Rendering] = {}
        self._known: dict[tuple[Position, Rendering, Algorithm | None], _Built] = {}

    def shown_elsewhere(self, position: Position, finding: ReportFinding) -> bool:
        """True for a finding that is a member of another one, and shown no less as such."""
        within = self._within.get(position) if position not in self._left_out else None
        return within is not None and weaker(within, finding.rendering) is finding.rendering

    def finding(self, item: ContentItem, context: Context) -> ReportFinding:
        """Return one finding with its members."""
        return self._built(item, context, MAX_NESTING).finding

    def _built(self, item: ContentItem, context: Context, levels: int) -> _Built:
        rendering = read_rendering(item, context.rendering)
        algorithms = read_algorithms(item)
        algorithm = algorithms[0] if algorithms else context.algorithm
        said = read_statements(item) + context.said
        regions, unusable = read_regions(item)
        if not item.whole:
            unusable += ("Part of what the report says of it could not be read.",)
        members, left_out = self._members_of(item, rendering, algorithm, levels - 1)
        finding = ReportFinding(
            code_or_unknown(item.code),
            codes.lesion_type(item.code),
            rendering,
            regions,
            said.scores,
            said.features + tuple(Feature(_ALGORITHM, other.name) for other in algorithms[1:]),
            algorithm,
            text_under(item, codes.TRACKING_UID),
            text_under(item, codes.TRACKING_IDENTIFIER),
            side_of(item),
            tuple(one.finding for one in members),
            unusable + left_out,
        )
        size = 1 + sum(one.size for one in members)
        return _Built(finding, size, 1 + max((one.depth for one in members), default=0))

    def _members_of(
        self, item: ContentItem, rendering: Rendering, algorithm: Algorithm | None, levels: int
    ) -> tuple[list[_Built], tuple[str, ...]]:
        found: list[_Built] = []
        parts = [one for one in item.contents if one.concept in FINDINGS]
        for part in parts:
            built = self._member(part, rendering, algorithm, levels) if is_finding(part) else None
            if built is None:
                self._left_out.add(part.position)
            else:
                found.append(built)
                shown = self._within.get(part.position, Rendering.NOT_FOR_PRESENTATION)
                more = weaker(shown, built.finding.rendering) is shown
                self._within[part.position] = built.finding.rendering if more else shown
        if len(found) == len(parts):
            return found, ()
        sentence = f"{len(parts) - len(found)} of its {len(parts)} members are not read"
        self.lost = True
        tell(self._problems, f"Finding {spelled_position(item.position)}: {sentence}.")
        return found, (f"{sentence}: they are not sound, or too many.",)

    def _member(
        self, part: ContentItem, rendering: Rendering, algorithm: Algorithm | None, levels: int
    ) -> _Built | None:
        """Return a member; None where there are too many or they stand too deep in each other."""
        own = self._contexts.get(part.position, Context())
        context = Context(rendering, own.algorithm or algorithm, own.said)
        key = part.position, rendering, context.algorithm
        built = self._known.get(key)
        if built is None:
            if levels <= 0 or self._members >= MAX_MEMBERS:
                return None
            self._members += 1
            built = self._known[key] = self._built(part, context, levels)
        else:
            if built.depth > levels or self._members + built.size > MAX_MEMBERS:
                return None
            self._members += built.size
        return built
