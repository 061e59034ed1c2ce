"""Distances to a closed curve on a grid, the same on every machine to the last bit."""

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]


def signed_distance(outline: npt.NDArray[np.float64], height_mm: float, width_mm: float) -> Field:
    """Return mm inside (positive) or outside the closed `outline` ((n, 2) of (x, y) in mm).

    The grid has pixels of `GRID_MM` and covers height x width. Beyond its edges the curve goes on: a margin
    keeps the edge from being taken for a border.
    """
    rows, columns = grid_shape(height_mm, width_mm)
    margin = round(25 / GRID_MM)
    mask = np.zeros((rows + 2 * margin, columns + 2 * margin), np.uint8)
    points = np.round((outline / GRID_MM + margin - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [points], 1, cv2.LINE_8, 8)
    inside, outside = _exact_distance(mask), _exact_distance(1 - mask)
    signed = cv2.GaussianBlur((inside - outside) * np.float32(GRID_MM), (0, 0), 0.7 / GRID_MM)
    return np.ascontiguousarray(signed[margin : margin + rows, margin : margin + columns])


GRID_MM = 0.4


def grid_shape(height_mm: float, width_mm: float) -> tuple[int, int]:
    """Return (rows, columns) of the grid that covers height x width; it may reach beyond by a pixel."""
    return int(np.ceil(height_mm / GRID_MM)) + 1, int(np.ceil(width_mm / GRID_MM)) + 1


def _exact_distance(mask: npt.NDArray[np.uint8]) -> Field:
    """Return the distance to the nearest zero pixel, to the last bit.

    OpenCV's own last bit depends on where in memory the image lies, which would break the promise of
    identical bytes. Squared distances between pixels are whole numbers, so rounding them repairs it.
    """
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.sqrt(np.rint(distance * distance)), np.float32)
