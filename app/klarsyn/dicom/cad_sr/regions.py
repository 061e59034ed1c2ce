"""The places that a finding is drawn at: Center, Outline and Image Region (TID 4006, TID 4021).

A place stands on the image that it is SELECTED FROM, by reference to the Image Library or by value, and on no
other (invariant 3): what names none, or several, is told with its reason and never drawn.
"""

from klarsyn.dicom.cad_sr import codes
from klarsyn.dicom.content.item import ContentItem
from klarsyn.dicom.content.values import spelled
from klarsyn.domain.reports.cad_report import GraphicKind, Purpose, Region

_PURPOSES = {codes.CENTER: Purpose.CENTER, codes.OUTLINE: Purpose.OUTLINE}
_POINTS = {
    GraphicKind.POINT: (1, 1),
    GraphicKind.MULTIPOINT: (1, None),
    GraphicKind.POLYLINE: (2, None),
    GraphicKind.CIRCLE: (2, 2),
    GraphicKind.ELLIPSE: (4, 4),
}
"""How many points each kind has at least and at most (PS3.3 C.18.6.1.2)."""


def read_regions(finding: ContentItem) -> tuple[tuple[Region, ...], tuple[str, ...]]:
    """Return the places of a finding, one for each frame that is named, and why others cannot be drawn."""
    regions: list[Region] = []
    unusable: list[str] = []
    for child in finding.contents:
        if child.value_type == "SCOORD3D":
            unusable.append(f"{_called(child)} is in space, not on an image.")
        elif child.value_type == "SCOORD":
            reason = _add(child, regions)
            if reason:
                unusable.append(f"{_called(child)} {reason}.")
    return tuple(regions), tuple(unusable)


def _add(item: ContentItem, regions: list[Region]) -> str:
    """Add the regions of an SCOORD; return why there are none."""
    if item.graphic is None:
        return "has no coordinates that can be understood"
    kinds = {kind.value: kind for kind in GraphicKind}
    kind = kinds.get(item.graphic.kind)
    if kind is None:
        return "is of a kind of graphic that does not exist"
    fewest, most = _POINTS[kind]
    points = item.graphic.points
    if len(points) < fewest or (most is not None and len(points) > most):
        return f"is a {kind} of {len(points)} points"
    named = [child for child in item.children if child.relationship == "SELECTED FROM"]
    images = [one for one in item.related("SELECTED FROM") if one.value_type == "IMAGE"]
    references = {one.reference for one in images if one.reference is not None}
    if not references or len(images) < len(named) or any(one.reference is None for one in images):
        return "names no image that the report tells of"
    if len({one.sop_instance_uid for one in references}) > 1:
        return "names several images, and it cannot stand on all of them"
    frames = sorted({frame for one in references for frame in one.frames})
    uid = next(iter(references)).sop_instance_uid
    purpose = _PURPOSES.get(item.concept, Purpose.OTHER)
    regions += [Region(uid, frame, kind, points, purpose) for frame in frames or (None,)]
    return ""


def _called(item: ContentItem) -> str:
    return f"A place ({spelled(item.name)})"
