"""How a drawing looks over an image: a thin bright line on a dark halo, its value and words beside it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_drawing import pen_of, text_place
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point
from klarsyn.domain.measuring import measure
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.corners import wrapped
from klarsyn.ui.ink import text_size, write
from klarsyn.ui.theme import theme

LINE, HALO = 1.5, 3.0
HANDLE = 3.5
_BESIDE = 10.0
_BASIS_WIDTH = 300.0
_SAMPLES = 96

# A drawing is painted with every frame of a drag, and measured and laid out once.
_measured = lru_cache(maxsize=256)(measure)
_pen = lru_cache(maxsize=256)(pen_of)
_place = lru_cache(maxsize=256)(text_place)


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


def draw_annotation(
    painter: QPainter,
    annotation: Annotation,
    image: Image,
    transform: ViewTransform,
    size: QSizeF,
    ratio: float,
    *,
    chosen: bool = False,
) -> None:
    """Draw one drawing with its value and words.

    The chosen one, and one in the making, has its points and says what its value rests on.
    """
    look = theme()
    if annotation.kind is not AnnotationKind.TEXT:
        draw_line(painter, _pen(annotation), transform, ratio, look.text)
    if chosen:
        _handles(painter, annotation.points, transform, ratio)
    found = _measured(annotation, image)
    lines = [(str(found), look.body, look.text)] if found is not None else []
    if annotation.text.strip():
        lines.append((annotation.text.strip(), look.body, look.text))
    if chosen and found is not None:
        lines += [(line, look.small, look.dim) for line in wrapped(found.basis, _BASIS_WIDTH)]
    x, y = transform.to_viewport(*_place(annotation))
    write_beside(
        painter, QPointF(x / ratio, y / ratio), lines, size, _along(_pen(annotation), transform, ratio)
    )


def write_beside(
    painter: QPainter,
    at: QPointF,
    lines: Iterable[tuple[str, int, QColor]],
    size: QSizeF,
    clear_of: npt.NDArray[np.float64] | None = None,
) -> None:
    """Write lines of (text, size, colour) beside a point, and inside the view where the point is.

    Of the four sides that one is taken where the words meet fewest of the points `clear_of`, shape (n, 2).
    """
    lines = list(lines)
    if not lines or not QRectF(QPointF(-1, -1), size + QSizeF(2, 2)).contains(at):
        return
    sizes = [text_size(text, font) for text, font, _ in lines]
    width, height = max(w for w, _ in sizes), sum(h for _, h in sizes)
    box = _free_side(at, QSizeF(width, height), sizes[0][1], size, clear_of)
    x, y = box.x(), box.y()
    for (text, font, colour), (_, line_height) in zip(lines, sizes, strict=True):
        write(painter, QPointF(max(x, 0.0), y), text, font, colour)
        y += line_height


def write_hint(painter: QPainter, hint: str, size: QSizeF, *, right: bool) -> None:
    """Write what to do at the lower edge, on the side of the chest wall: the other one has the notices."""
    font, height = theme().small, text_size(hint, theme().small)[1]
    at = QPointF(size.width() - _BESIDE if right else _BESIDE, size.height() - height - 8)
    write(painter, at, hint, font, theme().text, right=right)


def _free_side(
    at: QPointF, words: QSizeF, line: float, size: QSizeF, points: npt.NDArray[np.float64] | None
) -> QRectF:
    width, height = words.width(), words.height()
    middle, above = at.y() - line / 2, at.y() - _BESIDE - height
    sides = (
        (at.x() + _BESIDE, middle),
        (at.x() - _BESIDE - width, middle),
        (at.x() - width / 2, at.y() + _BESIDE),
        (at.x() - width / 2, above),
    )
    boxes: list[tuple[int, int, int, QPointF]] = []
    for x, y in sides:
        corner = QPointF(
            min(max(x, 0.0), max(size.width() - width, 0.0)),
            min(max(y, 0.0), max(size.height() - height, 0.0)),
        )
        pushed = abs(corner.x() - x) + abs(corner.y() - y)
        # The first side wins among equals; one that is pushed back into the view a little loses to them.
        boxes.append((_met(QRectF(corner, words), points), round(pushed), len(boxes), corner))
    return QRectF(min(boxes, key=lambda each: each[:3])[3], words)


def _met(box: QRectF, points: npt.NDArray[np.float64] | None) -> int:
    if points is None:
        return 0
    low, high = (box.left() - 2, box.top() - 2), (box.right() + 2, box.bottom() + 2)
    return int(np.all((points >= low) & (points <= high), axis=1).sum())


def _along(points: Sequence[Point], transform: ViewTransform, ratio: float) -> npt.NDArray[np.float64]:
    """Return points close to each other along a line, in logical pixels."""
    corners = transform.points_to_viewport(np.array(points)) / ratio
    if len(corners) == 1:
        return corners
    steps = np.linspace(0.0, 1.0, max(2, _SAMPLES // len(corners)))[:, None, None]
    return (corners[:-1] + steps * (corners[1:] - corners[:-1])).reshape(-1, 2)


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
