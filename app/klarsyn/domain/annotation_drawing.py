"""A reader's drawing in the words of a presentation state: graphics, and the measured value as text.

Other viewers show the text but measure nothing themselves; value and words therefore travel with the
drawing. Basic graphics know no arrows: one is drawn as a line with a head (PS3.3 C.10.5).
"""

import math

from klarsyn.domain.annotation import Annotation, AnnotationKind, held_inside, is_inside
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import (
    Graphic,
    GraphicAnnotation,
    GraphicType,
    ImageFrames,
    Point,
    TextAnchor,
    TextObject,
)
from klarsyn.domain.measuring import measure

_HEAD_PART, _HEAD_MOST_PX, _HEAD_ANGLE = 0.25, 40.0, math.radians(25)
_CUT = "drawn beyond the edge of the image"


def drawing_of(annotation: Annotation, image: Image, layer: str) -> GraphicAnnotation:
    """Return one drawing as graphics and text for a presentation state, in PIXEL units.

    What reaches beyond the image is drawn along its edge, as the standard allows no point outside, and the
    text says so; the measured value stays that of the whole drawing.

    Raises
    ------
    ValueError
        If the drawing is on another image.
    """
    words = [str(found)] if (found := measure(annotation, image)) is not None else []
    words += [annotation.text.strip()] if annotation.text.strip() else []
    pen, kind = pen_of(annotation), _kind(annotation)
    drawn = (*annotation.outline(), *annotation.points)
    if not all(is_inside(point, image) for point in drawn):
        kind = GraphicType.POLYLINE
        words.append(_CUT)
    # The head of an arrow may be cut by the edge without anything being lost.
    pen = tuple(held_inside(point, image) for point in pen)
    graphics = (
        ()
        if annotation.kind is AnnotationKind.TEXT
        else (Graphic(kind, annotation.points if kind is GraphicType.ELLIPSE else pen),)
    )
    anchor = TextAnchor(held_inside(text_place(annotation), image))
    texts = (TextObject("\r\n".join(words), anchor=anchor),) if words else ()
    frames = () if annotation.frame is None else (annotation.frame,)
    return GraphicAnnotation(layer, graphics, texts, (ImageFrames(annotation.sop_instance_uid, frames),))


def pen_of(annotation: Annotation) -> tuple[Point, ...]:
    """Return the line that a pen follows in image coordinates, closed where the drawing is."""
    outline = annotation.outline()
    if annotation.kind is AnnotationKind.ARROW:
        tail, tip = annotation.points
        left, right = _barbs(tail, tip)
        return tail, tip, left, tip, right
    return (*outline, outline[0]) if annotation.closed else outline


def _kind(annotation: Annotation) -> GraphicType:
    return GraphicType.ELLIPSE if annotation.kind is AnnotationKind.ELLIPSE else GraphicType.POLYLINE


def _barbs(tail: Point, tip: Point) -> tuple[Point, Point]:
    length = min(_HEAD_PART * math.dist(tail, tip), _HEAD_MOST_PX)
    back = math.atan2(tail[1] - tip[1], tail[0] - tip[0])
    left, right = (
        (tip[0] + length * math.cos(back + turn), tip[1] + length * math.sin(back + turn))
        for turn in (_HEAD_ANGLE, -_HEAD_ANGLE)
    )
    return left, right


def text_place(annotation: Annotation) -> Point:
    """Return where the words stand: at the arrow's tail, right of an area, at the vertex or the end."""
    points = annotation.points
    if annotation.closed:
        return max(annotation.outline())
    return {
        AnnotationKind.ARROW: points[0],
        AnnotationKind.ANGLE: points[len(points) // 2],
    }.get(annotation.kind, points[-1])
