"""Where the reader stands in one tomosynthesis: at a slice, or at a slab around it. No Qt.

What comes out is a `LoadedImage` with the pixels and the grey scale of what is shown, so that everything
that looks at an image looks at the slice: window presets, magnifier, histogram, 1:1.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from klarsyn.domain.shown_slices import ShownSlices
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.slab import SlabKind, SlabPyramid, SlabRefused, slab_range, slices_for
from klarsyn.imaging.slices_seen import SlicesSeen
from klarsyn.imaging.stack import SliceStack, SliceState

if TYPE_CHECKING:
    from klarsyn.domain.volume import Volume
    from klarsyn.reading.loaded import LoadedImage

SLABS_MM = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
USUAL_SLAB_MM = 10


class StackView:
    """A stack, the slice that the reader looks at, and which slices have been seen.

    Attributes
    ----------
    slab_mm
        How thick the slab is; 0 shows one slice. Where the distance of slices is unknown, a number of slices.
    kind
        How slices of a slab become one picture.
    ends
        (first, last) slice of the cine.
    run_through
        The cine has gone once through the whole of it.
    seen
        Slices that have been on the screen by themselves.
    """

    def __init__(self, loaded: "LoadedImage", volume: "Volume", stack: SliceStack) -> None:
        """Stand at the slice that `loaded` is."""
        self.volume, self.stack = volume, stack
        self.index = _nearest_to_show(stack, stack.aimed)
        self.slab_mm, self._usual_mm = 0, USUAL_SLAB_MM
        self.kind = SlabKind.MEAN
        self.ends = (0, stack.count - 1)
        self.run_through = False
        names = [f"{s.sop_instance_uid}/{s.frame}" for s in volume.slices]
        self.seen = SlicesSeen(loaded.image.columns, loaded.image.rows, names, loaded.breast)
        self._loaded = loaded
        self._made: tuple[object, LoadedImage | None, str] | None = None
        self._news = threading.Event()
        stack.on_ready(lambda _: self._news.set())

    def on_news(self, told: Callable[[int], None]) -> None:
        """Hear of each slice that is ready, unreadable or has a preview; on another thread."""
        self.stack.on_ready(told)

    def follow(self, before: "StackView") -> None:
        """Stand where another view of the same volume stands, with what has been seen in it."""
        self.index, self.ends, self.run_through = before.index, before.ends, before.run_through
        self.slab_mm, self._usual_mm, self.kind = before.slab_mm, before._usual_mm, before.kind
        self.seen = before.seen

    @property
    def count(self) -> int:
        """Slices, those included that cannot be shown."""
        return self.stack.count

    @property
    def slices_in_slab(self) -> int:
        """How many slices the slab has where there are enough; 1 without one."""
        if not self.slab_mm:
            return 1
        step = self.volume.step_mm
        return slices_for(self.slab_mm, step) if step else self.slab_mm

    @property
    def shown(self) -> ShownSlices:
        """The slices that are on the screen."""
        inside = slab_range(self.index, self.slices_in_slab, self.count)
        return ShownSlices(self.volume, self.index, inside[0], inside[-1])

    @property
    def is_single(self) -> bool:
        """True while one slice is shown by itself."""
        return not self.shown.is_slab

    def go_to(self, index: int) -> bool:
        """Stand at a slice, or at the end beyond which it lies; returns whether it is another one."""
        index = min(max(index, 0), self.count - 1)
        if index == self.index:
            return False
        self.index = index
        self.stack.aim(index)
        return True

    def begin_anew(self) -> None:
        """Stand at the middle again where a run through has ended; a reader who has gone on stays."""
        if self.run_through and self.index == self.count - 1:
            self.go_to(_nearest_to_show(self.stack, self.count // 2))

    def scroll(self, by: int) -> bool:
        """Go so many slices up, or down; returns whether there were any."""
        return self.go_to(self.index + by)

    def thicken(self, steps: int) -> None:
        """Take the next thicker slab, or thinner ones below 0; thinner than the thinnest is one slice."""
        ladder = (0, *SLABS_MM)
        self.slab_mm = ladder[min(max(ladder.index(self.slab_mm) + steps, 0), len(ladder) - 1)]
        self._usual_mm = self.slab_mm or self._usual_mm

    def toggle_slab(self) -> None:
        """Show a slab as thick as the last one, or one slice again."""
        self.slab_mm = 0 if self.slab_mm else self._usual_mm

    def other_kind(self) -> None:
        """Let a slab show the maximum of its slices instead of the mean, or the mean again."""
        self.kind = SlabKind.MAXIMUM if self.kind is SlabKind.MEAN else SlabKind.MEAN

    def is_at_hand(self, index: int) -> bool:
        """Return whether a slice can be shown at once, be it by a preview or by why there is no picture."""
        return self.stack.state(index) is not SliceState.WAITING or self.stack.pyramid(index) is not None

    @property
    def all_seen(self) -> bool:
        """True once every slice that can be shown has been seen."""
        return self.seen_of[0] == self.seen_of[1]

    @property
    def seen_of(self) -> tuple[int, int]:
        """How many slices have been seen, of how many that can be shown."""
        lost = [n for n in range(self.count) if self.stack.state(n) is SliceState.UNREADABLE]
        return self.seen.count(without=lost), self.count - len(lost)

    def picture(self) -> "LoadedImage | None":
        """Return what is shown now; None while there is nothing to show, then `message` says why."""
        return self._now()[0]

    @property
    def message(self) -> str:
        """Why there is no picture of the slice that the reader is at; "" when there is one."""
        return self._now()[1]

    @property
    def left_out(self) -> tuple[int, ...]:
        """Slices that belong to the slab and are not in it: unreadable, or not decoded yet."""
        shown = self._now()[0]
        return shown.pyramid.left_out if shown and isinstance(shown.pyramid, SlabPyramid) else ()

    def _now(self) -> "tuple[LoadedImage | None, str]":
        key = (self.index, self.slab_mm, self.kind)
        if self._made is None or self._made[0] != key or self._news.is_set():
            # First: what comes while this is made asks for it to be made once more.
            self._news.clear()
            before = self._made[1] if self._made is not None and self._made[0] == key else None
            self._made = (key, *self._make(before))
        return self._made[1], self._made[2]

    def _make(self, before: "LoadedImage | None") -> "tuple[LoadedImage | None, str]":
        index = self.index
        try:
            if self.is_single:
                pyramid: Pyramid | None = self.stack.pyramid(index)
            else:
                pyramid = self.stack.slab(index, self.slices_in_slab, self.kind)
        except SlabRefused as refusal:
            return None, str(refusal)
        if self.is_single and (trouble := self.stack.trouble(index)):
            return None, trouble
        if pyramid is None:
            return None, f"Slice {index + 1} is being decoded."
        if before is not None and _is_same(before.pyramid, pyramid):
            return before, ""
        grey = self.stack.grayscale(index)
        change = self._loaded.grey_of_slice
        if change is not None:
            grey = change(self.volume.slices[index], grey)
        return replace(self._loaded, pyramid=pyramid, grayscale=grey), ""


def _nearest_to_show(stack: SliceStack, aimed: int) -> int:
    """The slice that is wanted, or the nearest one to it that can be shown."""
    readable = [n for n in range(stack.count) if stack.state(n) is not SliceState.UNREADABLE]
    return min(readable, key=lambda n: abs(n - aimed), default=aimed)


def _is_same(before: Pyramid, now: Pyramid) -> bool:
    """Whether pixels that are there already are what they would be: the news was of other slices."""
    if isinstance(before, SlabPyramid) and isinstance(now, SlabPyramid):
        return before.slices == now.slices
    return type(before) is type(now)
