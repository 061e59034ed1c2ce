"""Graphics and words of an applied presentation state, over the images that it names (invariant 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from klarsyn.domain.graphic import GraphicAnnotation, Point, TextBox, TextObject, Units
from klarsyn.domain.graphic_outline import outline_of, to_image
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.pencil import draw_line
from klarsyn.ui.drawings.state_slices import drawn_slices
from klarsyn.ui.drawings.tools.film import Film
from klarsyn.ui.drawings.word_pen import Written, extent, write_beside, write_lines
from klarsyn.ui.drawings.word_place import Room, along, nearest
from klarsyn.ui.drawings.words_room import room_on
from klarsyn.ui.slices.slices_of_view import slices_of
from klarsyn.ui.theme import theme
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

_DARKEST = 90
"""A layer may ask for black; on the halo it would not be seen."""


class StateLayer(Layer):
    """Draws the state that is applied, on the images through which it is shown."""

    def __init__(self) -> None:
        """Nothing is applied."""
        self.state: PresentationState | None = None
        self._words: WeakKeyDictionary[Viewport, list[QRectF]] = WeakKeyDictionary()

    def occupied(self, viewport: "Viewport") -> Sequence[QRectF]:
        """Return where the words of the state stand in a view."""
        return tuple(self._words.get(viewport, ())) if self.state is not None else ()

    def slices(self, viewport: "Viewport") -> Sequence[int]:
        """Return the slices that the state draws on by themselves."""
        volume = viewport.view.loaded.volume if viewport.view is not None else None
        return drawn_slices(self.state, volume) if self.state is not None and volume is not None else ()

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Draw the lowest layer first."""
        if self.state is None or viewport.view is None:
            self._words.pop(viewport, None)
            return
        film = Film(viewport.view.loaded.image, slices_of(viewport.view))
        on = _On(self.state, area_on(self.state, film), transform, viewport.ratio)
        room = room_on(viewport, transform, self)
        before = len(room.taken)
        for drawn in drawn_on(self.state, film):
            _draw(painter, drawn, on, room)
        self._words[viewport] = room.taken[before:]


@dataclass(frozen=True)
class _On:
    """The image that is drawn on, as it stands in the view."""

    state: PresentationState
    area: DisplayedArea
    transform: ViewTransform
    ratio: float

    def image(self, point: Point, units: Units) -> Point:
        return to_image(point, units, self.state, self.area)

    def place(self, point: Point, units: Units) -> QPointF:
        x, y = self.transform.to_viewport(*self.image(point, units))
        return QPointF(x / self.ratio, y / self.ratio)


def area_on(state: PresentationState, film: Film) -> DisplayedArea:
    """Return the displayed area of the frame that is shown; the whole image when the state names none."""
    uid, frame = film.spot
    whole = DisplayedArea((1, 1), (film.image.columns, film.image.rows))
    return state.area_of(uid, frame or 1) or whole


def drawn_on(state: PresentationState, film: Film) -> tuple[GraphicAnnotation, ...]:
    """Return what a state draws on what is shown: on a slab, on any slice in it, each once."""
    found = [drawn for uid, frame in film.frames for drawn in state.drawn_on(uid, frame)]
    return tuple({id(drawn): drawn for drawn in found}.values())


def _draw(painter: QPainter, drawn: GraphicAnnotation, on: _On, room: Room) -> None:
    colour, outlines, closed = _grey(on.state.grey_of(drawn.layer)), [], False
    for graphic in drawn.graphics:
        line = outline_of(graphic, on.state, on.area)
        draw_line(painter, line, on.transform, on.ratio, colour, filled=graphic.filled)
        if line:
            outlines.append(along(on.transform.points_to_viewport(line) / on.ratio))
            closed = closed or (len(line) > 2 and line[0] == line[-1])
    for words in drawn.texts:
        lines = [(line, theme().body, colour) for line in words.text.splitlines() if line.strip()]
        if words.box is not None:
            _write_in_box(painter, words, words.box, lines, on, room)
        elif words.anchor is not None:
            at = on.place(words.anchor.point, words.anchor.units)
            home = (at.x(), at.y())
            beside = np.concatenate([*outlines, np.array([home])])
            write_beside(painter, beside, lines, room, closed=closed, home=(home, 1.0))


def _write_in_box(
    painter: QPainter, words: TextObject, where: TextBox, lines: list[Written], on: _On, room: Room
) -> None:
    # Its corners are those that the maker saw; mirrored, another one is the upper left.
    box = QRectF(
        on.place(where.top_left, where.units), on.place(where.bottom_right, where.units)
    ).normalized()
    if not lines or not box.intersects(QRectF(QPointF(0, 0), room.size)):
        return
    # As large as the words are: the box may be far larger, and some of it out of sight.
    size = extent(lines)
    corner = QPointF(
        min(max(box.left(), 0.0), max(room.size.width() - size.width(), 0.0)),
        min(max(box.top(), 0.0), max(room.size.height() - size.height(), 0.0)),
    )
    filled = QRectF(corner, size)
    if words.anchor is not None and words.anchor.visible:
        anchor = on.place(words.anchor.point, words.anchor.units)
        _, end, _ = nearest(filled, np.array([(anchor.x(), anchor.y())]))
        ends = (
            on.image(words.anchor.point, words.anchor.units),
            on.transform.to_image(end.x() * on.ratio, end.y() * on.ratio),
        )
        draw_line(painter, ends, on.transform, on.ratio, lines[0][2])
    write_lines(painter, corner, lines)
    room.taken.append(filled)


def _grey(p_value: int | None) -> QColor:
    """Return the grey of a layer, neither lost on the halo nor brighter than the theme's text."""
    text = theme().text
    if p_value is None:
        return text
    level = min(max(p_value // 257, _DARKEST), text.lightness())
    return QColor(level, level, level)
