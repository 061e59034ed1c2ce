"""Structured reports built by hand, item by item: nothing of Klarsyn's own code stands behind them.

A `Node` is one content item (PS3.3 C.17.3). Nodes stand in a tree; a node with a `target` is a relationship
by reference, whose ReferencedContentItemIdentifier is counted once the tree is whole (C.17.3.2.5).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydicom.dataset import Dataset

Concept = tuple[str, str, str]
"""CodeValue, CodingSchemeDesignator, CodeMeaning."""
Point = tuple[float, float]


@dataclass(eq=False)
class Node:
    """One content item: its value type, concept name, relationship to what it stands under, and its value."""

    value_type: str
    name: Concept | None = None
    relationship: str = "CONTAINS"
    values: dict[str, Any] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    target: "Node | None" = None

    def add(self, *children: "Node") -> "Node":
        """Hang items under this one, and return it."""
        self.children += children
        return self

    def walk(self) -> Iterator["Node"]:
        """This item and all below it."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += reversed(node.children)


def item(**attributes: Any) -> Dataset:
    """One item of a sequence."""
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def coded(concept: Concept) -> Dataset:
    """One item of a code sequence."""
    value, scheme, meaning = concept
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def container(name: Concept, *children: Node, relationship: str = "CONTAINS") -> Node:
    return Node("CONTAINER", name, relationship, {"ContinuityOfContent": "SEPARATE"}, list(children))


def code(name: Concept, value: Concept, *children: Node, relationship: str = "HAS PROPERTIES") -> Node:
    return Node("CODE", name, relationship, {"ConceptCodeSequence": [coded(value)]}, list(children))


def text(name: Concept, value: str, relationship: str = "HAS PROPERTIES") -> Node:
    return Node("TEXT", name, relationship, {"TextValue": value})


def num(
    name: Concept, value: float, unit: Concept, *children: Node, relationship: str = "HAS PROPERTIES"
) -> Node:
    measured = item(NumericValue=f"{value:g}", MeasurementUnitsCodeSequence=[coded(unit)])
    return Node("NUM", name, relationship, {"MeasuredValueSequence": [measured]}, list(children))


def uid_reference(name: Concept, value: str, relationship: str = "HAS OBS CONTEXT") -> Node:
    return Node("UIDREF", name, relationship, {"UID": value})


def day(name: Concept, value: str) -> Node:
    return Node("DATE", name, "HAS ACQ CONTEXT", {"Date": value})


def time(name: Concept, value: str) -> Node:
    return Node("TIME", name, "HAS ACQ CONTEXT", {"Time": value})


def image(
    sop_class_uid: str,
    sop_instance_uid: str,
    frames: tuple[int, ...] = (),
    *children: Node,
    relationship: str = "CONTAINS",
    name: Concept | None = None,
) -> Node:
    reference = item(ReferencedSOPClassUID=sop_class_uid, ReferencedSOPInstanceUID=sop_instance_uid)
    if frames:
        reference.ReferencedFrameNumber = list(frames)
    return Node("IMAGE", name, relationship, {"ReferencedSOPSequence": [reference]}, list(children))


def region(
    name: Concept, kind: str, points: tuple[Point, ...], on: Node, relationship: str = "HAS PROPERTIES"
) -> Node:
    """An SCOORD; `on` is the image it is selected from, or an item of the tree to point at."""
    data = [ordinate for point in points for ordinate in point]
    selected = on if on.relationship == "SELECTED FROM" else reference("SELECTED FROM", on)
    return Node("SCOORD", name, relationship, {"GraphicType": kind, "GraphicData": data}, [selected])


def reference(relationship: str, target: Node) -> Node:
    """A relationship by reference to an item elsewhere in the tree."""
    return Node("", None, relationship, target=target)


def positions(root: Node) -> dict[int, list[int]]:
    """The identifier of each item by `id`: 1 for the root, then the ordinals from 1 on the way to it."""
    found: dict[int, list[int]] = {}
    todo = [(root, [1])]
    while todo:
        node, position = todo.pop()
        found[id(node)] = position
        todo += [(child, [*position, n]) for n, child in enumerate(node.children, 1)]
    return found


def content(root: Node) -> Dataset:
    """The content tree as a data set; without recursion, so that a test can make it as deep as it likes."""
    where = positions(root)
    made = {id(node): _item_of(node, where) for node in root.walk()}
    for node in root.walk():
        if node.children:
            made[id(node)].ContentSequence = [made[id(child)] for child in node.children]
    whole = made[id(root)]
    del whole.RelationshipType
    return whole


def _item_of(node: Node, where: dict[int, list[int]]) -> Dataset:
    if node.target is not None:
        # A target that stands in no tree is a mistake of the report: it points at what is not there.
        position = where.get(id(node.target), [1, 99, 99])
        return item(RelationshipType=node.relationship, ReferencedContentItemIdentifier=position)
    ds = item(RelationshipType=node.relationship, ValueType=node.value_type)
    if node.name is not None:
        ds.ConceptNameCodeSequence = [coded(node.name)]
    for keyword, value in node.values.items():
        setattr(ds, keyword, value)
    return ds
