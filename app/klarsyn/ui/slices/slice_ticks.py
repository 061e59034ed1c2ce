"""What the bar of a tomosynthesis hints at: slices with the AI's marks, and slices that are drawn on.

Beside the track, on the side of the image, each finding has a line along its slices and its sign at the best
one: square for calcifications, circle for soft tissue, as over the image. Drawings have dashes on the other
side. It is given what may be seen and decides nothing (invariant 6).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from klarsyn.domain.finding import LesionType
from klarsyn.domain.volume import Volume
from klarsyn.ui.findings.overlay import colour_of
from klarsyn.ui.slices.slice_bar_place import WIDTH, BarPlace
from klarsyn.ui.slices.slice_marks import Tick, ticks
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

_SIGN = 7.0
_BESIDE = 2.0
"""From the bar's edge to the middle of a line; signs reach a little over the edge."""
_LINE = 2.0
_DASH = 4.0
_FAINT = 0.55
"""Opacity of a line along the slices: it may be as long as the view is high, beside the dark breast."""


def paint_hints(painter: QPainter, place: BarPlace, viewport: "Viewport", volume: Volume) -> None:
    """Draw all hints of the volume that a view shows: the view holds no mark that may not be seen."""
    paint_ticks(painter, place, ticks(viewport.marks, volume), viewport.highlighted)
    for layer in viewport.layers:
        paint_drawn(painter, place, layer.slices(viewport))


def paint_ticks(
    painter: QPainter, place: BarPlace, found: Iterable[Tick], highlighted: str | None = None
) -> None:
    """Draw the hints of findings, the last above the others; the highlighted one is filled."""
    painter.save()
    x = place.left + (_BESIDE if place.right else WIDTH - _BESIDE)
    for tick in found:
        colour, span = colour_of(tick.lesion_type), tick.span
        top, bottom = place.y_of(span.highest), place.y_of(span.lowest) + place.step
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setOpacity(_FAINT)
        painter.fillRect(QRectF(x - _LINE / 2, top, _LINE, max(_LINE, bottom - top)), colour)
        painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sign = QRectF(0, 0, _SIGN, _SIGN)
        sign.moveCenter(QPointF(x, place.middle_of(span.best)))
        painter.setBrush(colour if tick.finding_id == highlighted else theme().surround)
        for pen in (QPen(theme().halo, 3.0), QPen(colour, 1.5)):
            painter.setPen(pen)
            if tick.lesion_type is LesionType.SOFT_TISSUE:
                painter.drawEllipse(sign)
            else:
                painter.drawRect(sign)
    painter.restore()


def paint_drawn(painter: QPainter, place: BarPlace, slices: Iterable[int]) -> None:
    """Draw a dash at each slice that is drawn on."""
    outer = place.left + (WIDTH - _DASH if place.right else 0.0)
    for index in slices:
        painter.fillRect(QRectF(outer, round(place.middle_of(index)) - 1, _DASH, 2), theme().text)
