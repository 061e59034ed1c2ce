"""Grey pixels for a viewport, resized from a level in one pass; costs what is visible, not what there is.

Grey is looked up first and resized afterwards: no stored value is invented, and padding is never mixed with
tissue before the table.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.imaging.grayscale import apply_lut
from klarsyn.imaging.levels import Level
from klarsyn.imaging.transform import ViewTransform

Grey = npt.NDArray[np.uint8]


def warp_grey(
    level: Level,
    lut: Grey,
    transform: ViewTransform,
    size: tuple[int, int],
    *,
    sharp: bool,
    room: Callable[[tuple[int, int]], Grey],
) -> tuple[Grey, int, int] | None:
    """Return the visible part, and the viewport (x, y) of its top-left corner; None when none is visible.

    Parameters
    ----------
    level
        Index values of the whole image, shape (rows, columns).
    lut
        Grey of each index value, 65 536 entries.
    transform
        Its scales should be 0.5 or more: each pixel on the screen is made of four, and those between would
        be left out.
    size
        Width and height of the viewport in device pixels.
    sharp
        True shows pixels as the squares that they are, False blends them.
    room
        Returns a buffer of a shape; the result lies in it.
    """
    column0, row0, column1, row1 = transform.visible_region(size)
    if column0 == column1:
        return None
    grey = apply_lut(level[row0:row1, column0:column1], lut)
    corners = transform.points_to_viewport([(column0, row0), (column1, row1)])
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    x, y = max(0, round(low[0])), max(0, round(low[1]))
    width, height = min(size[0], round(high[0])) - x, min(size[1], round(high[1])) - y
    if width <= 0 or height <= 0:
        return None
    # Pixel centres lie at half numbers on both sides (PS3.3 C.18.6.1.1), hence the halves.
    start = transform.to_image(x + 0.5, y + 0.5)
    step_x = (-1 if transform.flip.horizontal else 1) / transform.column_scale
    step_y = (-1 if transform.flip.vertical else 1) / transform.row_scale
    matrix = np.array(
        [[step_x, 0.0, start[0] - 0.5 - column0], [0.0, step_y, start[1] - 0.5 - row0]], dtype=np.float64
    )
    out = room((height, width))
    flags = (cv2.INTER_NEAREST if sharp else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(grey, matrix, (width, height), dst=out, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return out, x, y


def shrunk_grey(
    level: Level,
    lut: Grey,
    transform: ViewTransform,
    size: tuple[int, int],
    *,
    room: Callable[[tuple[int, int]], Grey],
) -> tuple[Grey, int, int] | None:
    """Return the visible part of an image that is drawn smaller than it is, as `warp_grey` does.

    On the grid of the still frame, which begins and ends on whole device pixels: a zoom does not jump when it
    ends. Resizing takes a third of the time of warping. Where only a part is visible, that part begins on a
    whole pixel of the level, which moves it by half a device pixel at most.

    Parameters
    ----------
    level
        Index values, the whole image at any resolution, shape (rows, columns). Less than two of its pixels
        should come on one of the screen each way (`Pyramid.level_for`), or some would be left out.
    transform
        Of the whole image, not of the level.
    """
    shown = max(1, round(transform.shown_size[0])), max(1, round(transform.shown_size[1]))
    x, y = round(transform.offset[0]), round(transform.offset[1])
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(shown[0], size[0] - x), min(shown[1], size[1] - y)
    if right <= left or bottom <= top:
        return None
    columns = _stretch(left, right, shown[0], level.shape[1], transform.flip.horizontal)
    rows = _stretch(top, bottom, shown[1], level.shape[0], transform.flip.vertical)
    grey = apply_lut(level[rows, columns], lut)
    out = room((bottom - top, right - left))
    cv2.resize(grey, (right - left, bottom - top), dst=out, interpolation=cv2.INTER_LINEAR)
    if transform.flip.horizontal or transform.flip.vertical:
        cv2.flip(out, _FLIP[transform.flip.horizontal, transform.flip.vertical], dst=out)
    return out, x + left, y + top


_FLIP = {(True, False): 1, (False, True): 0, (True, True): -1}


def _stretch(first: int, last: int, shown: int, there: int, mirrored: bool) -> slice:
    """Return the pixels of a level, `there` in all, that stand from `first` to `last` of `shown` pixels."""
    if mirrored:
        first, last = shown - last, shown - first
    begin = min(round(first * there / shown), there - 1)
    return slice(begin, max(begin + 1, round(last * there / shown)))
