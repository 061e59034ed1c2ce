"""Painting a reader's drawings on one view: first all lines, then all words where no line and no text is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_drawing import text_place
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.pencil import draw_annotation, line_of
from klarsyn.ui.drawings.word_pen import write_words
from klarsyn.ui.drawings.word_place import in_sight

if TYPE_CHECKING:
    from klarsyn.ui.drawings.word_place import Room
    from klarsyn.ui.view.viewport import Viewport


def paint_annotations(
    painter: QPainter,
    viewport: "Viewport",
    transform: ViewTransform,
    annotations: Sequence[Annotation],
    room: "Room",
    *,
    chosen: str | None,
    wordless: str | None = None,
) -> dict[str, QRectF]:
    """Draw the drawings of an image; returns where the words of each stand, in logical pixels.

    `wordless` is the drawing that is written on at this moment: the line to write in has its words.
    """
    if viewport.view is None:
        return {}
    image, ratio = viewport.view.loaded.image, viewport.ratio
    lines = {}
    for each in annotations:
        draw_annotation(painter, each, transform, ratio, chosen=each.annotation_id == chosen)
        lines[each.annotation_id] = line_of(each, transform, ratio)
    boxes = {}
    for each in annotations:
        name = each.annotation_id
        if name == wordless and each.kind is AnnotationKind.TEXT:
            continue
        x, y = transform.to_viewport(*text_place(each))
        others = [in_sight(line, room.size) for other, line in lines.items() if other != name]
        room.lines = np.concatenate(others) if others else room.lines[:0]
        box = write_words(
            painter, each, image, lines[name], (x / ratio, y / ratio), room, chosen=name == chosen
        )
        if box is not None:
            boxes[name] = box
    return boxes
