"""The images that a Mammography CAD SR speaks of: Image Library, TID 4020."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.codes import view_modifier, view_position
from klarsyn.dicom.content.item import ContentItem, spelled_position, tell
from klarsyn.dicom.content.values import Reference
from klarsyn.domain.reports.cad_report import Code, ReportImage

_NOTHING: dict[str, Any] = {
    "sop_class_uid": "",
    "laterality": None,
    "view_position": None,
    "modifiers": (),
    "patient_orientation": None,
    "rows": None,
    "columns": None,
    "spacing": None,
}
_MILLIMETRES = {"mm": 1.0, "um": 1e-3, "cm": 10.0, "m": 1e3}
"""UCUM units of 111026 and 111066; the template has um."""


def descendants(item: ContentItem) -> Iterator[ContentItem]:
    """Yield an item and all under it by value, in the order of the document."""
    waiting = [item]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def read_images(root: ContentItem, problems: list[str]) -> tuple[ReportImage, ...]:
    """Return each instance once: those of the library first, then others that the report names by value."""
    in_library: list[ReportImage] = []
    elsewhere: list[ReportImage] = []
    for child in root.contents:
        found = in_library if child.concept == codes.IMAGE_LIBRARY else elsewhere
        found += [
            _entry(item, item.reference, problems)
            for item in descendants(child)
            if item.value_type == "IMAGE" and item.reference is not None
        ]
    return _merged((*in_library, *elsewhere), problems)


def _entry(item: ContentItem, reference: Reference, problems: list[str]) -> ReportImage:
    facts = {child.concept: child for child in item.contents}
    view = facts.get(codes.IMAGE_VIEW)
    side = facts.get(codes.IMAGE_LATERALITY)
    modifiers = [
        modifier
        for child in (view.contents if view is not None else ())
        if child.concept == codes.IMAGE_VIEW_MODIFIER and child.code is not None
        if (modifier := view_modifier(_code_item(child.code))) is not None
    ]
    return ReportImage(
        reference.sop_instance_uid,
        reference.sop_class_uid,
        reference.frames,
        codes.SIDES.get(side.value) if side is not None else None,
        view_position(_code_item(view.code)) if view is not None and view.code is not None else None,
        tuple(dict.fromkeys(modifiers)),
        _orientation(facts),
        _count(facts, codes.PIXEL_ROWS),
        _count(facts, codes.PIXEL_COLUMNS),
        _spacing(facts, item, problems),
    )


def _code_item(code: Code) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme
    return item


def _orientation(facts: dict[codes.Concept, ContentItem]) -> tuple[str, str] | None:
    """Return PatientOrientation (0020,0020): the direction of the rows, then that of the columns."""
    row, column = facts.get(codes.ORIENTATION_ROW), facts.get(codes.ORIENTATION_COLUMN)
    if row is None or column is None or not row.text or not column.text:
        return None
    return row.text, column.text


def _count(facts: dict[codes.Concept, ContentItem], concept: codes.Concept) -> int | None:
    number = facts[concept].number if concept in facts else None
    return int(number) if number is not None and number > 0 and number == int(number) else None


def _spacing(
    facts: dict[codes.Concept, ContentItem], item: ContentItem, problems: list[str]
) -> tuple[float, float] | None:
    steps = []
    for concept in (codes.VERTICAL_SPACING, codes.HORIZONTAL_SPACING):
        said = facts.get(concept)
        if said is None or said.number is None:
            return None
        factor = _MILLIMETRES.get(said.unit.value if said.unit is not None else "")
        if factor is None or said.number <= 0:
            where = spelled_position(item.position)
            tell(problems, f"The pixel spacing of image {where} is in no unit of length, or not positive.")
            return None
        steps.append(said.number * factor)
    return steps[0], steps[1]


def _merged(entries: Iterable[ReportImage], problems: list[str]) -> tuple[ReportImage, ...]:
    """Return one image per instance: of a tomosynthesis there is an entry for each key frame."""
    found: dict[str, ReportImage] = {}
    for entry in entries:
        known = found.get(entry.sop_instance_uid)
        found[entry.sop_instance_uid] = entry if known is None else _together(known, entry, problems)
    return tuple(found.values())


def _together(first: ReportImage, second: ReportImage, problems: list[str]) -> ReportImage:
    changed: dict[str, Any] = {}
    for name, nothing in _NOTHING.items():
        known, other = getattr(first, name), getattr(second, name)
        if known and other and known != other:
            tell(problems, f"The report says the {name} of one image in two ways; neither is believed.")
            changed[name] = nothing
        elif not known:
            changed[name] = other
    frames = tuple(dict.fromkeys((*first.frames, *second.frames))) if first.frames and second.frames else ()
    return replace(first, frames=frames, **changed)
