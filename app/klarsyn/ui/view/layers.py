"""What is painted over one view beside the AI's marks, and offered the mouse before the view itself."""

# ruff: noqa: ARG002  a layer says here what it may be asked, and does nothing

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QMouseEvent, QPainter

from klarsyn.imaging.geometry import ViewTransform

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport


class Layer:
    """One layer, shared by all views. It asks the view for its image; what it does not do stays undone here.

    Mouse methods return True when they have taken the event.
    """

    def cover(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Paint what hides a part of the image, above the pixels and below all marks.

        `painter` counts device pixels here. The magnifier calls this too, with a transform of its own.
        """

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Paint above the marks, in logical pixels; `transform` gives device pixels."""

    def occupied(self, viewport: "Viewport") -> Sequence[QRectF]:
        """Return where words stood in this view when it was painted last: no mark or word goes over them."""
        return ()

    def slices(self, viewport: "Viewport") -> Sequence[int]:
        """Return which slices of a tomosynthesis have something of this layer by themselves, from 0."""
        return ()

    def press(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Take a press of a button, or leave it."""
        return False

    def move(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Take a move, or leave it."""
        return False

    def release(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Take a release, or leave it."""
        return False

    def double_click(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Take a double click, or leave it."""
        return False
