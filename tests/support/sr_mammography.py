"""Parts of a Mammography CAD report (PS3.16 TID 4000 to 4023), put together of `sr_builder`'s items."""

from dataclasses import dataclass

import sr_concepts as c
from sr_builder import (
    Concept,
    Node,
    Point,
    code,
    coded,
    container,
    day,
    image,
    num,
    reference,
    region,
    text,
    time,
    uid_reference,
)

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
FOR_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.2.1"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"

FINDER = ("Testmaker Finder", "3.1")


@dataclass(frozen=True)
class Seen:
    """One image that a report speaks of; `frames` are those that its library names."""

    uid: str
    side: Concept
    view: Concept
    orientation: tuple[str, str]
    sop_class: str = FOR_PRESENTATION
    modifiers: tuple[Concept, ...] = ()
    rows: int = 240
    columns: int = 190
    frames: tuple[int, ...] = ()
    series: str = "2.25.4400"

    @property
    def evidence(self) -> tuple[str, str, str]:
        return self.sop_class, self.uid, self.series


class Library:
    """The Image Library (TID 4020): one entry for each image, of tomosynthesis one for each frame named."""

    def __init__(self, images: tuple[Seen, ...]) -> None:
        self.images = images
        self.entries = {
            (seen.uid, frame): _entry(seen, frame) for seen in images for frame in seen.frames or (None,)
        }
        self.node = container(c.LIBRARY, *self.entries.values())

    def __getitem__(self, key: Seen | tuple[Seen, int]) -> Node:
        seen, frame = key if isinstance(key, tuple) else (key, None)
        return self.entries[seen.uid, frame]

    @property
    def evidence(self) -> tuple[tuple[str, str, str], ...]:
        return tuple(seen.evidence for seen in self.images)


def _entry(seen: Seen, frame: int | None) -> Node:
    acquired = "HAS ACQ CONTEXT"
    view = code(c.VIEW, seen.view, relationship=acquired)
    view.children += [code(c.MODIFIER, one, relationship="HAS CONCEPT MOD") for one in seen.modifiers]
    facts = [
        code(c.SIDE, seen.side, relationship=acquired),
        view,
        text(c.ROW_TO, seen.orientation[0], acquired),
        text(c.COLUMN_TO, seen.orientation[1], acquired),
        day(c.STUDY_DATE, "20260102"),
        time(c.STUDY_TIME, "080000"),
        num(c.HORIZONTAL, 0.1, c.MM, relationship=acquired),
        num(c.VERTICAL, 0.2, c.MM, relationship=acquired),
    ]
    if frame is not None:
        facts.append(num(c.THICKNESS, 1, c.MM, relationship=acquired))
        facts.append(uid_reference(c.FRAME_OF_REFERENCE, "2.25.4499", acquired))
    facts.append(num(c.ROWS, seen.rows, c.PIXELS, relationship=acquired))
    facts.append(num(c.COLUMNS, seen.columns, c.PIXELS, relationship=acquired))
    return image(seen.sop_class, seen.uid, () if frame is None else (frame,), *facts)


def intent(value: Concept, *below: Node) -> Node:
    return code(c.INTENT, value, *below, relationship="HAS CONCEPT MOD")


def algorithm(name: str, version: str, *parameters: str) -> list[Node]:
    """TID 4019."""
    return [
        text(c.ALGORITHM, name),
        text(c.VERSION, version),
        *(text(c.PARAMETERS, each) for each in parameters),
    ]


def center(point: Point, on: Node) -> Node:
    return region(c.CENTER, "POINT", (point,), on)


def outline(kind: str, points: tuple[Point, ...], on: Node) -> Node:
    return region(c.OUTLINE, kind, points, on)


def finding(
    kind: Concept,
    *properties: Node,
    rendering: Concept | None = c.REQUIRED,
    by: tuple[str, ...] = FINDER,
    tracking: tuple[str, str] | None = None,
    certainty: float | None = None,
) -> Node:
    """A Single Image Finding (TID 4006)."""
    node = code(c.FINDING, kind, relationship="INFERRED FROM")
    if rendering is not None:
        node.add(intent(rendering))
    if tracking is not None:
        node.add(
            text(c.TRACKING_ID, tracking[0], "HAS OBS CONTEXT"), uid_reference(c.TRACKING_UID, tracking[1])
        )
    node.add(*algorithm(*by))
    if certainty is not None:
        node.add(num(c.CERTAINTY, certainty, c.PERCENT))
    return node.add(*properties)


def composite(
    kind: Concept, *members: Node, rendering: Concept | None = c.REQUIRED, certainty: float | None = None
) -> Node:
    """A Composite Feature (TID 4004) of findings, by value or by reference."""
    node = code(c.COMPOSITE, kind, relationship="INFERRED FROM")
    if rendering is not None:
        node.add(intent(rendering))
    node.add(code(c.COMPOSITE_TYPE, c.SPATIAL), code(c.SCOPE, c.ON_SEVERAL), *algorithm(*FINDER))
    if certainty is not None:
        node.add(num(c.CERTAINTY_OF_FEATURE, certainty, c.PERCENT))
    return node.add(*members)


def impression(*inside: Node, rendering: Concept = c.REQUIRED) -> Node:
    """An Individual Impression/Recommendation (TID 4003), which contains its findings."""
    for each in inside:
        each.relationship = "CONTAINS" if each.value_type == "CODE" else each.relationship
    return container(c.IMPRESSION, intent(rendering), *inside, relationship="INFERRED FROM")


def summary(value: Concept, *below: Node) -> Node:
    """The CAD Processing and Findings Summary (TID 4001)."""
    return code(c.SUMMARY, value, *below, relationship="CONTAINS")


def performed(name: Concept, what: Concept, on: tuple[Node, ...], by: tuple[str, ...], *more: Node) -> Node:
    """A detection or an analysis that was tried (TID 4017, TID 4018)."""
    node = code(name, what, *algorithm(*by), relationship="CONTAINS")
    return node.add(*(reference("HAS PROPERTIES", entry) for entry in on), *more)


def detections(status: Concept, succeeded: tuple[Node, ...] = (), failed: tuple[Node, ...] = ()) -> Node:
    """The Summary of Detections (TID 4015)."""
    return _attempts(
        c.DETECTIONS, status, (c.SUCCESSFUL_DETECTIONS, succeeded), (c.FAILED_DETECTIONS, failed)
    )


def analyses(status: Concept, succeeded: tuple[Node, ...] = (), failed: tuple[Node, ...] = ()) -> Node:
    """The Summary of Analyses (TID 4016)."""
    return _attempts(c.ANALYSES, status, (c.SUCCESSFUL_ANALYSES, succeeded), (c.FAILED_ANALYSES, failed))


def _attempts(name: Concept, status: Concept, *groups: tuple[Concept, tuple[Node, ...]]) -> Node:
    node = code(name, status, relationship="CONTAINS")
    for group, tried in groups:
        if tried:
            node.add(container(group, *tried, relationship="INFERRED FROM"))
    return node


def tree(library: Library, impressions: Node | None, *attempts: Node) -> Node:
    """The document's root (TID 4000), its language first."""
    language = code(
        c.LANGUAGE,
        ("en", "RFC5646", "English"),
        code(c.COUNTRY, ("US", "ISO3166_1", "United States"), relationship="HAS CONCEPT MOD"),
        relationship="HAS CONCEPT MOD",
    )
    middle = [] if impressions is None else [impressions]
    return container(c.REPORT, language, library.node, *middle, *attempts)


def translated(root: Node, scheme: str) -> Node:
    """Rewrite every concept of a tree as an older report does (`sr_concepts.older`)."""
    for node in root.walk():
        if node.name is not None:
            node.name = c.older(node.name, scheme)
        for each in node.values.get("ConceptCodeSequence", []):
            value, designator, meaning = c.older(
                (each.CodeValue, each.CodingSchemeDesignator, each.CodeMeaning), scheme
            )
            each.update(coded((value, designator, meaning)))
    return root
