"""What is done to several views of a step at once: grey of linked views, marks, and the whole of all."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from klarsyn.domain.exam import Image
from klarsyn.ui.findings import overlay
from klarsyn.ui.hanging.places import Places
from klarsyn.ui.hanging.shelf import Shelf
from klarsyn.ui.view.grey_state import GreyState
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession


class Together(Places):
    """The places of a step with their images; one of them is the current one. `linked` joins windows."""

    grey_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hold no image; windows are linked."""
        super().__init__(parent)
        self.linked = True
        self.session: ReadingSession | None = None
        self.shelf = Shelf()
        self.current = 0

    @property
    def views(self) -> dict[str, ViewState]:
        """The reader's display state of each image, by UID."""
        return self.shelf.views

    @property
    def viewport(self) -> Viewport:
        """The current place."""
        return self.viewports[self.current]

    def shown(self, place: int) -> Image | None:
        """Return the image that one place shows now."""
        return self.hung.shown(place) if self.hung is not None else None

    def pick(self, place: int) -> None:
        """Make one place the current one, which keys act on."""
        self.current = place % len(self.viewports)
        for n, viewport in enumerate(self.viewports):
            viewport.current = n == self.current
            viewport.update()
        self.grey_changed.emit()

    def change_grey(self, change: Callable[[GreyState], None]) -> None:
        """Change the current view's grey by preset or inversion, and that of all views linked to it.

        While a magnifier is up anywhere, its grey alone.
        """
        magnified = next((viewport for viewport in self.viewports if viewport.glass_is_up), None)
        if magnified is not None:
            magnified.change_glass(change)
            return
        view = self.viewport.view
        if view is not None:
            change(view)
            for other in self.shelf.linked_to(view) if self.linked else ():
                other.follow(view)
            self.repaint_all()

    def refresh_marks(self) -> None:
        """Draw what may be drawn now, no more (invariant 6)."""
        for place, viewport in enumerate(self.viewports):
            shown = self.shown(place) if viewport.picture else None
            volume = viewport.view.loaded.volume if viewport.view is not None else None
            viewport.marks = overlay.visible_marks(self.session, shown, volume)
            viewport.below_minimum = overlay.hidden_on(self.session, shown, volume)
            viewport.update()

    def highlight(self, finding_id: str | None) -> None:
        """Highlight one finding's marks, where they stand."""
        for viewport in self.viewports:
            viewport.highlighted = finding_id
            viewport.update()

    def fit_all(self) -> None:
        """Show all images whole, in their places, and nothing highlighted."""
        for viewport in self.viewports:
            if viewport.view is not None:
                viewport.view.fit()
        self.highlight(None)
        self.repaint_all()

    def update_views(self) -> None:
        """Paint every view again."""
        for viewport in self.viewports:
            viewport.update()

    def repaint_all(self) -> None:
        """Paint every view again, after a change of grey."""
        self.update_views()
        self.grey_changed.emit()

    def drag_window(self, place: int, dx: float, dy: float) -> None:
        """Change one view's window by a drag of logical pixels, and that of all views linked to it."""
        view = self.viewports[place].view
        if view is not None:
            for each in (view, *(self.shelf.linked_to(view) if self.linked else ())):
                each.drag_window(dx, dy)
            self.repaint_all()
