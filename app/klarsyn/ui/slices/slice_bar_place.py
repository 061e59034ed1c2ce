"""Where on the bar of a tomosynthesis each slice stands: the lowest slice below, as in the breast.

Lengths are logical pixels.
"""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

WIDTH = 12.0
"""Narrower than the margin of the texts in the corners (`corners.MARGIN`)."""
_ENDS = 14.0


@dataclass(frozen=True, slots=True)
class BarPlace:
    """The bar of a view of `width` by `height`, for `count` slices; on the `right` or the left."""

    width: float
    height: float
    right: bool
    count: int

    @property
    def left(self) -> float:
        """Where the bar begins."""
        return self.width - WIDTH if self.right else 0.0

    @property
    def top(self) -> float:
        """Where its highest slice ends."""
        return _ENDS

    @property
    def strip(self) -> QRectF:
        """All that belongs to the bar: the height of the view at its air side."""
        return QRectF(self.left, 0.0, WIDTH, self.height)

    @property
    def length(self) -> float:
        """Height of all slices together."""
        return max(1.0, self.height - 2 * _ENDS)

    @property
    def step(self) -> float:
        """Height of one slice."""
        return self.length / self.count

    def y_of(self, index: int) -> float:
        """Return the upper edge of a slice, counted from 0."""
        return self.top + self.length * (self.count - 1 - index) / self.count

    def lower_edge(self, index: int) -> float:
        """Return the lower edge of a slice."""
        return self.y_of(index) + self.step

    def middle_of(self, index: int) -> float:
        """Return the middle of a slice."""
        return self.y_of(index) + self.step / 2

    def index_at(self, y: float) -> int:
        """Return the slice at a height, the nearest end beyond the bar."""
        from_top = int((y - self.top) / self.length * self.count // 1)
        return min(max(self.count - 1 - from_top, 0), self.count - 1)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies on the bar."""
        return self.left <= x < self.left + WIDTH and 0.0 <= y < self.height
