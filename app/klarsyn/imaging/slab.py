"""A thick slice: the mean or the maximum of neighbouring slices, exactly, fast enough to scroll.

Mean: `np.rint` of the mean of the index values (halves go to the even number, IEEE 754), of each level by
itself; the full resolution is numpy's mean to the last bit. Where a header declares padding, padding is no
measurement: a pixel counts in those slices in which it is image, and is padding where it is image in half of
the slices or fewer (as in `frames.shrink_to`). The arithmetic is in `slab_sums`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.slice_order import SAME_MM
from klarsyn.imaging.levels import Level
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.slab_sums import MOST_SLICES, Padding, SlabSums


class SlabKind(StrEnum):
    """How slices become one picture; of a maximum, the brightest is shown."""

    MEAN = "mean"
    MAXIMUM = "maximum"


class SlabRefused(Exception):
    """Why these slices cannot be one slab; a sentence for the reader."""


def slices_for(thickness_mm: float, step_mm: float) -> int:
    """Return how many neighbouring slices make a slab of a thickness; at least one."""
    if not (thickness_mm > 0 and step_mm > 0):
        raise ValueError(f"A slab has a thickness and slices a step, not {thickness_mm} and {step_mm} mm.")
    return min(MOST_SLICES, max(1, round(thickness_mm / step_mm)))


def slab_range(index: int, count: int, total: int) -> range:
    """Return the slices of a slab of `count` around slice `index`; at the ends of the stack there are fewer.

    Of an even count, one slice more lies above than below.
    """
    if not 1 <= count <= MOST_SLICES:
        raise ValueError(f"A slab is made of 1 to {MOST_SLICES} slices, not {count}.")
    first = index - (count - 1) // 2
    return range(max(0, first), min(total, first + count))


def slices_within(positions_mm: Sequence[float], index: int, thickness_mm: float) -> tuple[int, ...]:
    """Return the slices that lie within half a thickness of slice `index`, by their positions in mm.

    Of slices at one place the nearest to `index` counts, so that no place weighs twice. Where slices lie at
    even steps these are as many as `slices_for` says: the slice at the lower end is left out.
    """
    here, half = positions_mm[index], thickness_mm / 2
    inside = [n for n, at in enumerate(positions_mm) if -half + SAME_MM < at - here <= half + SAME_MM]
    taken: list[int] = []
    for n in sorted({*inside, index}, key=lambda n: (abs(n - index), n)):
        if all(abs(positions_mm[n] - positions_mm[other]) > SAME_MM for other in taken):
            taken.append(n)
    return tuple(sorted(taken[:MOST_SLICES]))


def require_same_values(grayscales: Mapping[int, GrayscaleParameters]) -> None:
    """Refuse slices whose stored values do not mean the same; windows may differ.

    Raises
    ------
    SlabRefused
        With a sentence that names two slices, counted from 1.
    """
    (first, one), *others = grayscales.items()
    for index, other in others:
        if _meaning(one) != _meaning(other):
            raise SlabRefused(
                f"No slab here: the stored values of slices {first + 1} and {index + 1} are scaled "
                "differently in the header, so their mean would mean nothing. View them one by one."
            )


def _meaning(grayscale: GrayscaleParameters) -> tuple[object, ...]:
    table = grayscale.modality_lut
    return (
        grayscale.signed,
        grayscale.monochrome1,
        grayscale.rescale_slope,
        grayscale.rescale_intercept,
        None if table is None else (table.first, table.values.tobytes()),
        grayscale.padding,
    )


def rises(grayscale: GrayscaleParameters | None) -> bool:
    """Return whether larger stored values are shown brighter, before the reader inverts."""
    if grayscale is None:
        return True
    table = grayscale.modality_lut
    falls = grayscale.rescale_slope < 0 if table is None else int(table.values[0]) > int(table.values[-1])
    return falls == grayscale.monochrome1


class SlabPyramid(Pyramid):
    """A slab in the shape of a pyramid; a level is computed when it is asked for.

    `slices` are the indices in it, `left_out` those that belong to it and are not there (yet), `grayscale`
    that of the slice in the middle, by which it is shown.
    """

    def __init__(
        self,
        slices: Mapping[int, tuple[Level, ...]],
        kind: SlabKind,
        sums: SlabSums,
        padding: Padding = None,
        left_out: tuple[int, ...] = (),
        grayscale: GrayscaleParameters | None = None,
    ) -> None:
        super().__init__(())
        self.slices, self.left_out, self.kind, self.grayscale = tuple(slices), left_out, kind, grayscale
        self._of, self._sums, self._padding = dict(slices), sums, padding
        self._shapes = [level.shape for level in next(iter(slices.values()))]
        self._done: dict[int, Level] = {}

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels, the full slab first; empty after `close`."""
        return tuple(self._level(n) for n in range(len(self._shapes))) if self._of else ()

    def level_for(self, scale: float) -> Level:
        """Return the smallest level that has a pixel for each device pixel; no other is computed."""
        if not self._of:
            raise ValueError("The slab is closed. Ask the stack for it again.")
        rows, columns = self._shapes[0]
        enough = [n for n, s in enumerate(self._shapes) if s[0] >= rows * scale and s[1] >= columns * scale]
        return self._level(enough[-1] if enough else 0)

    def small_level(self, rows: int) -> Level:
        """Return the largest level of at most `rows` rows, else the smallest; no other is computed."""
        fitting = [n for n, shape in enumerate(self._shapes) if shape[0] <= rows]
        return self._level(fitting[0] if fitting else len(self._shapes) - 1)

    def close(self) -> None:
        """Let go of the slices."""
        self._of, self._done = {}, {}

    def _level(self, number: int) -> Level:
        if number not in self._done:
            of = {index: levels[number] for index, levels in self._of.items()}
            level = next(iter(of.values())) if len(of) == 1 else self._made(number, of)
            if len(of) > 1:
                level.flags.writeable = False
            self._done[number] = level
        return self._done[number]

    def _made(self, number: int, of: Mapping[int, Level]) -> Level:
        if self.kind is SlabKind.MEAN:
            return self._sums.mean(number, of, self._padding)
        # What is brightest on the screen: where low values are, that is the smallest.
        make = self._sums.maximum if rises(self.grayscale) else self._sums.minimum
        return make(of, self._padding)
