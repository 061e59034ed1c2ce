"""A tomosynthesis as the reader scrolls it: slices in order of their position, whatever their order in files.

A volume is usually one multi-frame instance. It may be split over several (concatenations, PS3.3
C.7.6.16.2.2.4; old units that send each slice as a CT image): then one image leads, and hangs for all.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from klarsyn.domain.exam import Image, Notice


class SliceFault(StrEnum):
    """Why a slice cannot be shown, or not be trusted to stand where it stands."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    DOUBLED = "doubled"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Slice:
    """One plane: `frame` counts from 1 in its instance; `position_mm` along the normal of the planes.

    `position_mm` is None where the header does not say it; then the order of frames stands.
    """

    sop_instance_uid: str
    frame: int
    position_mm: float | None = None
    fault: SliceFault | None = None


@dataclass(frozen=True)
class Volume:
    """Slices by rising position. `image` is the leading instance with as many `frames` as there are slices.

    `thickness_mm` is SliceThickness where stated; `step_mm` the usual distance of neighbours, None when
    unknown.
    """

    image: Image
    slices: tuple[Slice, ...]
    step_mm: float | None = None
    thickness_mm: float | None = None
    notices: tuple[Notice, ...] = ()

    @cached_property
    def _places(self) -> dict[tuple[str, int], int]:
        return {(s.sop_instance_uid, s.frame): n for n, s in enumerate(self.slices)}

    def index_of(self, sop_instance_uid: str, frame: int) -> int | None:
        """Return where a frame stands in the stack, counted from 0; None when it is not of this volume."""
        return self._places.get((sop_instance_uid, frame))

    def position_of(self, index: int) -> float | None:
        """Return the position in mm above the lowest slice; None when unknown."""
        first, here = self.slices[0].position_mm, self.slices[index].position_mm
        return None if first is None or here is None else here - first

    def nearest(self, position_mm: float) -> int:
        """Return the slice nearest to a position in mm above the lowest slice."""
        positions = [(self.position_of(n), n) for n in range(len(self.slices))]
        steps = [(abs(p - position_mm), n) for p, n in positions if p is not None]
        return min(steps)[1] if steps else 0

    @property
    def middle(self) -> int:
        """The slice to begin with."""
        return (len(self.slices) - 1) // 2

    @property
    def instances(self) -> tuple[str, ...]:
        """The UIDs that the slices come from, each once, the leading one first."""
        named = (self.image.sop_instance_uid, *(s.sop_instance_uid for s in self.slices))
        return tuple(dict.fromkeys(named))

    def hanging_image(self) -> Image:
        """Return the image that stands for the whole volume, with everything to be told of it."""
        told = tuple(dict.fromkeys((*self.image.notices, *self.notices)))
        return replace(self.image, frames=len(self.slices), notices=told)
