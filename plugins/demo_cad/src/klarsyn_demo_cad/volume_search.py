"""Suspicious places of a tomosynthesis: thin slabs through the 2D filters, then what belongs together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.engine.contract import EngineView
from klarsyn_demo_cad.candidate import Candidate, strongest
from klarsyn_demo_cad.focus import in_focus
from klarsyn_demo_cad.working_image import Region, WorkingImage, at_one_mm, region_of

_SLAB_MM = 2.0
"""Thin enough to keep a calcification, thick enough to halve the work and lose some noise."""

_MOST_SLABS = 45
_FAINTEST = 0.5
_NEAR_MM = 5.0
"""In neighbouring slabs, places of one kind whose centres are nearer than this are one lesion."""

_STILL_THERE = 0.7
"""Share of its best evidence that a lesion keeps in every slab that it is said to reach."""


@dataclass(frozen=True, slots=True)
class Slab:
    """Neighbouring slices `first` to `last`, counted from 0."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Limits:
    """No more than `most` places of a view are told, and none with less evidence than `least`."""

    most: int
    least: float


@dataclass(frozen=True, slots=True, eq=False)
class VolumeCandidate:
    """A lesion in depth: its outline is that of the best slice; slices are counted from 0.

    `flat` is the candidate as on a 2D view, with the evidence of its strongest slab.
    """

    flat: Candidate
    best: int
    first: int
    last: int


def heights_of(view: EngineView) -> npt.NDArray[np.float64]:
    """Return the height of each slice in mm: as stated, else by thickness, else one each millimetre."""
    stated = np.asarray(view.slice_positions_mm, np.float64)
    if len(stated) == len(view.pixels) and np.isfinite(stated).all():
        return stated
    return np.arange(len(view.pixels)) * float(view.thickness_mm or 1.0)


def slabs_of(heights: npt.NDArray[np.float64]) -> list[Slab]:
    """Cut a stack into slabs of about two millimetres, of equal numbers of slices."""
    count = len(heights)
    step = float(np.median(np.diff(heights))) if count > 1 else 0.0
    thick = round(_SLAB_MM / step) if step > 0 else 1
    each = max(1, thick, -(-count // _MOST_SLABS))
    return [Slab(n, min(n + each, count) - 1) for n in range(0, count, each)]


def volume_region(view: EngineView) -> Region | None:
    """Find the breast on the mean of all slices; None where there is none."""

    def mean() -> npt.NDArray[np.float32]:
        total: npt.NDArray[np.float32] = sum(at_one_mm(view, one) for one in view.pixels)  # type: ignore[assignment]
        return total / np.float32(len(view.pixels))

    return region_of(view, mean)


def search(
    view: EngineView,
    region: Region,
    look: Callable[[WorkingImage], list[Candidate]],
    limits: Limits,
    progress: Callable[[float], None],
) -> tuple[float, list[VolumeCandidate]]:
    """Return the evidence of a volume, and its places, strongest first.

    Parameters
    ----------
    look
        Gives the places of one image.
    progress
        Called with 0 to 1.
    """
    slabs = slabs_of(heights_of(view))
    found: list[list[Candidate]] = []
    for number, slab in enumerate(slabs):
        found.append([c for c in look(_slab_image(view, region, slab)) if c.evidence >= _FAINTEST])
        progress((number + 1) / len(slabs))
    lesions = [(_seed(chain), chain) for chain in chains(found)]
    # A ghost of a lesion lies above or below it: one mark at one spot, whatever the depth.
    kept = strongest([seed for seed, _ in lesions if seed.evidence >= limits.least], limits.most)
    evidence = max((seed.evidence for seed, _ in lesions), default=0.0)
    told = (chain for seed, chain in lesions if any(seed is one for one in kept))
    return evidence, [_in_depth(chain, slabs, view, region) for chain in told]


def chains(found: list[list[Candidate]]) -> Iterator[dict[int, Candidate]]:
    """Yield lesions, strongest first: the place of each in the slabs that show it.

    From its strongest slab a lesion goes up and down while a place of its kind lies near in the next slab;
    what is weaker at the same spot is not told again.
    """
    free = [list(places) for places in found]
    while any(free):
        top = max(range(len(free)), key=lambda n: max((c.evidence for c in free[n]), default=-1.0))
        seed = max(free[top], key=lambda c: c.evidence)
        chain = {top: seed}
        for step in (-1, 1):
            slab = top + step
            while 0 <= slab < len(free):
                near = [c for c in free[slab] if _same_spot(c, seed)]
                if not near or max(c.evidence for c in near) < _STILL_THERE * seed.evidence:
                    break
                chain[slab] = max(near, key=lambda c: c.evidence)
                slab += step
        first, last = min(chain) - 1, max(chain) + 1
        for slab in range(max(first, 0), min(last, len(free) - 1) + 1):
            free[slab] = [c for c in free[slab] if not _same_spot(c, seed)]
        yield dict(sorted(chain.items()))


def _seed(chain: dict[int, Candidate]) -> Candidate:
    return max(chain.values(), key=lambda c: c.evidence)


def _same_spot(one: Candidate, other: Candidate) -> bool:
    apart = np.hypot(*np.subtract(one.centre_mm, other.centre_mm))
    return one.lesion_type is other.lesion_type and bool(apart <= max(_NEAR_MM, other.radius_mm))


def _in_depth(
    chain: dict[int, Candidate], slabs: list[Slab], view: EngineView, region: Region
) -> VolumeCandidate:
    """Choose the best slice of a lesion and how far it reaches."""
    seed = _seed(chain)
    lowest, highest = slabs[min(chain)].first, slabs[max(chain)].last
    best, first, last = in_focus(view, region, seed, lowest, highest)
    # The outline as drawn on the slab of the best slice.
    there = next((c for n, c in chain.items() if slabs[n].first <= best <= slabs[n].last), seed)
    drawn = Candidate(seed.lesion_type, seed.evidence, there.centre_mm, there.radius_mm, there.outline_mm)
    return VolumeCandidate(drawn, best, first, last)


def _slab_image(view: EngineView, region: Region, slab: Slab) -> WorkingImage:
    y0, y1, x0, x1 = region.box
    if slab.first == slab.last:
        return region.image_of_box(view.pixels[slab.first, y0:y1, x0:x1])
    total = np.zeros((y1 - y0, x1 - x0), np.float32)
    for number in range(slab.first, slab.last + 1):
        total += view.pixels[number, y0:y1, x0:x1]
    return region.image_of_box(total / np.float32(slab.last - slab.first + 1))
