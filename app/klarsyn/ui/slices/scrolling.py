"""Scrolling through tomosynthesis: whoever asks for a slice asks here, so that linked views follow."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from klarsyn.imaging.stack import SliceState
from klarsyn.ui.slices.stack_cine import StackCine
from klarsyn.ui.slices.stack_words import stack_notices

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.view.view_state import ViewState
    from klarsyn.ui.view.viewport import Viewport


class Scrolling(QObject):
    """The slices of all places of the grid. `turned` says which place shows another slice, `lost` that one
    cannot be shown."""

    turned = Signal(int)
    lost = Signal()
    _came = Signal(str, int)

    def __init__(self, grid: "HangingGrid") -> None:
        """Act on `grid`."""
        super().__init__(grid)
        self._grid = grid
        self.cine = StackCine(self, grid)
        # From the threads that decode, to this one.
        self._came.connect(self._take_news)

    def follow(self, view: "ViewState") -> None:
        """Paint again what is in sight of a stack when a slice of it is ready, or cannot be."""
        if view.stack is not None:
            view.stack.on_news(partial(self._came.emit, view.loaded.image.sop_instance_uid))
            if stack_notices(view):
                self.lost.emit()

    def connect_view(self, place: int, viewport: "Viewport") -> None:
        """Do what is asked in a view; a hand at it stops the cine."""
        viewport.scrolled.connect(lambda by: self.scroll(place, by))
        viewport.slice_wanted.connect(lambda index: self.go_to(place, index))

    def begin(self, place: int) -> None:
        """Let the volume of a place stand at its middle, where a step opens after a run through it."""
        stack = self._grid.viewports[place].stack
        if stack is not None:
            stack.begin_anew()

    @property
    def place(self) -> int:
        """The place that keys for slices act on: the current one, or the one with the slices that it lacks.

        That is the only volume of the current side and view, else the only one of the step.
        """
        grid = self._grid
        stacked = [n for n, viewport in enumerate(grid.viewports) if viewport.stack is not None]
        if grid.current in stacked or grid.hung is None:
            return grid.current
        here = self._view_of(grid.current)
        for found in ([n for n in stacked if self._view_of(n) == here], stacked):
            if len(found) == 1:
                return found[0]
        return grid.current

    def _view_of(self, place: int) -> tuple[object, ...]:
        """Side and view of a place, also of an empty one."""
        shown, hung = self._grid.shown(place), self._grid.hung
        if shown is not None:
            return shown.laterality, shown.view_position
        match = hung.cells[place].cell.match if hung is not None else None
        return (match.laterality, *match.views) if match is not None else ()

    @property
    def viewport(self) -> "Viewport":
        """The view of `place`."""
        return self._grid.viewports[self.place]

    def scroll(self, place: int, by: int) -> bool:
        """Go so many slices up, or down below 0; False where there are none to scroll."""
        stack = self._grid.viewports[place].stack
        return stack is not None and self.go_to(place, stack.index + by)

    def go_to(self, place: int, index: int) -> bool:
        """Show a slice, or the end beyond which it lies; False where there are none."""
        self.cine.stop()
        return self.show(place, index)

    def show(self, place: int, index: int) -> bool:
        """Be `go_to`, for a cine: it goes on."""
        viewport = self._grid.viewports[place]
        if viewport.stack is None:
            return False
        if viewport.show_slice(index):
            self.turned.emit(place)
        return True

    def change_slab(self, steps: int) -> bool:
        """Thicken the slab of `viewport`, or thin it below 0; False where there are no slices."""
        return self._change("thicken", steps)

    def toggle_slab(self) -> bool:
        """Show it as a slab, or slice by slice."""
        return self._change("toggle_slab")

    def other_kind(self) -> bool:
        """Show maxima instead of means, or means again."""
        return self._change("other_kind")

    def end_here(self, *, high: bool) -> bool:
        """Let the cine end at the slice that is shown; where it does already, at the end of the stack."""
        stack = self.viewport.stack
        if stack is None:
            return False
        low, top = stack.ends
        if high:
            top = stack.count - 1 if top == stack.index else stack.index
        else:
            low = 0 if low == stack.index else stack.index
        stack.ends = (min(low, top), max(low, top))
        self.viewport.update()
        self._grid.told.emit(f"The cine goes from slice {stack.ends[0] + 1} to {stack.ends[1] + 1}.")
        return True

    def _change(self, what: str, *how: int) -> bool:
        viewport = self.viewport
        if viewport.stack is None:
            self._grid.told.emit("This view has no slices.")
            return False
        getattr(viewport.stack, what)(*how)
        viewport.update()
        return True

    def _take_news(self, uid: str, index: int) -> None:
        view = self._grid.views.get(uid)
        if view is None or view.stack is None:
            return
        lost = index < view.stack.count and view.stack.stack.state(index) is SliceState.UNREADABLE
        if lost:
            self.lost.emit()
        for place, viewport in enumerate(self._grid.viewports):
            if viewport.view is view:
                if lost:
                    self._grid.refresh(place)
                viewport.update()
