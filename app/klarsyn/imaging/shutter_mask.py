"""Which pixels of an image its shutters let be seen."""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Spacing
from klarsyn.domain.shutter import Shutters


def seen_through(
    shutters: Shutters, rows: int, columns: int, spacing: Spacing | None = None
) -> npt.NDArray[np.bool_]:
    """Return the pixels that stay visible: bool, shape (rows, columns).

    Several shapes combine to the least that remains (PS3.3 C.7.6.11). Pixels on an edge are seen: covering
    one pixel too few hides nothing from the reader.
    """
    seen = np.ones((rows, columns), np.bool_)
    if (box := shutters.rectangle) is not None:
        inside = np.zeros_like(seen)
        inside[max(box.upper - 1, 0) : max(box.lower, 0), max(box.left - 1, 0) : max(box.right, 0)] = True
        seen &= inside
    if (circle := shutters.circle) is not None:
        # The radius counts column steps; a row step may be longer or shorter than one.
        shape = spacing.row_mm / spacing.column_mm if spacing else 1.0
        down = (np.arange(1, rows + 1) - circle.row)[:, None] * shape
        across = (np.arange(1, columns + 1) - circle.column)[None, :]
        seen &= down**2 + across**2 <= circle.radius**2
    if (polygon := shutters.polygon) is not None:
        filled = np.zeros((rows, columns), np.uint8)
        corners = np.array([(column - 1, row - 1) for row, column in polygon.vertices], np.int32)
        cv2.fillPoly(filled, [corners], 1)
        seen &= filled.astype(np.bool_)
    return seen
