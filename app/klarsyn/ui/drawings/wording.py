"""Asking for the words of a drawing, beside it; those of a new one, or others for one that is there."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.graphic import Point
from klarsyn.ui.drawings.tools.film import Film
from klarsyn.ui.drawings.tools.pen import Shape
from klarsyn.ui.drawings.tools.writing import Writing, writing_size
from klarsyn.ui.drawings.word_place import along, place_words
from klarsyn.ui.drawings.words_room import room_on

if TYPE_CHECKING:
    from klarsyn.ui.drawings.annotation_layer import AnnotationLayer
    from klarsyn.ui.reading_page import ReadingPage
    from klarsyn.ui.view.viewport import Viewport


class Wording:
    """One line to write in at a time."""

    def __init__(self, page: "ReadingPage", layer: "AnnotationLayer") -> None:
        """Ask nothing yet."""
        self._page, self._layer = page, layer
        self._writing: Writing | None = None

    @property
    def is_open(self) -> bool:
        """True while words are written."""
        return self._writing is not None

    def close(self) -> None:
        """Put the line away; what is written in it is not kept."""
        if self._writing is not None:
            self._writing.close_with(None)

    def of_shape(self, viewport: "Viewport", film: Film, shape: Shape, done: Callable[[str], object]) -> None:
        """Ask for the words of a new drawing; `done` is called with them, unless they are given up."""

        def written(text: str | None) -> None:
            # An arrow says something without words; a text without words says nothing.
            if text is not None and (text or shape.kind is AnnotationKind.ARROW):
                done(text)

        self._layer.waiting = (film.spot, shape)
        self._open(viewport, shape.points, "", written)

    def of_annotation(
        self, viewport: "Viewport", annotation: Annotation, done: Callable[[str], object]
    ) -> None:
        """Ask for other words of a drawing; none at all are words, too."""

        def written(text: str | None) -> None:
            if text is not None:
                done(text)

        self._layer.wordless = annotation.annotation_id
        self._open(viewport, annotation.points, annotation.text, written)

    def _open(
        self,
        viewport: "Viewport",
        points: Sequence[Point],
        text: str,
        written: Callable[[str | None], object],
    ) -> None:
        transform = viewport.transform()
        if transform is None:
            return
        line = along(transform.points_to_viewport(points) / viewport.ratio)
        x, y = line[0]
        room = room_on(viewport, transform, self._layer)
        # Beside what it is written to, like the words later: a line over an arrow would hide its tip.
        box = place_words(writing_size(viewport), line, room, home=((x, y), 1.0))
        corner = box.topLeft().toPoint() if box is not None else QPoint(round(x), round(y))

        def done(text: str | None) -> None:
            self._writing = self._layer.waiting = self._layer.wordless = None
            self._page.setFocus()
            written(text)
            viewport.update()

        self._writing = Writing(viewport, corner, done, text)
        viewport.update()
