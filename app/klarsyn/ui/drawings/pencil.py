"""How a drawing looks over an image: a thin bright line on a dark halo, in the hand with its points."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_drawing import pen_of
from klarsyn.domain.graphic import Point
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.word_place import Points, along
from klarsyn.ui.theme import theme
from klarsyn.ui.view.corners import wrapped
from klarsyn.ui.view.ink import text_size, write

LINE, HALO = 1.5, 3.0
HANDLE = 3.5
_BESIDE = 10.0
# A drawing is painted with every frame of a drag, and laid out once.
_pen = lru_cache(maxsize=256)(pen_of)


def draw_line(
    painter: QPainter,
    points: Sequence[Point],
    transform: ViewTransform,
    ratio: float,
    colour: QColor,
    *,
    filled: bool = False,
) -> None:
    """Draw a line through image points."""
    if not points:
        return
    placed = transform.points_to_viewport(np.array(points)) / ratio
    corners = [QPointF(float(x), float(y)) for x, y in placed]
    line = QPolygonF(corners)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    for each in (theme().halo, colour):
        pen = QPen(each, LINE + (HALO if each is not colour else 0.0))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if len(corners) == 1:
            _cross(painter, corners[0])
        elif filled:
            painter.drawPolygon(line)
        else:
            painter.drawPolyline(line)
    painter.restore()


def line_of(annotation: Annotation, transform: ViewTransform, ratio: float) -> Points:
    """Return points close to each other along a drawing, in logical pixels."""
    return along(transform.points_to_viewport(np.array(_pen(annotation))) / ratio)


def draw_annotation(
    painter: QPainter, annotation: Annotation, transform: ViewTransform, ratio: float, *, chosen: bool = False
) -> None:
    """Draw one drawing without its words; the chosen one, and one in the making, has its points."""
    if annotation.kind is not AnnotationKind.TEXT:
        draw_line(painter, _pen(annotation), transform, ratio, theme().text)
    if chosen:
        _handles(painter, annotation.points, transform, ratio)


def write_hint(
    painter: QPainter, hint: str, size: QSizeF, notices: Sequence[QRectF], *, right: bool
) -> QRectF:
    """Write what to do at the lower edge, on the side of the chest wall: the other one has the notices.

    `notices` are texts of the view; beside those at the lower edge the hint is folded.
    """
    font = theme().small
    height = text_size("Xg", font)[1]
    low = [box.width() for box in notices if box.bottom() > size.height() - 4 * height]
    lines = list(wrapped(hint, size.width() - 4 * _BESIDE - max(low, default=0.0), font))
    at = QPointF(size.width() - _BESIDE if right else _BESIDE, size.height() - height * len(lines) - 8)
    written = QRectF()
    for line in lines:
        written = written.united(write(painter, at, line, font, theme().text, right=right))
        at += QPointF(0.0, height)
    return written


def _handles(painter: QPainter, points: Sequence[Point], transform: ViewTransform, ratio: float) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().halo, 1.0))
    painter.setBrush(theme().text)
    for x, y in transform.points_to_viewport(np.array(points)) / ratio:
        painter.drawEllipse(QPointF(float(x), float(y)), HANDLE, HANDLE)
    painter.restore()


def _cross(painter: QPainter, at: QPointF) -> None:
    for dx, dy in ((5.0, 0.0), (0.0, 5.0)):
        painter.drawLine(at - QPointF(dx, dy), at + QPointF(dx, dy))
