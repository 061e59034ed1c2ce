"""What the mouse does to one view."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

HOLD_MS = 250
"""Pressing longer than this without moving raises the magnifier."""

ZOOM_STEP = 1.25

NOTCH = 120
"""What Qt calls one notch of a wheel."""

MANY = 5
"""Slices that Shift makes of one."""

STILL = 4.0
"""Logical pixels that a hand moves while it means to keep still."""


class Mouse(QObject):
    """Presses and drags on a view. Holds only what is pressed at the moment."""

    def __init__(self, viewport: "Viewport") -> None:
        """Act on `viewport`."""
        super().__init__(viewport)
        self._viewport = viewport
        self._pressed: tuple[QPointF, Qt.MouseButton] | None = None
        self._glass = False
        self._notches = 0.0
        self._hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._hold.timeout.connect(self._raise_glass)

    def press(self, event: QMouseEvent) -> None:
        """Pick the view; a left press that stays still raises the magnifier."""
        viewport = self._viewport
        self._pressed = (event.position(), event.button())
        if event.button() is Qt.MouseButton.LeftButton:
            self._hold.start()
        viewport.picked.emit()
        hits = [m for m in viewport.placed_marks() if m.box.contains(event.position())]
        if hits and event.button() is Qt.MouseButton.LeftButton:
            viewport.mark_picked.emit(hits[-1].finding.finding_id)

    def move(self, event: QMouseEvent) -> None:
        """Left and middle drag move the image, right drag changes the window: under a glass, the glass's."""
        viewport, at = self._viewport, event.position()
        if self._pressed is None or self._pressed[1] is not Qt.MouseButton.RightButton:
            # What is under the glass stays there while its window is changed.
            viewport.move_glass(at)
        if self._pressed is None:
            viewport.hover(at)
            return
        before, button = self._pressed
        dx, dy = at.x() - before.x(), at.y() - before.y()
        if self._hold.isActive() and abs(dx) + abs(dy) < STILL:
            return
        self._hold.stop()
        self._pressed = (at, button)
        if button is Qt.MouseButton.RightButton:
            if viewport.glass_is_up:
                viewport.change_glass(lambda grey: grey.drag_window(dx, dy))
            else:
                viewport.window_dragged.emit(dx, dy)
        elif not self._glass:
            viewport.pan(dx, dy)

    def release(self, event: QMouseEvent) -> None:
        """End a drag; lower a magnifier that the press has raised."""
        self._hold.stop()
        if self._glass and event.button() is Qt.MouseButton.RightButton:
            # The left button still holds the glass up.
            self._pressed = (event.position(), Qt.MouseButton.LeftButton)
            return
        self._pressed = None
        if self._glass:
            self._glass = False
            self._viewport.set_glass(False)

    def wheel(self, event: QWheelEvent) -> None:
        """Next or previous slice, else image of this view; with Ctrl, zoom at this place."""
        viewport, held = self._viewport, event.modifiers()
        # Some systems turn the wheel to the side while Shift is held.
        steps = (event.angleDelta().y() or event.angleDelta().x()) / NOTCH
        if held & Qt.KeyboardModifier.ControlModifier:
            viewport.zoom(ZOOM_STEP**steps, event.position())
        elif viewport.view is not None and viewport.view.stack is not None:
            self._scroll(-steps, MANY if held & Qt.KeyboardModifier.ShiftModifier else 1)
        elif steps:
            viewport.turned.emit(-1 if steps > 0 else 1)
        event.accept()

    def _scroll(self, notches: float, slices: int) -> None:
        """Scroll; a wheel without notches tells of parts of one, which add up until it turns back."""
        if notches * self._notches < 0:
            self._notches = 0.0
        self._notches += notches
        whole = int(self._notches)
        self._notches -= whole
        if whole:
            self._viewport.scrolled.emit(whole * slices)

    def _raise_glass(self) -> None:
        if self._pressed is not None and self._viewport.picture is not None:
            self._glass = True
            self._viewport.raise_glass(self._pressed[0])
