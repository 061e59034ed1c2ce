"""Closed outlines by their corners: the area inside, and whether their sides cross."""

import numpy as np
import numpy.typing as npt

_Points = npt.NDArray[np.float64]


def signed_area(points: _Points) -> float:
    """Return the area inside corners of shape (n, 2) in order; its sign is the sense in which they turn."""
    x, y = (points - points[0]).T  # near the origin, where large coordinates cost no digits
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def crosses_itself(outline: npt.ArrayLike) -> bool:
    """True when two sides of a closed outline of shape (n, 2) cross; sides that touch do not count."""
    ends = np.asarray(outline, np.float64)
    tails, heads = ends, np.roll(ends, -1, axis=0)
    side = heads - tails
    for place in range(len(ends) - 2):
        later = slice(place + 2, len(ends) - (1 if place == 0 else 0))
        before = _turn(side[place], tails[later] - tails[place])
        after = _turn(side[place], heads[later] - tails[place])
        mine = _turn(side[later], tails[place] - tails[later])
        other = _turn(side[later], heads[place] - tails[later])
        if bool(np.any((before * after < 0) & (mine * other < 0))):
            return True
    return False


def _turn(one: _Points, other: _Points) -> _Points:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])
