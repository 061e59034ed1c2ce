"""Graphics, texts and layers of the domain as items of a presentation state (PS3.3 C.10.5 and C.10.7)."""

from collections.abc import Callable

from pydicom.dataset import Dataset

from klarsyn.domain.graphic import Graphic, GraphicAnnotation, GraphicLayer, Scope, TextObject

References = Callable[[Scope], list[Dataset]]


def annotation_item(annotation: GraphicAnnotation, references: References) -> Dataset:
    """Return one item of GraphicAnnotationSequence; `references` makes its ReferencedImageSequence."""
    item = Dataset()
    if annotation.scope:
        item.ReferencedImageSequence = references(annotation.scope)
    item.GraphicLayer = annotation.layer
    if annotation.texts:
        item.TextObjectSequence = [_text_item(one) for one in annotation.texts]
    if annotation.graphics:
        item.GraphicObjectSequence = [_graphic_item(one) for one in annotation.graphics]
    return item


def layer_item(layer: GraphicLayer) -> Dataset:
    """Return one item of GraphicLayerSequence."""
    item = Dataset()
    item.GraphicLayer, item.GraphicLayerOrder = layer.name, layer.order
    if layer.grey is not None:
        item.GraphicLayerRecommendedDisplayGrayscaleValue = layer.grey
    if layer.description:
        item.GraphicLayerDescription = layer.description
    return item


def _graphic_item(graphic: Graphic) -> Dataset:
    item = Dataset()
    item.GraphicAnnotationUnits = graphic.units.value
    item.GraphicDimensions = 2
    item.NumberOfGraphicPoints = len(graphic.points)
    item.GraphicData = [end for point in graphic.points for end in point]
    item.GraphicType = graphic.type.value
    if graphic.may_be_filled:
        item.GraphicFilled = "Y" if graphic.filled else "N"
    return item


def _text_item(words: TextObject) -> Dataset:
    item = Dataset()
    if (box := words.box) is not None:
        item.BoundingBoxAnnotationUnits = box.units.value
        item.BoundingBoxTopLeftHandCorner = list(box.top_left)
        item.BoundingBoxBottomRightHandCorner = list(box.bottom_right)
        item.BoundingBoxTextHorizontalJustification = box.justification.value
    if (anchor := words.anchor) is not None:
        item.AnchorPointAnnotationUnits = anchor.units.value
        item.AnchorPoint = list(anchor.point)
        item.AnchorPointVisibility = "Y" if anchor.visible else "N"
    item.UnformattedTextValue = words.text
    return item
