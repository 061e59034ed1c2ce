"""Content items of structured reports as data sets, to be written (PS3.3 C.17.3)."""

import re
from collections.abc import Iterable

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from klarsyn.dicom.states.grey import decimal
from klarsyn.dicom.states.scopes import image_reference
from klarsyn.domain.reports.cad_report import Code, GraphicKind

CONTAINS = "CONTAINS"
HAS_PROPERTIES = "HAS PROPERTIES"
HAS_CONCEPT_MOD = "HAS CONCEPT MOD"
HAS_ACQ_CONTEXT = "HAS ACQ CONTEXT"
HAS_OBS_CONTEXT = "HAS OBS CONTEXT"
INFERRED_FROM = "INFERRED FROM"
SELECTED_FROM = "SELECTED FROM"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")

MAX_POINTS = 8191
"""Of one SCOORD: GraphicData has 32-bit floats, and a value length of 16 bits (PS3.5 7.1.2)."""


def coded(code: Code) -> Dataset:
    """Return an item of a code sequence (PS3.3 8.8): longer values and URNs have attributes of their own."""
    item = Dataset()
    if len(code.value) > 16:
        item.LongCodeValue = code.value
    else:
        item.CodeValue = code.value
    item.CodingSchemeDesignator = code.scheme
    item.CodeMeaning = (code.meaning or code.value)[:64]
    return item


def content_item(
    value_type: str, relationship: str, name: Code | None = None, children: Iterable[Dataset] = ()
) -> Dataset:
    """Return a content item without its value."""
    item = Dataset()
    if relationship:
        item.RelationshipType = relationship
    item.ValueType = value_type
    if name is not None:
        item.ConceptNameCodeSequence = Sequence([coded(name)])
    if below := list(children):
        item.ContentSequence = Sequence(below)
    return item


def container(relationship: str, name: Code, children: Iterable[Dataset] = ()) -> Dataset:
    """Return a CONTAINER, the parts of which stand each for itself."""
    item = content_item("CONTAINER", relationship, name, children)
    item.ContinuityOfContent = "SEPARATE"
    return item


def code_item(relationship: str, name: Code, value: Code, children: Iterable[Dataset] = ()) -> Dataset:
    """Return a CODE."""
    item = content_item("CODE", relationship, name, children)
    item.ConceptCodeSequence = Sequence([coded(value)])
    return item


def text_item(relationship: str, name: Code, value: str) -> Dataset:
    """Return a TEXT."""
    item = content_item("TEXT", relationship, name)
    # Control characters would change the character set (PS3.5 6.1.3); line ends may stand.
    item.TextValue = _CONTROL.sub(" ", value)
    return item


def number_item(relationship: str, name: Code, value: float, unit: Code) -> Dataset:
    """Return a NUM; the number has 16 characters at most (DS)."""
    measured = Dataset()
    measured.MeasurementUnitsCodeSequence = Sequence([coded(unit)])
    measured.NumericValue = decimal(value)
    item = content_item("NUM", relationship, name)
    item.MeasuredValueSequence = Sequence([measured])
    return item


def uid_item(relationship: str, name: Code, value: str) -> Dataset:
    """Return a UIDREF."""
    item = content_item("UIDREF", relationship, name)
    item.UID = value
    return item


def image_item(
    relationship: str,
    sop_class_uid: str,
    sop_instance_uid: str,
    frame: int | None,
    children: Iterable[Dataset] = (),
) -> Dataset:
    """Return an IMAGE, or one of its frames, counted from 1."""
    item = content_item("IMAGE", relationship, None, children)
    frames = () if frame is None else (frame,)
    item.ReferencedSOPSequence = Sequence([image_reference(sop_class_uid, sop_instance_uid, frames)])
    return item


def region_item(
    relationship: str,
    name: Code,
    kind: GraphicKind,
    points: Iterable[tuple[float, float]],
    children: Iterable[Dataset],
) -> Dataset:
    """Return a SCOORD. (column, row) from the top-left corner of the image, rounded to 32-bit floats: by
    0.0005 px at most below 16 384.

    Raises
    ------
    ValueError
        If there is no point, or more than fit.
    """
    ends = [end for point in points for end in point]
    if not 2 <= len(ends) <= 2 * MAX_POINTS:
        raise ValueError(f"A region of {len(ends) // 2} points cannot be written; 1 to {MAX_POINTS} can.")
    item = content_item("SCOORD", relationship, name, children)
    item.GraphicData = [float(np.float32(end)) for end in ends]
    item.GraphicType = kind.value
    return item


def by_reference(relationship: str, position: tuple[int, ...]) -> Dataset:
    """Return a relationship to an item that stands elsewhere in the tree, by its place (PS3.3 C.17.3.2.5):
    1 for the root, then counted from 1 on every level."""
    item = Dataset()
    item.RelationshipType = relationship
    item.ReferencedContentItemIdentifier = list(position)
    return item
