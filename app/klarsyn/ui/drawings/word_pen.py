"""Values and words of drawings as they are written: bright on a dark halo, beside what they speak of."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point
from klarsyn.domain.measuring import measure
from klarsyn.ui.drawings.word_place import Home, Points, Room, nearest, place_words
from klarsyn.ui.theme import theme
from klarsyn.ui.view.corners import wrapped
from klarsyn.ui.view.ink import text_size, write

Written = tuple[str, int, QColor]
"""A line of text, its size and colour."""

_EDGE = 10.0
_WIDEST = 300.0
_LEADS_FROM = 20.0
"""Logical pixels from a drawing to its words from which on a line leads there."""

_HOMING = {AnnotationKind.ARROW: 1.0, AnnotationKind.LENGTH: 0.15, AnnotationKind.ANGLE: 0.15}
"""What a pixel away from their home costs words: those of an arrow belong to its tail, not to its tip."""

# A drawing is painted with every frame of a drag, and measured once.
_measured = lru_cache(maxsize=256)(measure)


def write_words(
    painter: QPainter,
    annotation: Annotation,
    image: Image,
    line: Points,
    home: Point,
    room: Room,
    *,
    chosen: bool = False,
) -> QRectF | None:
    """Write value and words of one drawing beside it; the chosen one says what its value rests on.

    `home` is where its words belong. Returns where they stand, None for none in sight.
    """
    look = theme()
    found = _measured(annotation, image)
    lines = [(str(found), look.body, look.text)] if found is not None else []
    lines += [(each, look.body, look.text) for each in _folded(annotation.text, look.body, room)]
    if chosen and found is not None:
        lines += [(each, look.small, look.dim) for each in _folded(found.basis, look.small, room)]
    # Who writes words at a place has chosen it, tissue or not.
    own_place = annotation.kind is AnnotationKind.TEXT
    return write_beside(
        painter,
        line,
        lines,
        room,
        closed=annotation.closed,
        home=(home, _HOMING.get(annotation.kind, 0.0)),
        heeds_tissue=not own_place,
    )


def write_beside(
    painter: QPainter,
    line: Points,
    lines: Iterable[Written],
    room: Room,
    *,
    closed: bool = False,
    home: Home | None = None,
    heeds_tissue: bool = True,
) -> QRectF | None:
    """Write lines beside what a pen has drawn; returns where, and takes the place from `room`."""
    lines = list(lines)
    if not lines:
        return None
    box = place_words(extent(lines), line, room, closed=closed, home=home, heeds_tissue=heeds_tissue)
    if box is None:
        return None
    start, end, way = nearest(box, line)
    if way > _LEADS_FROM:
        _lead(painter, start, end)
    write_lines(painter, box.topLeft(), lines)
    room.taken.append(box)
    return box


def write_lines(painter: QPainter, corner: QPointF, lines: Iterable[Written]) -> None:
    """Write lines below each other, the first one's upper left corner given."""
    y = corner.y()
    for text, font, colour in lines:
        write(painter, QPointF(corner.x(), y), text, font, colour)
        y += text_size(text, font)[1]


def extent(lines: Sequence[Written]) -> QSizeF:
    """Return the width and height of lines below each other."""
    sizes = [text_size(text, font) for text, font, _ in lines]
    return QSizeF(max(w for w, _ in sizes), sum(h for _, h in sizes))


def _folded(text: str, font: int, room: Room) -> list[str]:
    """Return a text in lines that fit beside a drawing; a word longer than that ends in an ellipsis.

    A word is never broken: half of one on a line of its own reads as another word.
    """
    width = min(_WIDEST, room.size.width() - 2 * _EDGE)
    metrics = QFontMetricsF(theme().font(font))
    lines = wrapped(text, width, font)
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]


def _lead(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Draw the way from a drawing to words that stand farther off: thin dots, that are no drawing."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((theme().halo, 2.5), (theme().dim, 1.0)):
        pen = QPen(colour, width)
        pen.setDashPattern([2.0 / width, 4.0 / width])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(start, end)
    painter.restore()
