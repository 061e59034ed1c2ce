"""Graphics and words of an applied presentation state, over the images that it names (invariant 3)."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter

from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import GraphicAnnotation, Point, TextObject, Units
from klarsyn.domain.graphic_outline import outline_of, to_image
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.ink import text_size
from klarsyn.ui.layers import Layer
from klarsyn.ui.pencil import draw_line, write_beside
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.viewport import Viewport

_DARKEST = 90
"""A layer may ask for black; on the halo it would not be seen."""


class StateLayer(Layer):
    """Draws the state that is applied, on the images through which it is shown."""

    def __init__(self) -> None:
        """Nothing is applied."""
        self.state: PresentationState | None = None

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Draw the lowest layer first."""
        if self.state is None or viewport.view is None:
            return
        image = viewport.view.loaded.image
        area = area_on(self.state, image)
        for drawn in self.state.drawn_on(image.sop_instance_uid, image.middle_frame):
            self._draw(painter, self.state, drawn, area, viewport, transform)

    @staticmethod
    def _draw(
        painter: QPainter,
        state: PresentationState,
        drawn: GraphicAnnotation,
        area: DisplayedArea,
        viewport: "Viewport",
        transform: ViewTransform,
    ) -> None:
        colour = _grey(state.grey_of(drawn.layer))
        for graphic in drawn.graphics:
            line = outline_of(graphic, state, area)
            draw_line(painter, line, transform, viewport.ratio, colour, filled=graphic.filled)
        for words in drawn.texts:
            _write(painter, words, state, area, viewport, transform, colour)


def area_on(state: PresentationState, image: Image) -> DisplayedArea:
    """Return the displayed area of the frame that is shown; the whole image when the state names none."""
    found = state.area_of(image.sop_instance_uid, image.middle_frame)
    return found or DisplayedArea((1, 1), (image.columns, image.rows))


def _write(
    painter: QPainter,
    words: TextObject,
    state: PresentationState,
    area: DisplayedArea,
    viewport: "Viewport",
    transform: ViewTransform,
    colour: QColor,
) -> None:
    ratio, size = viewport.ratio, QSizeF(viewport.size())

    def placed(point: Point, units: Units) -> QPointF:
        x, y = transform.to_viewport(*to_image(point, units, state, area))
        return QPointF(x / ratio, y / ratio)

    lines = [(line, theme().body, colour) for line in words.text.splitlines() if line.strip()]
    anchor = placed(words.anchor.point, words.anchor.units) if words.anchor is not None else None
    if words.box is None:
        if anchor is not None:
            write_beside(painter, anchor, lines, size)
        return
    # Its corners are those that the maker saw; mirrored, another one is the upper left.
    box = QRectF(
        placed(words.box.top_left, words.box.units), placed(words.box.bottom_right, words.box.units)
    ).normalized()
    if words.anchor is not None and words.anchor.visible and anchor is not None:
        # To the words themselves: the box may be far larger than they are here.
        width = max((text_size(text, font)[0] for text, font, _ in lines), default=0.0)
        height = sum(text_size(text, font)[1] for text, font, _ in lines)
        end = QPointF(
            min(max(anchor.x(), box.left()), box.left() + width),
            min(max(anchor.y(), box.top()), box.top() + height),
        )
        ends = (
            to_image(words.anchor.point, words.anchor.units, state, area),
            transform.to_image(end.x() * ratio, end.y() * ratio),
        )
        draw_line(painter, ends, transform, ratio, colour)
    write_beside(painter, box.topLeft(), lines, size)


def _grey(p_value: int | None) -> QColor:
    """Return the grey of a layer, neither lost on the halo nor brighter than the theme's text."""
    text = theme().text
    if p_value is None:
        return text
    level = min(max(p_value // 257, _DARKEST), text.lightness())
    return QColor(level, level, level)
