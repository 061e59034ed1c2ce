"""A round glass at full resolution, with the grey of the view beneath or its own, and nothing else on it."""

from copy import copy
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from klarsyn.domain.display import DisplayState
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.theme import theme
from klarsyn.ui.view.grey_state import GreyState
from klarsyn.ui.view.ink import text_size, write
from klarsyn.ui.view.picture import Drawn

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

DIAMETER = 320
"""Logical pixels."""

STRONGER = 2.0
"""At least this much larger than the view beneath."""

_APART = 4.0
"""Between the glass and its words, in logical pixels."""


class Glass:
    """The magnifier of one view: where it is, in logical pixels, and the grey that the reader has given it.

    It begins with the view's grey. What the reader changes while it is up is the glass's alone, stands at its
    edge, and is forgotten when it goes down.
    """

    def __init__(self) -> None:
        """Be down."""
        self.at: QPointF | None = None
        self._own: GreyState | None = None

    def lower(self) -> None:
        """Go down."""
        self.at, self._own = None, None

    def forget_grey(self) -> None:
        """Show the view's grey again."""
        self._own = None

    def grey(self, view: GreyState) -> GreyState:
        """Return the grey of the glass, to be changed; it begins as that of `view`."""
        self._follow(view)
        if self._own is None:
            self._own = GreyState(view.loaded)
            self._own.site_windows, self._own.display = view.site_windows, copy(view.display)
        return self._own

    def display(self, view: GreyState) -> DisplayState:
        """Return the state by which the glass shows its image."""
        self._follow(view)
        return view.display if self._own is None else self._own.display

    def _follow(self, view: GreyState) -> None:
        """Take the slice that the view shows by now."""
        if self._own is not None and self._own.loaded is not view.loaded:
            self._own.turn_to(view.loaded)

    def words(self, view: GreyState) -> str:
        """Return what stands at the edge while the glass shows other grey than `view` does; else ""."""
        own = self._own
        if own is None or (own.display.inverted == view.display.inverted and _same_window(own, view)):
            return ""
        return f"glass: {own.label}"


def _same_window(one: GreyState, other: GreyState) -> bool:
    if one.display.window is None and other.display.window is None:
        return one.display.preset == other.display.preset
    return one.display.window == other.display.window


def paint_glass(painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
    """Draw a view's glass, where it is up.

    The image point under its centre stays under it. Every pixel of the image has at least one of the screen.
    """
    at, ratio, picture, view = viewport.glass.at, viewport.ratio, viewport.picture, viewport.view
    if at is None or picture is None or view is None:
        return
    side = round(DIAMETER * ratio)
    centre = (at.x() * ratio, at.y() * ratio)
    factor = max(STRONGER, 1.0 / transform.scale)
    corner = (round(centre[0]) - side // 2, round(centre[1]) - side // 2)
    closer = transform.zoomed(factor, about=centre).moved(-corner[0], -corner[1])
    drawn = picture.draw_close(viewport.glass.display(view), closer, (side, side))
    words = viewport.glass.words(view)
    look = theme()
    circle = QPainterPath()
    circle.addEllipse(QRectF(at.x() - DIAMETER / 2, at.y() - DIAMETER / 2, DIAMETER, DIAMETER))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(circle, look.surround)
    painter.setClipPath(circle)
    if drawn is not None:
        draw_grey(painter, drawn, ratio, corner)
        # What covers a part of the image covers it under the glass, too.
        viewport.paint_covers(painter, closer.moved(*corner))
    painter.setClipping(False)
    painter.setPen(QPen(look.text if words else look.faint, 1.5))
    painter.drawPath(circle)
    if words:
        _write_beside(painter, words, at, QRectF(viewport.rect()))
    painter.restore()


def _write_beside(painter: QPainter, words: str, at: QPointF, within: QRectF) -> None:
    """Write beside the glass, where it covers nothing that is looked at; upon it where no side has room."""
    look, away = theme(), DIAMETER / 2 + _APART
    width, height = text_size(words, look.small)
    inner = within.adjusted(_APART, 0, -_APART, 0)
    x = min(max(at.x() - width / 2, inner.left()), inner.right() - width)
    y = min(max(at.y() - height / 2, inner.top()), inner.bottom() - height)
    places = (
        QPointF(x, at.y() + away),
        QPointF(x, at.y() - away - height),
        QPointF(at.x() - away - width, y),
        QPointF(at.x() + away, y),
    )
    corner = next((p for p in places if inner.contains(QRectF(p, QSizeF(width, height)))), None)
    if corner is None:
        corner = QPointF(x, min(at.y() + away, inner.bottom()) - height - 4 * _APART)
    write(painter, corner, words, look.small, look.text)


def draw_grey(painter: QPainter, drawn: Drawn, ratio: float, corner: tuple[int, int] = (0, 0)) -> None:
    """Draw grey pixels one to one on the device; the image wraps the buffer, nothing is copied."""
    rows, columns = drawn.grey.shape
    image = QImage(drawn.grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(QPointF(drawn.x + corner[0], drawn.y + corner[1]), image)
    painter.restore()
