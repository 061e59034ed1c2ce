"""Grey pixels for a viewport, warped from a level in one pass; costs what is visible, not what there is.

Grey is looked up first and resized afterwards: no stored value is invented, and padding is never mixed with
tissue before the table.
"""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.imaging.grayscale import apply_lut
from klarsyn.imaging.pyramid import Level
from klarsyn.imaging.transform import ViewTransform

Grey = npt.NDArray[np.uint8]


def transform_of_level(transform: ViewTransform, level: Level) -> ViewTransform:
    """Return the transform that puts a level where `transform` puts the whole image."""
    rows, columns = level.shape
    width, height = transform.shown_size
    return replace(
        transform, columns=columns, rows=rows, column_scale=width / columns, row_scale=height / rows
    )


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
        Index values, the whole image at any resolution, shape (rows, columns).
    lut
        Grey of each index value, 65 536 entries.
    transform
        Of this level (`transform_of_level`). Its scales should be 0.5 or more: each pixel on the screen is
        made of four, and those between would be left out.
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
    grey = apply_lut(np.ascontiguousarray(level[row0:row1, column0:column1]), lut)
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
