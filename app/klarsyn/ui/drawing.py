"""The commands of measuring and drawing, between the layer of drawings and the open session."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.domain.exam import Image
from klarsyn.ui.actions.command import Command
from klarsyn.ui.annotation_layer import AnnotationLayer
from klarsyn.ui.shown_now import shown_images
from klarsyn.ui.tools.film import new_annotation
from klarsyn.ui.tools.pen import Pen, Shape
from klarsyn.ui.tools.writing import Writing

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession
    from klarsyn.ui.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage
    from klarsyn.ui.viewport import Viewport

TOOLS = {
    Command.MEASURE_LENGTH: (AnnotationKind.LENGTH, "Length: drag from end to end"),
    Command.MEASURE_AREA_ELLIPSE: (AnnotationKind.ELLIPSE, "Ellipse: drag across the area"),
    Command.MEASURE_AREA_POLYGON: (
        AnnotationKind.POLYGON,
        "Polygon: click its corners; the first one, a double click or Enter closes it",
    ),
    Command.MEASURE_ANGLE: (AnnotationKind.ANGLE, "Angle: drag along one leg to the corner, then click"),
    Command.ARROW_TEXT: (AnnotationKind.ARROW, "Drag an arrow and write; a click alone writes there"),
}
_FINAL = "This read is final. Take it back with undo to draw on it."


class Drawing(QObject):
    """What the reader draws on the open exam; one drawing a tool, then the mouse is as it was."""

    def __init__(self, page: "ReadingPage") -> None:
        """Draw on the views of `page`."""
        super().__init__(page)
        self._page = page
        self.layer = AnnotationLayer(self._take, self._change)
        self._writing: Writing | None = None
        self._not_kept = ""
        page.flow.exam_opened.connect(self._open)
        page.flow.exam_left.connect(self._leave)
        page.grid.step_changed.connect(self._show_cursor)
        page.flow.keeping.connect(self._note_displays)
        page.flow.session_changed.connect(self._note_not_kept)
        page.flow.signed.connect(self._tell_not_kept)

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
        """Put the tool away; False when none is in the hand."""
        if self.layer.pen is None:
            return False
        self._hold(None)
        return True

    def finish(self) -> bool:
        """Close a polygon; True while a tool is in the hand, so that its Enter signs nothing."""
        if self.layer.pen is None:
            return False
        if not any(self.layer.finish(viewport) for viewport in self._drawn_on):
            self._page.bar.tell("Esc puts the tool away.")
        return True

    def delete(self) -> bool:
        """Delete the chosen drawing."""
        chosen, self.layer.chosen = self.layer.chosen, None
        return chosen is not None and self._step(partial(_without, annotation_id=chosen))

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
        self._stop_writing()
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

    def _take(self, viewport: "Viewport", image: Image, shape: Shape) -> None:
        self._hold(None)
        if shape.kind not in (AnnotationKind.ARROW, AnnotationKind.TEXT):
            self._add(image, shape, "")
            return
        transform = viewport.transform()
        if transform is None:
            return
        x, y = transform.to_viewport(*shape.points[0])
        at = QPoint(round(x / viewport.ratio) + 8, round(y / viewport.ratio) - 14)
        self.layer.waiting = (image.sop_instance_uid, shape)
        self._writing = Writing(viewport, at, partial(self._written, image, shape))

    def _written(self, image: Image, shape: Shape, text: str | None) -> None:
        self._writing = self.layer.waiting = None
        self._page.setFocus()
        # An arrow says something without words; a text without words says nothing.
        if text is not None and (text or shape.kind is AnnotationKind.ARROW):
            self._add(image, shape, text)

    def _add(self, image: Image, shape: Shape, text: str) -> None:
        session = self._session
        if session is not None:
            annotation = new_annotation(session.drawings.new_id(), image, shape, text)
            if self._step(lambda history: history.added(annotation)):
                self.layer.chosen = annotation.annotation_id

    def _change(self, annotation: Annotation) -> None:
        self._step(lambda history: history.changed(annotation))

    def _step(self, change: Callable[[AnnotationHistory], AnnotationHistory]) -> bool:
        session = self._session
        if session is None:
            return False
        if not session.drawings.may_change:
            self._page.bar.tell(_FINAL)
            return False
        changed = session.drawings.change(change)
        if changed:
            self._page.flow.keep_draft()
            for viewport in self._page.grid.viewports:
                viewport.update()
        return changed

    def _open(self, session: "ReadingSession") -> None:
        self._hold(None)
        self._tell_not_kept()
        self.layer.hidden = False
        self.layer.chosen, self.layer.drawings = None, session.drawings

    def _leave(self) -> None:
        self._hold(None)
        self.layer.chosen, self.layer.drawings = None, None

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.close_with(None)

    def _note_displays(self) -> None:
        session = self._session
        if session is not None:
            session.drawings.shown = shown_images(self._page.grid)

    def _note_not_kept(self) -> None:
        if self._session is not None:
            self._not_kept = self._session.drawings.not_kept or self._not_kept

    def _tell_not_kept(self) -> None:
        # Last of all that is told of a signing; after a final read that is when the next exam is open.
        told, self._not_kept = self._not_kept, ""
        if told:
            self._page.bar.tell(told)


def _without(history: AnnotationHistory, annotation_id: str) -> AnnotationHistory:
    gone = all(a.annotation_id != annotation_id for a in history.present)
    return history if gone else history.removed(annotation_id)


def add_drawing(commands: "Commands", page: "ReadingPage") -> Drawing:
    """Add the commands of drawing; while a tool is in the hand, Esc and Enter are the tool's."""
    drawing = Drawing(page)
    for command in TOOLS:
        commands.add(command, partial(drawing.use, command))
    commands.add(Command.DELETE_ANNOTATION, drawing.delete)
    commands.add(Command.UNDO_ANNOTATION, drawing.undo)
    commands.add(Command.REDO_ANNOTATION, drawing.redo)
    commands.before(Command.LEAVE, drawing.cancel)
    commands.before(Command.GO_ON, drawing.finish)
    return drawing
