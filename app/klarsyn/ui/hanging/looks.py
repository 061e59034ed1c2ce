"""How the reader looks at a step: from step to step, stop to stop, at true size, and all views together."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from klarsyn.domain.arranging import HungCell
from klarsyn.domain.finding import Finding
from klarsyn.domain.hanging_protocol import Protocol, Zoom
from klarsyn.ui.hanging.jumping import jump_to
from klarsyn.ui.hanging.linking import move_along
from klarsyn.ui.view.walking import Walk

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.view.viewport import Viewport


class Looks(QObject):
    """What keys ask of the grid beyond grey; it tells the reader where something is not possible."""

    def __init__(self, grid: "HangingGrid") -> None:
        """Act on `grid`."""
        super().__init__(grid)
        self._grid = grid
        self.moves_linked = False
        self._entering = False

    def step(self, by: int) -> None:
        """Go so many steps of the protocol on, or back."""
        hung = self._grid.hung
        if hung is None:
            return
        if hung.go_to(hung.sequence.position + by):
            self._grid.show_step()
        else:
            self._grid.told.emit("This is the last step." if by > 0 else "This is the first step.")

    def choose(self, protocol: Protocol) -> None:
        """Hang this exam by another protocol, from its first step."""
        if self._grid.hung is not None:
            self._grid.hung.choose(protocol)
            self._grid.show_step()

    def follow(self, protocol: Protocol) -> bool:
        """Take a protocol whose file has changed; the reader stays where she is."""
        hung = self._grid.hung
        if hung is None:
            return False
        before = hung.step
        changed = hung.follow(protocol)
        if changed and hung.step != before:
            self._grid.show_step()
        elif changed:
            # The same images at the same sizes: zoom and walk stay as they are.
            self._grid.step_changed.emit()
        return changed

    def next_prior(self) -> None:
        """Compare with the next older prior; after the oldest comes the newest again."""
        hung = self._grid.hung
        if hung is None:
            return
        if not hung.compare_with_next_prior():
            self._grid.told.emit("There is no other prior." if hung.priors else "There is no prior.")
            return
        self._grid.show_step()
        day = hung.priors[0].study_date
        self._grid.told.emit(f"Compared with the prior of {day.isoformat() if day else 'unknown date'}.")

    def enter(self, viewport: "Viewport", cell: HungCell) -> None:
        """Show an image as the protocol asks for: whole, at true size, or pixel by pixel."""
        if viewport.view is None:
            return
        viewport.view.piece = cell.mosaic and viewport.view.loaded.image is cell.image
        viewport.view.fit()
        self._entering = True
        try:
            if cell.cell.walk:
                self._walk(viewport)
            elif cell.cell.zoom is Zoom.ONE_TO_ONE:
                viewport.one_to_one()
            elif cell.cell.zoom is Zoom.TRUE_SIZE:
                viewport.true_size()
        finally:
            self._entering = False

    def moved(self, viewport: "Viewport") -> None:
        """Let the other views follow one that the reader has moved, where they are linked."""
        if self.moves_linked and not self._entering:
            move_along(viewport, self._grid.viewports)

    def toggle_linked_moves(self) -> None:
        """Link zoom and pan of all views, mirrored left and right, or let each move alone."""
        self.moves_linked = not self.moves_linked
        self.moved(self._grid.viewport)
        self._grid.told.emit(
            "Views zoom and move together, mirrored left and right."
            if self.moves_linked
            else "Each view zooms and moves alone."
        )

    def true_size(self) -> None:
        """Draw the current view as large as the breast was."""
        viewport = self._grid.viewport
        if viewport.view is None:
            return
        if not viewport.true_size():
            self._grid.told.emit("This image has no known real size, so it cannot be shown at true size.")
        elif not viewport.pixel_mm[1]:
            self._grid.told.emit("True size by what the screen says of itself: not measured with a ruler.")

    @property
    def is_close(self) -> bool:
        """True while the current view is walked over, or the reader has come to see its pixels one by one."""
        viewport = self._grid.viewport
        view, transform = viewport.view, viewport.transform()
        if view is None or transform is None:
            return False
        if viewport.walk is not None and viewport.walk.is_of(viewport) and viewport.walk.is_here():
            return True
        return view.display.zoom > 1.0 and transform.scale > 1.0 - 1e-6

    def walk_on(self) -> bool:
        """Show the next stop of the walk; after the last one the next view, or the next step.

        Returns False at the very last stop, where there is nothing to go on to.
        """
        viewport = self._grid.viewport
        walk = viewport.walk
        if walk is None or not walk.is_of(viewport):
            self._walk(viewport)
        elif not walk.is_here():
            walk.show()
        elif not walk.on():
            return self._leave(viewport)
        return True

    def walk_back(self) -> None:
        """Show the stop before."""
        viewport = self._grid.viewport
        walk = viewport.walk
        if walk is None or not walk.is_of(viewport):
            self._walk(viewport)
        elif not walk.is_here():
            walk.show()
        elif not walk.back():
            self._grid.told.emit("This is the first stop of the walk.")

    def walk_beside(self, across: int, down: int) -> None:
        """Show the stop beside: +1 is right and down, -1 left and up on the screen."""
        viewport = self._grid.viewport
        walk = viewport.walk
        if walk is None or not walk.is_of(viewport):
            self._walk(viewport)
        elif not walk.is_here():
            walk.show()
        else:
            walk.beside(across, down)

    def _walk(self, viewport: "Viewport") -> None:
        try:
            viewport.walk = Walk(viewport)
        except ValueError:
            self._grid.told.emit("There is nothing to walk over here, or the view is too small for it.")
            return
        viewport.walk.show()

    def _leave(self, viewport: "Viewport") -> bool:
        """After the last stop: the next view with an image, or the next step; False where there is none."""
        grid = self._grid
        later = [
            n for n in range(grid.current + 1, len(grid.viewports)) if grid.viewports[n].view is not None
        ]
        if later:
            viewport.fit()
            grid.pick(later[0])
            self._walk(grid.viewport)
        elif grid.hung is not None and not grid.hung.sequence.is_last:
            self.step(1)
        else:
            grid.told.emit("This was the last stop of the last view.")
            return False
        return True

    def jump_to(self, finding: Finding) -> None:
        """Highlight a finding and show each of its marks in the middle of its view."""
        jump_to(self._grid, finding)
