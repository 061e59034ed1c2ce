"""The commands of measuring and drawing, between the layer of drawings and the open session."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.drawings.annotation_layer import AnnotationLayer
from klarsyn.ui.drawings.drawing_jumps import go_to_next_drawing
from klarsyn.ui.drawings.drawing_tools import TOOLS
from klarsyn.ui.drawings.kept_drawings import KeptDrawings
from klarsyn.ui.drawings.tools.film import Film, new_annotation
from klarsyn.ui.drawings.tools.pen import Pen, Shape
from klarsyn.ui.drawings.tools.steps import with_changed, without
from klarsyn.ui.drawings.wording import Wording

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage
    from klarsyn.ui.view.viewport import Viewport

_FINAL = "This read is final. Take it back with undo to draw on it."


class Drawing(QObject):
    """What the reader draws on the open exam; one drawing a tool, then the mouse is as it was."""

    def __init__(self, page: "ReadingPage") -> None:
        """Draw on the views of `page`."""
        super().__init__(page)
        self._page = page
        self.layer = AnnotationLayer(self._take, self._change, self._reword)
        self._wording = Wording(page, self.layer)
        self._kept = KeptDrawings(page)
        page.flow.exam_opened.connect(self._open)
        page.flow.exam_left.connect(self._leave)
        page.grid.step_changed.connect(self._step_changed)
        page.flow.session_changed.connect(self._let_go)
        self._stands_at: Step | None = None

    def use(self, command: Command) -> bool:
        """Take a tool up, or put it down when it is in the hand."""
        session = self._session
        kind, words = TOOLS[command]
        if session is None:
            return False
        if not session.drawings.may_change:
            self._page.bar.tell(_FINAL)
            return False
        self.layer.hidden = False
        again = self.layer.pen is not None and self.layer.pen.kind is kind
        self._hold(None if again else Pen(kind))
        self.layer.hint = "" if again else f"{words} · Esc puts it away"
        return True

    def cancel(self) -> bool:
        """Do the least that Esc can mean here; False when there is nothing in the hand, and none chosen.

        First the words or the tool are put away, then a drawing that is held goes back, then one that is
        chosen is chosen no more. Only the next Esc leaves the exam.
        """
        if self.layer.pen is not None or self._wording.is_open:
            self._hold(None)
            return True
        if self.layer.hand.let_go():
            self._page.grid.update_views()
            return True
        return self._deselect()

    def finish(self) -> bool:
        """Close a polygon; True while a tool is in the hand, so that its Enter signs nothing."""
        if self.layer.pen is None:
            return False
        if not any(self.layer.finish(viewport) for viewport in self._drawn_on):
            self._page.bar.tell("Esc puts the tool away.")
        return True

    def delete(self) -> bool:
        """Delete the chosen drawing."""
        chosen = self._chosen_in_sight
        return chosen is not None and self._step(partial(without, annotation_id=chosen))

    def undo(self) -> bool:
        """Take the latest change of a drawing back."""
        return self._step(AnnotationHistory.undone)

    def redo(self) -> bool:
        """Do again what was undone."""
        return self._step(AnnotationHistory.redone)

    def is_used(self, command: Command) -> bool:
        """Return whether a tool is in the hand."""
        return self.layer.pen is not None and self.layer.pen.kind is TOOLS[command][0]

    @property
    def _session(self) -> "ReadingSession | None":
        return self._page.flow.session

    @property
    def _drawn_on(self) -> "list[Viewport]":
        return [v for v in self._page.grid.viewports if self.layer.is_on(v)]

    def _hold(self, pen: Pen | None) -> None:
        self._wording.close()
        self.layer.take_pen(pen)
        self._show_cursor()

    def _show_cursor(self) -> None:
        pen = self.layer.pen
        for viewport in self._page.grid.viewports:
            if pen is not None:
                viewport.setCursor(Qt.CursorShape.CrossCursor)
            else:
                viewport.unsetCursor()
            viewport.update()

    def _step_changed(self) -> None:
        # Chosen no more: no key may delete what nobody sees, nor its words cover tissue in the next look.
        self.layer.chosen = None
        self._show_cursor()

    @property
    def _chosen_in_sight(self) -> str | None:
        """What is out of sight, be it on another slice, is not chosen: no key may delete what nobody sees."""
        chosen = self.layer.chosen
        return chosen if any(self.layer.shows(v, chosen) for v in self._page.grid.viewports) else None

    def _let_go(self) -> None:
        step = self._session.step if self._session is not None else None
        if step is not self._stands_at:
            self._deselect()
        self._stands_at = step

    def _deselect(self) -> bool:
        chosen, self.layer.chosen = self.layer.chosen, None
        if chosen is not None:
            self._page.grid.update_views()
        return chosen is not None

    def _take(self, viewport: "Viewport", film: Film, shape: Shape) -> None:
        self._hold(None)
        if shape.kind in (AnnotationKind.ARROW, AnnotationKind.TEXT):
            self._wording.of_shape(viewport, film, shape, partial(self._add, film, shape))
        else:
            self._add(film, shape, "")

    def _reword(self, viewport: "Viewport", annotation: Annotation) -> None:
        self._wording.of_annotation(viewport, annotation, partial(self._written_anew, annotation))

    def _written_anew(self, annotation: Annotation, text: str) -> None:
        if text or annotation.kind is not AnnotationKind.TEXT:
            self._step(lambda history: with_changed(history, replace(annotation, text=text)))
        else:
            self._step(partial(without, annotation_id=annotation.annotation_id))

    def _add(self, film: Film, shape: Shape, text: str) -> None:
        session = self._session
        if session is not None:
            annotation = new_annotation(session.drawings.new_id(), film, shape, text)
            if self._step(lambda history: history.added(annotation)):
                self.layer.chosen = annotation.annotation_id
                if film.kept_on:
                    self._page.bar.tell(film.kept_on)

    def _change(self, annotation: Annotation) -> None:
        self._step(lambda history: with_changed(history, annotation))

    def _step(self, change: Callable[[AnnotationHistory], AnnotationHistory]) -> bool:
        session = self._session
        if session is None:
            return False
        if not session.drawings.may_change:
            self._page.bar.tell(_FINAL)
            return False
        if changed := session.drawings.change(change):
            self._page.flow.keep_draft()
            if all(a.annotation_id != self.layer.chosen for a in session.drawings.history.present):
                self.layer.chosen = None
            self._page.grid.update_views()
        return changed

    def _open(self, session: "ReadingSession") -> None:
        self._hold(None)
        self.layer.hidden = False
        self.layer.chosen, self.layer.drawings = None, session.drawings
        self._stands_at = session.step

    def _leave(self) -> None:
        self._hold(None)
        self.layer.chosen, self.layer.drawings = None, None


def add_drawing(commands: "Commands", page: "ReadingPage") -> Drawing:
    """Add the commands of drawing; while a tool is in the hand, Esc and Enter are the tool's."""
    drawing = Drawing(page)
    for command in TOOLS:
        commands.add(command, partial(drawing.use, command))
    commands.add(Command.NEXT_DRAWING, lambda: go_to_next_drawing(page.grid, drawing.layer))
    commands.add(Command.DELETE_ANNOTATION, drawing.delete)
    commands.add(Command.UNDO_ANNOTATION, drawing.undo)
    commands.add(Command.REDO_ANNOTATION, drawing.redo)
    commands.before(Command.LEAVE, drawing.cancel)
    commands.before(Command.GO_ON, drawing.finish)
    return drawing
