"""Graphic annotations and layers of a presentation state (PS3.3 C.10.5 and C.10.7)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, numbers, text, whole_number
from klarsyn.dicom.states.notices import not_used, state_notice
from klarsyn.dicom.states.scopes import read_scope
from klarsyn.domain.exam import Notice
from klarsyn.domain.graphic import (
    Graphic,
    GraphicAnnotation,
    GraphicLayer,
    GraphicType,
    Justification,
    Point,
    TextAnchor,
    TextBox,
    TextObject,
    Units,
)

_STYLES = ("LineStyleSequence", "FillStyleSequence", "TextStyleSequence")
_ANNOTATION = ("GraphicLayer", "GraphicObjectSequence", "TextObjectSequence", "CompoundGraphicSequence")
_GRAPHIC = (
    *("GraphicAnnotationUnits", "GraphicDimensions", "NumberOfGraphicPoints", "GraphicData"),
    *("GraphicType", "GraphicFilled", "GraphicGroupID", *_STYLES),
)
_TEXT = (
    *("UnformattedTextValue", "BoundingBoxAnnotationUnits", "AnchorPointAnnotationUnits", "AnchorPoint"),
    *("BoundingBoxTopLeftHandCorner", "BoundingBoxBottomRightHandCorner", "AnchorPointVisibility"),
    *("BoundingBoxTextHorizontalJustification", "GraphicGroupID", *_STYLES),
)
_LAYER = (
    *("GraphicLayer", "GraphicLayerOrder", "GraphicLayerDescription"),
    *("GraphicLayerRecommendedDisplayGrayscaleValue", "GraphicLayerRecommendedDisplayCIELabValue"),
    "GraphicLayerRecommendedDisplayRGBValue",
)
_COUNT = {GraphicType.POINT: 1, GraphicType.CIRCLE: 2, GraphicType.ELLIPSE: 4}


def read_annotations(ds: Dataset) -> tuple[tuple[GraphicAnnotation, ...], list[Notice]]:
    """Return everything drawn, and what of it is left out."""
    notices: list[Notice] = []
    found: list[GraphicAnnotation] = []
    for item in items(ds, "GraphicAnnotationSequence"):
        drawn, written = items(item, "GraphicObjectSequence"), items(item, "TextObjectSequence")
        graphics = [g for one in drawn if (g := _graphic(one, notices)) is not None]
        texts = [t for one in written if (t := _text_object(one)) is not None]
        if lost := len(drawn) - len(graphics):
            notices.append(state_notice("state-graphic-invalid", lost))
        if lost := len(written) - len(texts):
            notices.append(state_notice("state-text-invalid", lost))
        if compound := len(items(item, "CompoundGraphicSequence")):
            notices.append(state_notice("state-compound", compound))
        if any(style in one for one in (*drawn, *written) for style in _STYLES):
            notices.append(state_notice("state-style"))
        notices += not_used(item, _ANNOTATION)
        notices += [n for one in drawn for n in not_used(one, _GRAPHIC)]
        notices += [n for one in written for n in not_used(one, _TEXT)]
        if graphics or texts:
            layer = text(item, "GraphicLayer")
            found.append(GraphicAnnotation(layer, tuple(graphics), tuple(texts), read_scope(item)))
    return tuple(found), notices


def read_layers(ds: Dataset) -> tuple[tuple[GraphicLayer, ...], list[Notice]]:
    """Return the layers, lowest first; colours become the grey of the same lightness."""
    sequence = items(ds, "GraphicLayerSequence")
    layers = [
        GraphicLayer(
            text(item, "GraphicLayer"),
            whole_number(item, "GraphicLayerOrder", 1) or 0,
            _grey(item),
            text(item, "GraphicLayerDescription"),
        )
        for item in sequence
    ]
    notices = [n for item in sequence for n in not_used(item, _LAYER)]
    return tuple(sorted(layers, key=lambda layer: layer.order)), notices


def _graphic(item: Dataset, notices: list[Notice]) -> Graphic | None:
    ends, units = numbers(item, "GraphicData"), _units(item, "GraphicAnnotationUnits")
    kind = text(item, "GraphicType")
    if units is None or kind not in list(GraphicType) or len(ends) % 2:
        return None
    if whole_number(item, "GraphicDimensions", 2) != 2:
        return None
    points = tuple(zip(ends[::2], ends[1::2], strict=True))
    type_ = GraphicType(kind)
    if len(points) != _COUNT.get(type_, max(len(points), 2)):
        return None
    announced = whole_number(item, "NumberOfGraphicPoints", len(points))
    if announced != len(points):
        notices.append(state_notice("state-graphic-points", len(points), announced))
    return Graphic(type_, points, units, text(item, "GraphicFilled") == "Y")


def _text_object(item: Dataset) -> TextObject | None:
    words, box, anchor = text(item, "UnformattedTextValue"), _box(item), _anchor(item)
    return TextObject(words, box, anchor) if words and (box or anchor) else None


def _box(item: Dataset) -> TextBox | None:
    top_left = _point(item, "BoundingBoxTopLeftHandCorner")
    bottom_right = _point(item, "BoundingBoxBottomRightHandCorner")
    units = _units(item, "BoundingBoxAnnotationUnits")
    if top_left is None or bottom_right is None or units is None:
        return None
    named = text(item, "BoundingBoxTextHorizontalJustification")
    side = Justification(named) if named in list(Justification) else Justification.LEFT
    return TextBox(top_left, bottom_right, units, side)


def _anchor(item: Dataset) -> TextAnchor | None:
    point, units = _point(item, "AnchorPoint"), _units(item, "AnchorPointAnnotationUnits")
    if point is None or units is None:
        return None
    return TextAnchor(point, text(item, "AnchorPointVisibility") == "Y", units)


def _point(item: Dataset, keyword: str) -> Point | None:
    ends = numbers(item, keyword)
    return (ends[0], ends[1]) if len(ends) == 2 else None


def _units(item: Dataset, keyword: str) -> Units | None:
    named = text(item, keyword)
    return Units(named) if named in list(Units) else None


def _grey(item: Dataset) -> int | None:
    grey = whole_number(item, "GraphicLayerRecommendedDisplayGrayscaleValue")
    if grey is not None:
        return grey & 0xFFFF
    if lab := numbers(item, "GraphicLayerRecommendedDisplayCIELabValue"):
        return int(lab[0]) & 0xFFFF  # L*, the lightness, is encoded over 0 to 65 535 (C.10.7.1.1)
    if len(rgb := numbers(item, "GraphicLayerRecommendedDisplayRGBValue")) == 3:
        return round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) & 0xFFFF
    return None
