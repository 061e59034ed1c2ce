"""Where the words of a drawing stand: beside it, on air rather than on tissue, and over nothing else.

All points and boxes are logical pixels of one view.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF

Points = npt.NDArray[np.float64]
"""Points of shape (n, 2), (x, y) each."""
Tissue = Callable[[Points], npt.NDArray[np.bool_]]
"""Tells for each of some points whether it lies on breast."""

Home = tuple[tuple[float, float], float]
"""A point near which words should stand, and what each pixel away from it costs."""

_REACHES = (10.0, 36.0, 72.0)
"""How far beside a drawing words may stand: near where it costs nothing, farther off to leave tissue free."""
_NEAR, _PAD, _EDGE = 6.0, 2.0, 3.0
_GRID, _ANYWHERE = 4, 12
_STEP, _MOST_SAMPLES, _MOST_SEEN = 8.0, 2000, 120
# What words cover counts before all else, then what they hide, then the way that the eye goes to them.
_OVER_ITSELF, _INSIDE, _OVER_WORDS, _OVER_LINES = 4000.0, 3000.0, 2000.0, 500.0
_ON_TISSUE, _IN_TURN = 60.0, 0.1


@dataclass
class Room:
    """What words of one view must heed.

    Parameters
    ----------
    size
        Of the view.
    taken
        Boxes over which no word may stand: other words, marks and their numbers.
    lines
        Points along the other drawings of the view.
    tissue
        Tells for points whether they lie on breast; None where that is not known.
    """

    size: QSizeF
    taken: list[QRectF] = field(default_factory=list)
    lines: Points = field(default_factory=lambda: np.empty((0, 2)))
    tissue: Tissue | None = None


def place_words(
    words: QSizeF,
    line: Points,
    room: Room,
    *,
    closed: bool = False,
    home: Home | None = None,
    heeds_tissue: bool = True,
) -> QRectF | None:
    """Return the box for words of a drawing whose pen follows `line`; None while none of it is in sight.

    The box lies within the view and outside of the shape, wherever there is room for that.
    """
    seen = in_sight(line, room.size)
    if not len(seen):
        return None
    size = np.array((words.width(), words.height()))
    end = np.maximum((room.size.width() - size[0] - _EDGE, room.size.height() - size[1] - _EDGE), 0.0)
    start = np.minimum(_EDGE, end)

    def best(low: Points) -> tuple[float, Points]:
        low = np.clip(low, start, end)
        cost = _IN_TURN * np.arange(len(low)) + _cost(low, low + size, seen, room, home)
        if closed:
            cost += _INSIDE * _inside(line, low, size)
        if room.tissue is not None and heeds_tissue:
            cost += _ON_TISSUE * _share_on(room.tissue, low, size)
        n = int(cost.argmin())
        return float(cost[n]), low[n]

    cost, corner = best(_candidates(seen, size, _REACHES if heeds_tissue else _REACHES[:1]))
    if cost >= _OVER_LINES:
        # A full view: anywhere that is free, with a line that leads there.
        steps = np.linspace(0.0, 1.0, _ANYWHERE)
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        corner = min((cost, corner), best(start + grid * (end - start)), key=lambda found: found[0])[1]
    return QRectF(QPointF(*corner), words)


def in_sight(line: Points, size: QSizeF) -> Points:
    """Return the points of a line that lie in a view of a size, no more of them than are needed here."""
    inside = line[np.all((line >= 0.0) & (line <= (size.width(), size.height())), axis=1)]
    return inside[:: max(1, -(-len(inside) // _MOST_SEEN))]


def along(corners: Points, step: float = _STEP) -> Points:
    """Return points a step apart, or a little more, along a line through `corners`."""
    if len(corners) < 2:
        return corners
    way = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    count = int(np.clip(way[-1] / step, len(corners), _MOST_SAMPLES))
    at = np.unique(np.concatenate((np.linspace(0.0, way[-1], count), way)))
    return np.stack([np.interp(at, way, corners[:, axis]) for axis in (0, 1)], axis=1)


def nearest(box: QRectF, line: Points) -> tuple[QPointF, QPointF, float]:
    """Return the point of a line nearest to a box, the point of the box nearest to it, and how far."""
    low, high = (box.left(), box.top()), (box.right(), box.bottom())
    ends = np.clip(line, low, high)
    ways = np.hypot(*(line - ends).T)
    n = int(ways.argmin())
    return QPointF(*line[n]), QPointF(*ends[n]), float(ways[n])


def _candidates(seen: Points, size: Points, reaches: tuple[float, ...]) -> Points:
    """Return upper left corners of boxes all around what is in sight, and beside the end of its line."""
    (left, top), (right, bottom) = seen.min(axis=0), seen.max(axis=0)
    width, height = size
    x, y = (left + right - width) / 2, (top + bottom - height) / 2
    last = seen[-1][1] - height / 2
    found = []
    for reach in reaches:
        far_left, far_top = left - reach - width, top - reach - height
        far_right, far_bottom = right + reach, bottom + reach
        found += [(far_right, y), (far_left, y), (x, far_bottom), (x, far_top)]
        found += [(far_right, last), (far_left, last)]
        found += [
            (far_right, top),
            (far_left, top),
            (far_right, bottom - height),
            (far_left, bottom - height),
        ]
        found += [(left, far_bottom), (right - width, far_bottom), (left, far_top), (right - width, far_top)]
        # A long line's own box may be most of the view: beside its end, its start and its middle, too.
        for px, py in (seen[-1], seen[0], seen[len(seen) // 2]):
            found += [(px + reach, py - height / 2), (px - reach - width, py - height / 2)]
            found += [(px - width / 2, py + reach), (px - width / 2, py - reach - height)]
    return np.array(found)


def _cost(low: Points, high: Points, seen: Points, room: Room, home: Home | None) -> Points:
    cost = np.maximum(_distances(low, high, seen), _REACHES[0])
    cost += _OVER_ITSELF * _met(low, high, seen, _NEAR)
    if home is not None:
        cost += home[1] * _distances(low, high, np.array([home[0]]))
    if room.taken:
        cost += _OVER_WORDS * _shared(low, high, room.taken)
    if len(room.lines):
        cost += _OVER_LINES * _met(low, high, room.lines, _PAD)
    return cost


def _inside(line: Points, low: Points, size: Points) -> npt.NDArray[np.bool_]:
    """Return for each box whether its middle lies in a shape: by the crossings of a ray to the right."""
    x, y = (low + size / 2).T[..., None]
    (x0, y0), (x1, y1) = line.T, np.roll(line, -1, axis=0).T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return np.asarray((crosses & (at > x)).sum(axis=1) % 2 == 1)


def _met(low: Points, high: Points, points: Points, pad: float) -> Points:
    """Return for each box 0 where it meets no point, else 1 and the share that it meets."""
    x, y = points.T
    left, top = (low - pad).T[..., None]
    right, bottom = (high + pad).T[..., None]
    met = ((x >= left) & (x <= right) & (y >= top) & (y <= bottom)).sum(axis=1)
    return np.asarray((met > 0) + met / max(len(points), 1), np.float64)


def _shared(low: Points, high: Points, boxes: list[QRectF]) -> Points:
    """Return for each box 0 where it leaves the others free, else for each 1 and the share that it covers."""
    ends = np.array([(b.left(), b.top(), b.right(), b.bottom()) for b in boxes])
    sides = np.minimum(high[:, None], ends[None, :, 2:] + _PAD)
    sides -= np.maximum(low[:, None], ends[None, :, :2] - _PAD)
    np.maximum(sides, 0.0, out=sides)
    area = sides[..., 0] * sides[..., 1] / np.maximum((high - low).prod(axis=1), 1.0)[:, None]
    return np.asarray(((area > 0) + area).sum(axis=1))


def _distances(low: Points, high: Points, points: Points) -> Points:
    x, y = (
        np.maximum(np.maximum(low[:, axis, None] - points[:, axis], points[:, axis] - high[:, axis, None]), 0)
        for axis in (0, 1)
    )
    return np.asarray(np.sqrt((x * x + y * y).min(axis=1)))


def _share_on(tissue: Tissue, low: Points, size: Points) -> Points:
    steps = np.linspace(0.0, 1.0, _GRID)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(1, -1, 2) * size
    on = tissue((low[:, None] + grid).reshape(-1, 2))
    return np.asarray(on.reshape(len(low), -1).mean(axis=1))
