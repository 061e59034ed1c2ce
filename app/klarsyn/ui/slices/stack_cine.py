"""The cine of one view: a timer asks the clock which slice it is time for (`cine`)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from klarsyn.imaging.stack import SliceState
from klarsyn.ui.slices.cine import USUAL, Cine, RunThrough, faster

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.slices.scrolling import Scrolling
    from klarsyn.ui.slices.stack_view import StackView

TICK_MS = 4
"""How often the clock is looked at: a frame of 60 a second lasts 17 ms."""


class StackCine(QObject):
    """At most one view moves by itself. What is on the screen always says which slice it is."""

    def __init__(
        self, scrolling: "Scrolling", grid: "HangingGrid", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Stand still."""
        super().__init__(scrolling)
        self._scrolling, self._grid, self.clock = scrolling, grid, clock
        self.fps = USUAL
        self._running: Cine | RunThrough | None = None
        self._place = 0
        self._stack: StackView | None = None
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def is_running(self) -> bool:
        """True while slices move by themselves."""
        return self._running is not None

    @property
    def is_run_through(self) -> bool:
        """True while a volume is run through once."""
        return isinstance(self._running, RunThrough)

    def toggle(self) -> bool:
        """Start in the view that keys for slices act on, or stop; False where there are no slices."""
        if self.is_running:
            self.stop()
            return True
        stack = self._scrolling.viewport.stack
        if stack is None or stack.count < 2:
            self._grid.told.emit("This view has no slices.")
            return False
        self._start(stack, self._cine_of(stack))
        return True

    def run_through(self) -> bool:
        """Show every slice of the current view once, from where a run was stopped; False without slices."""
        stack = self._grid.viewport.stack
        if stack is None:
            return False
        unseen = [n for n in range(stack.count) if not stack.seen.has(n)]
        first = next((n for n in unseen if stack.stack.state(n) is not SliceState.UNREADABLE), 0)
        self._scrolling.show(self._grid.current, first)
        self._start(stack, RunThrough(stack.count - 1, first, self.fps, self.clock() + 1 / self.fps))
        return True

    def change_speed(self, steps: int) -> None:
        """Go faster, or slower below 0, from this slice on."""
        self.fps = faster(self.fps, steps)
        self._grid.told.emit(f"Cine: {self.fps} slices a second.")
        if isinstance(self._running, Cine) and self._stack is not None:
            self._running = self._cine_of(self._stack)
        elif isinstance(self._running, RunThrough):
            self._running.fps = self.fps

    def stop(self) -> None:
        """Stand still at the slice that is shown."""
        self._running, self._stack = None, None
        self._timer.stop()

    def tick(self) -> None:
        """Show the slice whose time has come; one that is not decoded yet is not waited for in a cine."""
        stack, place = self._stack, self._place
        places = self._grid.viewports
        if stack is None or place >= len(places) or places[place].stack is not stack:
            # The place shows something else by now.
            self.stop()
        elif isinstance(self._running, Cine):
            if (self._running.first, self._running.last) != stack.ends:
                self._running = self._cine_of(stack)
            index = self._running.slice_at(self.clock())
            if stack.is_at_hand(index):
                self._scrolling.show(place, index)
        elif self._running is not None:
            self._run_on(stack, self._running)

    def _run_on(self, stack: "StackView", run: RunThrough) -> None:
        if stack.stack.state(run.at) is SliceState.WAITING or not self._was_painted(stack, run.at):
            # It is decoded first, and stands its time from when it is seen.
            run.next_at = self.clock() + 1 / run.fps
        elif run.is_over(self.clock()):
            stack.run_through = True
            self.stop()
        elif run.step(self.clock()):
            self._scrolling.show(self._place, run.at)

    def _was_painted(self, stack: "StackView", index: int) -> bool:
        return self._grid.viewports[self._place].painted_slice == index or stack.seen.has(index)

    def _cine_of(self, stack: "StackView") -> Cine:
        return Cine(*stack.ends, stack.index, self.clock(), self.fps)

    def _start(self, stack: "StackView", running: Cine | RunThrough) -> None:
        self._place, self._stack, self._running = self._scrolling.place, stack, running
        self._timer.start()
