"""A round glass at full resolution, with the grey values of the view beneath and nothing else on it."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from klarsyn.domain.display import DisplayState
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.picture import Drawn, Picture
from klarsyn.ui.theme import theme

DIAMETER = 320
"""Logical pixels."""

STRONGER = 2.0
"""At least this much larger than the view beneath."""


def paint_glass(
    painter: QPainter,
    picture: Picture,
    state: DisplayState,
    transform: ViewTransform,
    at: QPointF,
    ratio: float,
    cover: Callable[[QPainter, ViewTransform], None] | None = None,
) -> None:
    """Draw the glass centred at `at` (logical pixels); `ratio` is device pixels per logical pixel.

    The image point under the centre stays under it. Every pixel of the image has at least one of the screen.
    """
    side = round(DIAMETER * ratio)
    centre = (at.x() * ratio, at.y() * ratio)
    factor = max(STRONGER, 1.0 / transform.scale)
    corner = (round(centre[0]) - side // 2, round(centre[1]) - side // 2)
    closer = transform.zoomed(factor, about=centre).moved(-corner[0], -corner[1])
    drawn = picture.draw_close(state, closer, (side, side))
    look = theme()
    circle = QPainterPath()
    circle.addEllipse(QRectF(at.x() - DIAMETER / 2, at.y() - DIAMETER / 2, DIAMETER, DIAMETER))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(circle, look.surround)
    painter.setClipPath(circle)
    if drawn is not None:
        draw_grey(painter, drawn, ratio, corner)
        if cover is not None:
            # What covers a part of the image covers it under the glass, too.
            cover(painter, closer.moved(*corner))
    painter.setClipping(False)
    painter.setPen(QPen(look.faint, 1.5))
    painter.drawPath(circle)
    painter.restore()


def draw_grey(painter: QPainter, drawn: Drawn, ratio: float, corner: tuple[int, int] = (0, 0)) -> None:
    """Draw grey pixels one to one on the device; the image wraps the buffer, nothing is copied."""
    rows, columns = drawn.grey.shape
    image = QImage(drawn.grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(QPointF(drawn.x + corner[0], drawn.y + corner[1]), image)
    painter.restore()
