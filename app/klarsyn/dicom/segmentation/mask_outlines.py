"""The edges of a mask of pixels as closed polygons, exact to the pixel's own edge.

A drawing tool's contours (OpenCV's, for one) run through pixel centres and lose half a pixel on each side;
here they run along the edges, so that filling them gives the mask again. One pixel is the square from its
top-left corner (0, 0) to (1, 1), as SCOORD counts (PS3.3 C.18.6.1.1).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
MAX_CORNERS = 200_000
"""Corners of one mask's edges; a lesion has hundreds, noise has millions."""


class TooRagged(Exception):
    """A mask with more corners than any drawn or computed lesion has."""


@dataclass(frozen=True, slots=True)
class MaskOutline:
    """One closed edge: (column, row) of its corners, the first not repeated; `hole` when it encloses what is
    not of the mask."""

    points: tuple[tuple[float, float], ...]
    hole: bool = False


def mask_outlines(mask: Mask) -> list[MaskOutline]:
    """Return all edges of a mask of shape (rows, columns), outer ones and those of holes.

    Pixels that touch at a corner belong together. The even-odd fill of all edges is the mask.

    Raises
    ------
    TooRagged
        If the edges have more than `MAX_CORNERS` corners.
    """
    inside = np.pad(mask, 1)
    upper_left, upper_right = inside[:-1, :-1], inside[:-1, 1:]
    lower_left, lower_right = inside[1:, :-1], inside[1:, 1:]
    single = upper_left ^ upper_right ^ lower_left ^ lower_right
    crossing = (upper_left == lower_right) & (upper_right == lower_left) & (upper_left != upper_right)
    rows, columns = np.nonzero(single | crossing)
    twice = crossing[rows, columns]
    if rows.size + int(twice.sum()) > MAX_CORNERS:
        raise TooRagged
    # Where edges cross, two corners lie on one spot: the first ends the edge that comes from the left, the
    # second begins the one that goes to the right.
    repeats = 1 + twice.astype(np.int64)
    rows, columns, twice = np.repeat(rows, repeats), np.repeat(columns, repeats), np.repeat(twice, repeats)
    second = np.zeros(rows.size, np.bool_)
    second[1:] = twice[1:] & (rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1])
    # Of the two, the one that is met first from above is such that pixels touching there stay together.
    falling = upper_left[rows, columns]
    order = np.lexsort((np.where(twice & falling, ~second, second), rows, columns))
    # Along each row of corners, and along each column, edges run between every other pair of neighbours.
    downward = np.empty(rows.size, np.int64)
    downward[order[0::2]], downward[order[1::2]] = order[1::2], order[0::2]
    return _walk(rows, columns, downward, lower_right[rows, columns])


def _walk(
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    downward: npt.NDArray[np.int64],
    filled: npt.NDArray[np.bool_],
) -> list[MaskOutline]:
    spots = list(zip(columns.astype(float).tolist(), rows.astype(float).tolist(), strict=True))
    mates, visited = downward.tolist(), [False] * len(spots)
    found: list[MaskOutline] = []
    # The first corner of an edge in reading order is its topmost, then leftmost: what lies below and right
    # of it is inside that edge.
    for start in range(len(spots)):
        if visited[start]:
            continue
        points: list[tuple[float, float]] = []
        place = start
        while not visited[place]:
            along = place ^ 1
            visited[place] = visited[along] = True
            points += [spots[place], spots[along]]
            place = mates[along]
        found.append(MaskOutline(tuple(points), not bool(filled[start])))
    return found
