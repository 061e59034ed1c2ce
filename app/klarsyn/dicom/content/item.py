"""A Content Item of a structured report (PS3.3 C.17.3), and the sentences on those that are not sound."""

from dataclasses import dataclass, field

from klarsyn.dicom.cad_sr.codes import NO_CONCEPT, Concept
from klarsyn.dicom.content.graphic import Graphic
from klarsyn.dicom.content.values import Reference
from klarsyn.domain.reports.cad_report import Code

MAX_PROBLEMS = 200
Position = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ContentItem:
    """One Content Item; which fields are filled depends on `value_type` (PS3.3 C.17.3.2).

    `position` counts from 1 at each level, the root being (1,), as ReferencedContentItemIdentifier does.
    `concept` and `value` are what `name` and `code` mean (`cad_sr_codes.concept_of`). `text` is that of TEXT,
    DATE, TIME, DATETIME, UIDREF and PNAME, as it stands. An item by reference has no value type, `refers_to`
    the position that it names, and `target`, None where there is no such item. `whole` is False where part of
    what stands under it could not be read.
    """

    position: Position
    relationship: str
    value_type: str
    name: Code | None = None
    concept: Concept = NO_CONCEPT
    text: str = ""
    code: Code | None = None
    value: Concept = NO_CONCEPT
    number: float | None = None
    unit: Code | None = None
    reference: Reference | None = None
    graphic: Graphic | None = None
    refers_to: Position | None = None
    children: tuple["ContentItem", ...] = field(default=(), repr=False)
    target: "ContentItem | None" = field(default=None, repr=False)
    whole: bool = True

    @property
    def contents(self) -> tuple["ContentItem", ...]:
        """The children, those by reference as what they refer to."""
        return tuple(
            one for child in self.children if (one := child.target if child.refers_to else child) is not None
        )

    def related(self, relationship: str) -> tuple["ContentItem", ...]:
        """Return what stands in this relationship to the item, by value or by reference."""
        return tuple(
            one
            for child in self.children
            if child.relationship == relationship
            and (one := child.target if child.refers_to else child) is not None
        )

    def first(self, concept: Concept) -> "ContentItem | None":
        """Return the first child of that name."""
        return next((child for child in self.contents if child.concept == concept), None)


def tell(problems: list[str], sentence: str) -> None:
    """Add a sentence, as long as somebody may read them all."""
    if len(problems) < MAX_PROBLEMS:
        problems.append(sentence)
    elif len(problems) == MAX_PROBLEMS:
        problems.append("The report has more flaws than are listed here.")


def spelled_position(position: Position) -> str:
    """Return a position as "1.3.2"; the ends of a very long one."""
    ends = position if len(position) <= 12 else (*position[:6], "…", *position[-4:])
    return ".".join(map(str, ends))
