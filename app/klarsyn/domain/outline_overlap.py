"""How far two outlines lie on each other: the area of both over the area of either (IoU).

Exact for polygons, however they are bent: between two heights at which sides meet or end, all sides run
straight, so that a slice's area is its width in the middle times its height. What is inside follows the
even-odd rule.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

_Points = npt.NDArray[np.float64]


def overlap(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Return the IoU, 0 to 1, of two closed outlines of shape (n, 2); 0 where one of them has no area."""
    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    if len(first) < 3 or len(second) < 3 or _apart(first, second):
        return 0.0
    sides = np.concatenate([_sides(first), _sides(second)])
    heights = np.unique(np.concatenate([sides[:, 1], _crossing_heights(sides)]))
    both = either = 0.0
    for low, high in pairwise(heights.tolist()):
        middle = (low + high) / 2
        mine, yours = _spans(_sides(first), middle), _spans(_sides(second), middle)
        shared = _shared(mine, yours)
        both += shared * (high - low)
        either += (_length(mine) + _length(yours) - shared) * (high - low)
    return float(both / either) if either > 0 else 0.0


def _apart(first: _Points, second: _Points) -> bool:
    return bool(np.any(first.max(0) < second.min(0)) or np.any(second.max(0) < first.min(0)))


def _sides(points: _Points) -> _Points:
    """Return the sides as rows x0, y0, x1, y1."""
    return np.concatenate([points, np.roll(points, -1, axis=0)], axis=1)


def _crossing_heights(sides: _Points) -> _Points:
    start, along = sides[:, :2], sides[:, 2:] - sides[:, :2]
    between = start[None, :, :] - start[:, None, :]
    turn = along[:, None, 0] * along[None, :, 1] - along[:, None, 1] * along[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        mine = (between[..., 0] * along[None, :, 1] - between[..., 1] * along[None, :, 0]) / turn
        theirs = (between[..., 0] * along[:, None, 1] - between[..., 1] * along[:, None, 0]) / turn
    meet = (turn != 0) & (mine >= 0) & (mine <= 1) & (theirs >= 0) & (theirs <= 1)
    of, _ = np.nonzero(meet)
    heights: _Points = start[of, 1] + mine[meet] * along[of, 1]
    return heights


def _spans(sides: _Points, height: float) -> _Points:
    """Return where a line at `height` is inside, as rows from, to."""
    up, down = sides[:, 1], sides[:, 3]
    crossed = sides[(up < height) != (down < height)]
    share = (height - crossed[:, 1]) / (crossed[:, 3] - crossed[:, 1])
    return np.sort(crossed[:, 0] + share * (crossed[:, 2] - crossed[:, 0])).reshape(-1, 2)


def _length(spans: _Points) -> float:
    return float((spans[:, 1] - spans[:, 0]).sum())


def _shared(mine: _Points, yours: _Points) -> float:
    low = np.maximum(mine[:, None, 0], yours[None, :, 0])
    high = np.minimum(mine[:, None, 1], yours[None, :, 1])
    return float(np.maximum(high - low, 0.0).sum())
