"""Which slices of a tomosynthesis are on the screen, and the words for one of them."""

from dataclasses import dataclass

from klarsyn.domain.volume import Slice, Volume


@dataclass(frozen=True, slots=True)
class ShownSlices:
    """One slice, or a slab of neighbours around it; indices count from 0, `first` and `last` are in it."""

    volume: Volume
    index: int
    first: int
    last: int

    @classmethod
    def one(cls, volume: Volume, index: int) -> "ShownSlices":
        """Return one slice alone."""
        return cls(volume, index, index, index)

    @property
    def slice(self) -> Slice:
        """The slice in the middle: what is drawn on a slab is drawn on this one."""
        return self.volume.slices[self.index]

    @property
    def slices(self) -> tuple[Slice, ...]:
        """All of them, the lowest first."""
        return self.volume.slices[self.first : self.last + 1]

    @property
    def is_slab(self) -> bool:
        """True for more than one slice."""
        return self.last > self.first

    def away_from(self, lowest: int, highest: int) -> int:
        """Return how many slices lie this far from a range of them; 0 when both have a slice in common."""
        return max(0, self.first - highest, lowest - self.last)


def slice_words(volume: Volume, index: int) -> str:
    """Return e.g. "slice 31, 30 mm": the number counts from 1, mm from the lowest slice, where known."""
    position = volume.position_of(index)
    return f"slice {index + 1}" + (f", {position:.0f} mm" if position is not None else "")


def place_words(volume: Volume, index: int) -> str:
    """Return the view with the slice, e.g. "R CC slice 31, 30 mm"."""
    return f"{volume.image.view_label} {slice_words(volume, index)}"
