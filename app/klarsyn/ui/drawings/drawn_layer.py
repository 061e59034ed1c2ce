"""A reader's own drawings as they are shown: what is there, what is in the making, where words stand.

Only the open session's drawings are ever here: those of its reader (invariant 5).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QRectF, QSizeF, QTimer
from PySide6.QtGui import QPainter

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.annotation_paint import paint_annotations
from klarsyn.ui.drawings.drawing_hand import Hand
from klarsyn.ui.drawings.pencil import write_hint
from klarsyn.ui.drawings.tools.film import Film, Spot, film_of
from klarsyn.ui.drawings.tools.pen import Pen, Shape
from klarsyn.ui.drawings.words_room import room_on
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from klarsyn.reading.drawings import Drawings
    from klarsyn.ui.view.viewport import Viewport

_IN_MAKING = "in the making"


class DrawnLayer(Layer):
    """What is drawn. `pen` is up while a tool is in use; `chosen` is what keys act on."""

    def __init__(self) -> None:
        """Draw nothing until `drawings` are set."""
        self.drawings: Drawings | None = None
        self.pen: Pen | None = None
        self.hand = Hand()
        self.chosen: str | None = None
        self.hint = ""
        """What to do with the tool that is in the hand."""
        self.waiting: tuple[Spot, Shape] | None = None
        """A shape that waits for its words, and where it lies."""
        self.wordless: str | None = None
        """The drawing whose words are being changed."""
        self.hidden = False
        """True while a state that this reader has kept is shown: it holds the drawings, and twice is once
        too often."""
        self._on: Spot | None = None
        self._words: WeakKeyDictionary[Viewport, dict[str, QRectF]] = WeakKeyDictionary()

    def is_on(self, viewport: "Viewport") -> bool:
        """True when the drawing in the making lies on what this view shows."""
        film = film_of(viewport)
        return film is not None and film.spot == self._on

    def shows(self, viewport: "Viewport", annotation_id: str | None) -> bool:
        """True when a drawing lies on what this view shows, and drawings are shown."""
        return any(a.annotation_id == annotation_id for a in self.here(viewport))

    def occupied(self, viewport: "Viewport") -> Sequence[QRectF]:
        """Return where the words of the drawings stand in a view."""
        return tuple(self.words_on(viewport).values())

    def slices(self, viewport: "Viewport") -> Sequence[int]:
        """Return the slices that are drawn on."""
        film = film_of(viewport)
        if film is None or film.slices is None or self.drawings is None or self.hidden:
            return ()
        volume = film.slices.volume
        found = {volume.index_of(a.sop_instance_uid, a.frame or 1) for a in self.drawings.history.present}
        return sorted(index for index in found if index is not None)

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Draw what is drawn on this image, and what is in the making."""
        film = film_of(viewport)
        if film is None or self.drawings is None or self.hidden:
            self._words.pop(viewport, None)
            return
        hint = None
        if self.pen is not None and viewport.current:
            size, corners = QSizeF(viewport.size()), viewport.corners
            hint = write_hint(painter, self.hint, size, corners.written, right=not corners.right)
        shown = [self.hand.instead_of(annotation) for annotation in self.here(viewport)]
        chosen, made = self.chosen, self._in_making(film)
        if made is not None:
            shown, chosen = [*shown, made], _IN_MAKING
        if not shown:
            self._words.pop(viewport, None)
            return
        if not viewport.corners.written:
            # Nothing has been written in the corners so far: once more, when it is known where that is.
            QTimer.singleShot(0, viewport, viewport.update)
        room = room_on(viewport, transform, self)
        room.taken += [hint] if hint is not None else []
        self._words[viewport] = paint_annotations(
            painter, viewport, transform, shown, room, chosen=chosen, wordless=self.wordless
        )

    def _in_making(self, film: Film) -> Annotation | None:
        shape = self.pen.preview if self.pen is not None and self._on == film.spot else None
        if self.waiting is not None and self.waiting[0] == film.spot:
            shape = self.waiting[1]
        if shape is None or shape.kind is AnnotationKind.TEXT:
            return None
        return Annotation(_IN_MAKING, film.spot[0], shape.kind, shape.points)

    def here(self, viewport: "Viewport") -> tuple[Annotation, ...]:
        """Return what is drawn on what a view shows and may be seen; on a slab, on any slice in it."""
        film = film_of(viewport)
        if film is None or self.drawings is None or self.hidden:
            return ()
        return tuple(dict.fromkeys(a for spot in film.spots for a in self.drawings.on(*spot)))

    def words_on(self, viewport: "Viewport") -> Mapping[str, QRectF]:
        """Return where the words of each drawing stood when the view was painted last."""
        return self._words.get(viewport, {})
