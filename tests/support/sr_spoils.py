"""Reports with one thing spoiled, and what of them must be kept; the sound finding beside it always is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sr_concepts as c
from spoiled_headers import put
from sr_builder import Node, item, num, reference, text
from sr_cases import FOUR, L_MLO, R_CC, done
from sr_mammography import Library, center, composite, finding, impression, outline, summary, tree

BOX = ((100.5, 110.5), (120.5, 110.5), (120.5, 140.5), (100.5, 140.5), (100.5, 110.5))


@dataclass
class Parts:
    """A report of a sound cluster on the right CC and of a density on the left MLO, the one to spoil."""

    root: Node
    lib: Library
    found: Node
    victim: Node
    middle: Node
    line: Node
    certainty: Node

    @property
    def intent(self) -> Node:
        return self.victim.children[0]


def parts() -> Parts:
    """Build them anew."""
    lib = Library(FOUR)
    sound = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), certainty=87)
    middle, line = center((110.5, 125.5), lib[L_MLO]), outline("POLYLINE", BOX, lib[L_MLO])
    certainty = num(c.CERTAINTY, 35, c.PERCENT)
    victim = finding(c.DENSITY, certainty, middle, line)
    found = summary(c.ALL_WITH, impression(sound), impression(victim))
    root = tree(lib, found, *done(lib, c.CLUSTER, c.DENSITY))
    return Parts(root, lib, found, victim, middle, line, certainty)


@dataclass(frozen=True)
class Spoil:
    """One thing to spoil; `lost` and `kept` are the victim's regions that may not, and that must, be read."""

    spoil: Callable[[Parts], Any]
    lost: str = ""
    kept: str = ""


def _points(kind: str | None, *data: float) -> Callable[[Parts], None]:
    def spoil(p: Parts) -> None:
        p.line.values = {"GraphicType": kind, "GraphicData": list(data)}
        if kind is None:
            del p.line.values["GraphicType"]

    return spoil


def _image(**reference_attributes: Any) -> Callable[[Parts], None]:
    """Let the outline name its image by value, in a way that is no reference."""

    def spoil(p: Parts) -> None:
        values = {"ReferencedSOPSequence": [item(**reference_attributes)] if reference_attributes else []}
        p.line.children = [Node("IMAGE", None, "SELECTED FROM", values)]

    return spoil


def _number(raw: bytes) -> Callable[[Parts], None]:
    """Put bytes where the certainty's number belongs."""

    def spoil(p: Parts) -> None:
        put(p.certainty.values["MeasuredValueSequence"][0], "NumericValue", raw)

    return spoil


def _at(target: Callable[[Parts], Node]) -> Callable[[Parts], None]:
    """Let the outline be selected from something else."""

    def spoil(p: Parts) -> None:
        p.line.children = [reference("SELECTED FROM", target(p))]

    return spoil


def _set(what: str, **changes: Any) -> Callable[[Parts], None]:
    def spoil(p: Parts) -> None:
        for name, value in changes.items():
            setattr(getattr(p, what), name, value)

    return spoil


def _loop(p: Parts) -> None:
    """Two composite features, each made of the other and of the victim."""
    one, other = composite(c.MASS, p.victim), composite(c.MASS)
    one.add(reference("INFERRED FROM", other))
    other.add(reference("INFERRED FROM", one))
    p.victim.relationship = "INFERRED FROM"
    p.found.children[-1] = impression(one, other)


def _of_itself(p: Parts) -> None:
    mass = composite(c.MASS, p.victim)
    p.victim.relationship = "INFERRED FROM"
    mass.add(reference("INFERRED FROM", mass))
    p.found.children[-1] = impression(mass)


BOTH = "center outline"

SPOILS: dict[str, Spoil] = {
    "outline without a concept name": Spoil(_set("line", name=None), "outline", "center"),
    "finding without a concept name": Spoil(_set("victim", name=None), BOTH),
    "finding without a value": Spoil(_set("victim", values={})),
    "finding that is a text": Spoil(_set("victim", value_type="TEXT", values={"TextValue": "x"})),
    "finding of an unknown value type": Spoil(_set("victim", value_type="BLAH")),
    "outline that is a number": Spoil(_set("line", value_type="NUM"), "outline", "center"),
    "outline of an unknown value type": Spoil(_set("line", value_type="BLAH"), "outline", "center"),
    "outline without coordinates": Spoil(_points("POLYLINE"), "outline", "center"),
    "outline of an odd count": Spoil(_points("POLYLINE", 1, 2, 3, 4, 5), "outline", "center"),
    "outline of one number": Spoil(_points("POLYLINE", 1), "outline", "center"),
    "outline of one point": Spoil(_points("POLYLINE", 1, 2), "outline", "center"),
    "outline that is not a number": Spoil(
        _points("POLYLINE", 1, 2, float("nan"), 4, 5, 6), "outline", "center"
    ),
    "outline in the infinite": Spoil(_points("POLYLINE", 1, 2, float("inf"), 4, 5, 6), "outline", "center"),
    "outline without a graphic type": Spoil(_points(None, 1, 2, 3, 4), "outline", "center"),
    "outline of an unknown graphic type": Spoil(_points("SPLINE", 1, 2, 3, 4), "outline", "center"),
    "point of two points": Spoil(_points("POINT", 1, 2, 3, 4), "outline", "center"),
    "circle of three points": Spoil(_points("CIRCLE", 1, 2, 3, 4, 5, 6), "outline", "center"),
    "ellipse of three points": Spoil(_points("ELLIPSE", 1, 2, 3, 4, 5, 6), "outline", "center"),
    "outline on no image": Spoil(_set("line", children=[]), "outline", "center"),
    "outline on what is not there": Spoil(_at(lambda p: Node("IMAGE")), "outline", "center"),
    "outline on a text": Spoil(_at(lambda p: p.victim.children[1]), "outline", "center"),
    "outline on itself": Spoil(_at(lambda p: p.line), "outline", "center"),
    "outline on the root": Spoil(_at(lambda p: p.root), "outline", "center"),
    "outline on an empty reference": Spoil(_image(), "outline", "center"),
    "outline on an image without UID": Spoil(
        _image(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.1.2"), "outline", "center"
    ),
    "certainty that is not a number": Spoil(_number(b"abc "), "", BOTH),
    "certainty of nan": Spoil(_number(b"nan "), "", BOTH),
    "certainty without end": Spoil(_number(b"1e99999 "), "", BOTH),
    "certainty of several numbers": Spoil(_number(b"1\\2 "), "", BOTH),
    "unknown rendering intent": Spoil(
        lambda p: p.intent.values.update(ConceptCodeSequence=[item(CodeValue="1", CodeMeaning="?")]), "", BOTH
    ),
    "unknown summary": Spoil(
        lambda p: p.found.values.update(ConceptCodeSequence=[item(CodeValue="1", CodeMeaning="?")]), "", BOTH
    ),
    "no summary": Spoil(_set("found", name=("1", "DCM", "?")), "", ""),
    "two composites made of each other": Spoil(_loop, "", BOTH),
    "composite made of itself": Spoil(_of_itself, "", BOTH),
    "finding made of the root": Spoil(lambda p: p.victim.add(reference("INFERRED FROM", p.root)), "", BOTH),
    "text in the place of the summary": Spoil(
        lambda p: p.root.children.insert(2, text(c.SUMMARY, "all is well", "CONTAINS")), "", BOTH
    ),
}
"""What to spoil, by what is then wrong."""
