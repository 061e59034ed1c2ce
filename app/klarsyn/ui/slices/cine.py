"""Which slice a cine shows at a moment: by the clock, back and forth between its ends. No Qt.

Frames for which there is no time are left out; none is ever shown later. A run through all slices leaves none
out, and takes longer where there is no time.
"""

from dataclasses import dataclass

SLOWEST, FASTEST, USUAL = 5, 60, 20
"""Slices a second."""
_STEP = 5


def faster(fps: int, steps: int) -> int:
    """Return the speed after so many presses of a key; slower ones are below 0."""
    return min(max(fps + steps * _STEP, SLOWEST), FASTEST)


@dataclass(frozen=True, slots=True)
class Cine:
    """A cine that runs since the moment `since` (seconds), from slice `start` upwards.

    `first` and `last` are its ends, both shown, counted from 0. A `start` outside of them begins at the
    nearer end.
    """

    first: int
    last: int
    start: int
    since: float
    fps: int

    def slice_at(self, now: float) -> int:
        """Return the slice of a moment: that of the last frame whose time has come."""
        steps = self.last - self.first
        if steps <= 0:
            return self.first
        begun = min(max(self.start, self.first), self.last) - self.first
        # A hair more, so that the moment of a frame, computed in floats, is its own.
        frame = int(max(0.0, now - self.since) * self.fps + 1e-6)
        phase = (begun + frame) % (2 * steps)
        return self.first + min(phase, 2 * steps - phase)


@dataclass(slots=True)
class RunThrough:
    """One run upwards in which no slice is left out; `next_at` says when the next one may be shown."""

    last: int
    at: int
    fps: int
    next_at: float

    def step(self, now: float) -> bool:
        """Go one slice on if its time has come; returns whether it has."""
        if now < self.next_at or self.at >= self.last:
            return False
        self.at += 1
        # Late frames are not caught up with: each slice stands as long as the others, or longer.
        self.next_at = now + 1 / self.fps
        return True

    def is_over(self, now: float) -> bool:
        """Return whether the last slice has stood its time."""
        return self.at >= self.last and now >= self.next_at
