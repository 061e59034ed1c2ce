"""Mean and maximum over slices, pixel by pixel, exact and kept for the next step of scrolling.

The next mean adds the slices that enter and takes off those that leave. Sums are whole numbers below 2^24,
which float32 holds exactly; its division rounds correctly, so that a half is a half and `np.rint` gives what
it gives for the mean in float64.
"""

import threading
from collections.abc import Iterator, Mapping

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.imaging.levels import Level

MOST_SLICES = 128
"""In a slab: 128 slices of 65 535 are below 2^24, and half of 1/128 is more than a division errs by."""

Padding = tuple[int, int] | None
"""Inclusive range of index values (`grayscale.index_padding`)."""

# Rows are worked on in strips that stay in the processor's own memory.
_STRIP_PIXELS = 64 * 1024


class _Sum:
    """The sum of the slices held, and per pixel in how many of them it is image."""

    def __init__(self, shape: tuple[int, ...], padding: Padding) -> None:
        self.held: dict[int, Level] = {}
        self.padding = padding
        self.total = np.zeros(shape, dtype=np.float32)
        self.image = np.zeros(shape, dtype=np.uint8) if padding is not None else None

    def is_near(self, of: Mapping[int, Level], padding: Padding) -> bool:
        """Return whether going on from here costs less than beginning anew."""
        return padding == self.padding and len(self.held.keys() ^ of.keys()) < len(of)


class SlabSums:
    """The sums behind the slabs of one stack, one for each level in use. Any thread may call it.

    A slice is known by its index: whoever renumbers slices begins with a new object.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._sums: dict[int, _Sum] = {}

    def mean(self, level: int, of: Mapping[int, Level], padding: Padding) -> Level:
        """Return `np.rint` of the mean of slices, uint16; `level` says which sum to go on from."""
        shape = next(iter(of.values())).shape
        out = np.empty(shape, dtype=np.uint16)
        with self._guard:
            kept = self._sums.pop(level, None)
            if kept is None or not kept.is_near(of, padding):
                kept = _Sum(shape, padding)
            enter = [of[n] for n in of.keys() - kept.held.keys()]
            leave = [kept.held[n] for n in kept.held.keys() - of.keys()]
            for rows in _strips(shape):
                if kept.image is None:
                    _mean_of_all(kept.total[rows], enter, leave, rows, len(of), out[rows])
                else:
                    _mean_of_image(kept, enter, leave, rows, len(of), out[rows])
            kept.held = dict(of)
            # Last, so that a sum in the middle of which memory ran out is not gone on from.
            self._sums[level] = kept
        return out

    def maximum(self, of: Mapping[int, Level], padding: Padding) -> Level:
        """Return the maximum of slices, uint16; nothing is kept, since a maximum cannot be taken off."""
        return _extreme(of, padding, np.maximum, 0)

    def minimum(self, of: Mapping[int, Level], padding: Padding) -> Level:
        """Return the minimum of slices, as `maximum`."""
        return _extreme(of, padding, np.minimum, np.iinfo(np.uint16).max)


def _extreme(of: Mapping[int, Level], padding: Padding, take: np.ufunc, never: int) -> Level:
    """Return what `take` leaves of slices; `never` is the value that it leaves only where all have it."""
    first, *others = of.values()
    out = np.empty(first.shape, dtype=np.uint16)
    for rows in _strips(first.shape):
        strip = out[rows]
        if padding is None:
            np.copyto(strip, first[rows])
            for other in others:
                take(strip, other[rows], out=strip)
        else:
            _extreme_of_image([level[rows] for level in (first, *others)], padding, strip, take, never)
    return out


def _mean_of_all(
    total: npt.NDArray[np.float32],
    enter: list[Level],
    leave: list[Level],
    rows: slice,
    count: int,
    out: Level,
) -> None:
    for level in enter:
        # As numpy's addition, without a copy in float.
        cv2.accumulate(np.asarray(level[rows]), total)
    for level in leave:
        np.subtract(total, level[rows], out=total)
    mean = np.divide(total, np.float32(count))
    np.copyto(out, np.rint(mean, out=mean), casting="unsafe")


def _mean_of_image(
    kept: _Sum, enter: list[Level], leave: list[Level], rows: slice, count: int, out: Level
) -> None:
    padding, total, image = kept.padding, kept.total[rows], kept.image
    if padding is None or image is None:
        raise ValueError("A sum of image alone needs to know the padding.")
    number = image[rows]
    for level in enter:
        is_image = _is_image(level[rows], padding)
        np.add(total, level[rows] * is_image, out=total)
        np.add(number, is_image, out=number, casting="unsafe")
    for level in leave:
        is_image = _is_image(level[rows], padding)
        np.subtract(total, level[rows] * is_image, out=total)
        np.subtract(number, is_image, out=number, casting="unsafe")
    mean = np.divide(total, np.maximum(number, 1), dtype=np.float32)
    np.copyto(out, np.rint(mean, out=mean), casting="unsafe")
    _set_padding(out, number, count, padding)


def _extreme_of_image(
    levels: list[Level], padding: tuple[int, int], out: Level, take: np.ufunc, never: int
) -> None:
    number = np.zeros(out.shape, dtype=np.uint8)
    out[...] = never
    for level in levels:
        is_image = _is_image(level, padding)
        take(out, np.where(is_image, level, np.uint16(never)), out=out)
        np.add(number, is_image, out=number, casting="unsafe")
    _set_padding(out, number, len(levels), padding)


def _set_padding(out: Level, number: npt.NDArray[np.uint8], count: int, padding: tuple[int, int]) -> None:
    """Make padding of what is image in half of the slices or fewer, and of nothing else."""
    low, high = padding
    is_padding = number <= count // 2
    # A mean of values from both sides of the padding must not pass for padding, see `frames`.
    between = ~_is_image(out, padding) & ~is_padding
    if between.any():
        out[between] = high + 1 if high < np.iinfo(np.uint16).max else max(low - 1, 0)
    out[is_padding] = low


def _is_image(level: Level, padding: tuple[int, int]) -> npt.NDArray[np.bool_]:
    # Values below the padding wrap to large ones: one comparison instead of two.
    return np.subtract(level, np.uint16(padding[0])) > padding[1] - padding[0]


def _strips(shape: tuple[int, ...]) -> Iterator[slice]:
    height = max(1, _STRIP_PIXELS // shape[1])
    for first in range(0, shape[0], height):
        yield slice(first, min(shape[0], first + height))
