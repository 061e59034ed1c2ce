"""Distances to a closed curve on a grid, the same on every machine to the last bit."""

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Field = npt.NDArray[np.float32]


def signed_distance(outline: npt.NDArray[np.float64], height_mm: float, width_mm: float) -> Field:
    """Return mm inside (positive) or outside the closed `outline` ((n, 2) of (x, y) in mm).

    The grid has pixels of `GRID_MM` and covers height x width. Beyond its edges the curve goes on: a margin
    keeps the edge from being taken for a border.
    """
    rows, columns = grid_shape(height_mm, width_mm)
    margin = round(25 / GRID_MM)
    # Distances between whole pixels make steps along a slanting curve: smaller pixels, smaller steps.
    size = (rows + 2 * margin) * _FINE, (columns + 2 * margin) * _FINE
    mask = np.zeros(size, np.uint8)
    points = np.round(((outline / GRID_MM + margin) * _FINE - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [points], 1, cv2.LINE_8, 8)
    fine = _exact_distance(mask) - _exact_distance(1 - mask)
    signed = _reduced(fine) * np.float32(1 / _FINE)
    _sharpen(signed, outline, margin)
    smooth = cv2.GaussianBlur(signed * np.float32(GRID_MM), (0, 0), 0.7 / GRID_MM)
    return np.ascontiguousarray(smooth[margin : margin + rows, margin : margin + columns])


GRID_MM = 0.4
_FINE, _FINER, _EDGE_PX = 2, 4, 1.2


def _reduced(fine: Field) -> Field:
    """Return means of squares of `_FINE` pixels."""
    rows, columns = (n // _FINE for n in fine.shape)
    return np.asarray(cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _sharpen(signed: Field, outline: npt.NDArray[np.float64], margin: int) -> None:
    """Replace distances (pixels) near the curve by finer ones, in place: whole pixels make a stair of it.

    The share of a blurred pixel that the curve encloses is the normal distribution of distance.
    """
    rows, columns = signed.shape
    fine = np.zeros((rows * _FINER, columns * _FINER), np.uint8)
    points = np.round(((outline / GRID_MM + margin) * _FINER - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(fine, [points], 255, cv2.LINE_8, 8)
    whole = cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
    share = np.asarray(cv2.GaussianBlur(whole, (0, 0), _EDGE_PX), np.float32)
    near = np.abs(signed) < 2.2
    covered = np.clip(share[near] / np.float32(255), 0.005, 0.995).astype(np.float64)
    signed[near] = ndtri(covered) * _EDGE_PX


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
