"""The quadrant walk in one view: one key on, one back, four for the directions."""

from typing import TYPE_CHECKING

from klarsyn.imaging.geometry import hanging_chest_wall
from klarsyn.imaging.quadrants import QuadrantWalk, quadrant_walk

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

_CLOSE = 1e-6


class Walk:
    """A walk over the image that a view shows now.

    Raises
    ------
    ValueError
        If the view shows no image, or is too small to walk in.
    """

    def __init__(self, viewport: "Viewport") -> None:
        """Stand at the first stop, at the chest wall above; `show` shows it."""
        if viewport.view is None:
            raise ValueError("There is no image here to walk over.")
        self._viewport = viewport
        self.view, self.size = viewport.view, viewport.device_size
        self._walk: QuadrantWalk = quadrant_walk(
            self.view.home(self.size, viewport.mm_per_px),
            self.view.coverage.breast_box,
            self.size,
            hanging_chest_wall(self.view.loaded.image.laterality),
        ).through(self.view.coverage, self.size)
        self.number = 0

    def is_of(self, viewport: "Viewport") -> bool:
        """Return whether the view still shows this image, as large as when the walk was laid out."""
        return viewport is self._viewport and viewport.view is self.view and viewport.device_size == self.size

    def is_here(self) -> bool:
        """Return whether the view shows the stop now: the reader has not zoomed or panned away."""
        now, stop = self._viewport.transform(), self._walk.stops[self.number].transform
        if now is None or abs(now.scale - stop.scale) > _CLOSE:
            return False
        return all(abs(a - b) < 1.0 for a, b in zip(now.offset, stop.offset, strict=True))

    @property
    def words(self) -> str:
        """E.g. "stop 3 of 12"; "" while the reader is elsewhere."""
        return f"stop {self.number + 1} of {len(self._walk.stops)}" if self.is_here() else ""

    def show(self) -> None:
        """Show the stop where the walk stands."""
        self._go(self.number)

    def on(self) -> bool:
        """Show the next stop; returns False at the last."""
        return self._go(self._walk.forward(self.number))

    def back(self) -> bool:
        """Show the stop before; returns False at the first."""
        return self._go(self._walk.back(self.number))

    def beside(self, across: int, down: int) -> bool:
        """Show the stop to the right or below, by signs; returns False at the edge of the breast."""
        return self._go(self._walk.beside(self.number, across, down))

    def _go(self, number: int) -> bool:
        moved, self.number = number != self.number, number
        self._viewport.show_at(self._walk.stops[number].transform)
        return moved
