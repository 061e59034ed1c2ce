"""Where the breast is, seen from the projections alone, as a unit's software has to find it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]

_BREAST_LOSES = 0.15
"""Attenuation that even the thinnest part of the skin line reaches after smoothing, and air does not."""
_SMOOTH_MM = 0.35
_MARGIN_MM = 4.0
_GRID_MM = 0.4
"""The outline is smooth: distances on this grid are good to a tenth of it."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows [top, bottom) and columns [left, right)."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The breast on the least tilted projection.

    `inside_mm` (rows, columns of `box`) is the distance to the skin line, positive in the breast. The edges
    of the image are no skin: where the breast is cut off, distances go on beyond them.
    """

    box: Box
    inside_mm: Field
    spacing_mm: float


def find_outline(lost: Field, spacing_mm: float) -> Outline:
    """Find the breast in the attenuation (rows, columns) of one projection.

    Raises ValueError when nothing in the beam attenuates.
    """
    smooth = cv2.GaussianBlur(lost, (0, 0), _SMOOTH_MM / spacing_mm, borderType=cv2.BORDER_REPLICATE)
    step = max(1, round(_GRID_MM / spacing_mm))
    size = (max(1, lost.shape[1] // step), max(1, lost.shape[0] // step))
    coarse = cv2.resize(smooth, size, interpolation=cv2.INTER_AREA)
    _, parts, stats, _ = cv2.connectedComponentsWithStats((coarse > _BREAST_LOSES).astype(np.uint8))
    if len(stats) < 2:
        raise ValueError(
            "No breast is seen on the projections: nothing in the beam attenuates. Check the anatomy."
        )
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    contours, _ = cv2.findContours(
        (parts == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    mask = np.zeros(parts.shape, np.uint8)
    cv2.drawContours(mask, contours, -1, 1, cv2.FILLED)  # Holes are fat lobules, not air.
    coarse_mm = _signed_distance(mask) * np.float32(step * spacing_mm)
    box = _box_of(mask, step, lost.shape, round(_MARGIN_MM / spacing_mm))
    return Outline(box, _enlarged(coarse_mm, box, step), spacing_mm)


def _signed_distance(mask: npt.NDArray[np.uint8]) -> Field:
    """Return the distance to the mask's border in pixels, + inside, - outside; image edges are no border."""
    padded = cv2.copyMakeBorder(mask, 3, 3, 3, 3, cv2.BORDER_REPLICATE)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)
    signed = np.where(padded > 0, inside - np.float32(0.5), np.float32(0.5) - outside)
    signed = cv2.GaussianBlur(signed, (0, 0), 1.5, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(signed[3:-3, 3:-3], np.float32)


def _box_of(mask: npt.NDArray[np.uint8], step: int, shape: tuple[int, ...], margin: int) -> Box:
    left, top, width, height = cv2.boundingRect(mask)
    return Box(
        max(0, top * step - margin),
        min(shape[0], (top + height) * step + margin),
        max(0, left * step - margin),
        min(shape[1], (left + width) * step + margin),
    )


def _enlarged(coarse: Field, box: Box, step: int) -> Field:
    """Return the coarse field on the pixels of `box`; each coarse pixel is the mean of step x step."""
    half = (step - 1) / 2
    matrix = np.array([[1 / step, 0, (box.left - half) / step], [0, 1 / step, (box.top - half) / step]])
    size = (box.right - box.left, box.bottom - box.top)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(coarse, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
