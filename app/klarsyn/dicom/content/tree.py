"""The content tree of a structured report (PS3.3 C.17.3), read whole and without trust.

What is not sound is told in a sentence and left out; what is sound beside it is kept. Sentences hold
positions and codes and no values: a value may be somebody's name (invariant 9).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr.codes import concept_of
from klarsyn.dicom.content.graphic import graphic_of
from klarsyn.dicom.content.item import ContentItem, Position, spelled_position, tell
from klarsyn.dicom.content.links import link
from klarsyn.dicom.content.values import (
    CONCEPT_CODE,
    CONCEPT_NAME,
    CONTENT,
    RELATIONSHIP,
    TEXT_TAGS,
    VALUE_TYPE,
    code_of,
    items_of,
    number_and_unit,
    position_of,
    reference_of,
    spelled,
    text_of,
)
from klarsyn.dicom.errors import PARSE_FAILURES

__all__ = ["ContentItem", "read_tree", "read_whole_tree"]

MAX_DEPTH = 256
MAX_ITEMS = 20_000
"""Content Items that are read of one report, within two seconds; full ones have some thousand."""

_NAMED = frozenset({"TEXT", "NUM", "CODE", "DATETIME", "DATE", "TIME", "UIDREF", "PNAME", "SCOORD"})
_REFERRING = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM"})
_KNOWN = _NAMED | _REFERRING | {"CONTAINER", "SCOORD", "SCOORD3D", "TCOORD", "TABLE"}


@dataclass(slots=True)
class _Draft:
    ds: Dataset
    position: Position
    parent: "_Draft | None"
    children: list[ContentItem] = field(default_factory=list)
    whole: bool = True


def read_tree(ds: Dataset, problems: list[str]) -> ContentItem:
    """Return the root of the content tree of an SR; each flaw adds a sentence to `problems`."""
    return read_whole_tree(ds, problems)[0]


def read_whole_tree(ds: Dataset, problems: list[str]) -> tuple[ContentItem, bool]:
    """Return the root, and whether all of the tree could be read."""
    items: dict[Position, ContentItem] = {}
    with _collector_paused():
        for draft in reversed(_drafts(ds, problems)):
            item = _item(draft, problems)
            items[draft.position] = item
            if draft.parent is not None:
                draft.parent.children.append(item)
                draft.parent.whole &= item.whole
    link(items, problems)
    root = items[(1,)]
    if not root.children:
        tell(problems, "The report has no content.")
    return root, root.whole


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from looking through a hundred thousand new objects again and again.

    Nothing that is made meanwhile is garbage, and what is made is bounded by `MAX_ITEMS`.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _drafts(ds: Dataset, problems: list[str]) -> list[_Draft]:
    """Return every item in the order of the document, parents first; recursion would end at some depth."""
    found: list[_Draft] = []
    waiting = [_Draft(ds, (1,), None)]
    while waiting:
        draft = waiting.pop()
        if len(found) == MAX_ITEMS:
            tell(problems, f"The report has more than {MAX_ITEMS} content items; the rest is not read.")
            for left in (draft, *waiting):
                if left.parent is not None:
                    left.parent.whole = False
            return found
        found.append(draft)
        items, draft.whole = items_of(draft.ds, CONTENT)
        if not draft.whole:
            tell(problems, f"What stands under content item {spelled_position(draft.position)} is damaged.")
        elif items and len(draft.position) >= MAX_DEPTH:
            tell(problems, f"The report is more than {MAX_DEPTH} levels deep; what is deeper is not read.")
            draft.whole, items = False, ()
        waiting += [
            _Draft(one, (*draft.position, place), draft)
            for place, one in reversed(list(enumerate(items[: MAX_ITEMS + 1], start=1)))
        ]
    return found


def _item(draft: _Draft, problems: list[str]) -> ContentItem:
    ds, position = draft.ds, draft.position
    children = tuple(reversed(draft.children))
    relationship = text_of(ds, RELATIONSHIP).upper()
    value_type = text_of(ds, VALUE_TYPE).upper()
    if not value_type and (refers_to := position_of(ds)):
        return ContentItem(
            position, relationship, "", refers_to=refers_to, children=children, whole=draft.whole
        )
    name = code_of(ds, CONCEPT_NAME)

    def say(what: str) -> None:
        tell(problems, f"Content item {spelled_position(position)} ({spelled(name)}) {what}.")

    if value_type not in _KNOWN:
        say("has no value type" if not value_type else "is of a value type that does not exist")
        value_type = ""
    if name is None and value_type in _NAMED:
        say("has no concept name")
    text, code, number, unit, reference, graphic = "", None, None, None, None, None
    try:
        if value_type in TEXT_TAGS:
            text = text_of(ds, TEXT_TAGS[value_type])
            if not text:
                say("states nothing")
        elif value_type == "CODE":
            code = code_of(ds, CONCEPT_CODE)
            if code is None:
                say("states no code")
        elif value_type == "NUM":
            number, unit = number_and_unit(ds, say)
        elif value_type in _REFERRING:
            reference = reference_of(ds, say)
        elif value_type == "SCOORD":
            graphic = graphic_of(ds, say)
    except PARSE_FAILURES as error:
        say(f"cannot be understood ({type(error).__name__})")
    return ContentItem(
        position,
        relationship,
        value_type,
        name,
        concept_of(name),
        text,
        code,
        concept_of(code),
        number,
        unit,
        reference,
        graphic,
        None,
        children,
        whole=draft.whole and bool(value_type),
    )
