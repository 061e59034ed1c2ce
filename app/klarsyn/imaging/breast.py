"""The breast in the pixels: its mask, and the image side where the chest wall lies.

Simple on purpose, and only for what pixels may decide: a suggested window, a flagged guess of the side,
the region that an engine looks at. Digitised film brings bright labels, film edges and scanner borders,
so the breast is the large bright region that leans on one side, away from the outermost margin.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.imaging.frames import SIGNED_OFFSET, shrink

# Rows that the search works on: an exam waits for four of them.
_WORK_ROWS = 256
# Film edges and scanner borders live in the outermost 1.5 %.
_MARGIN = 0.015
# A breast covers at least this share of the image, and its side holds this much more of it.
_LEAST_AREA = 0.02
_SIDE_RATIO = 1.5

_Mask = npt.NDArray[np.bool_]


def breast_side(
    index_pixels_small: npt.NDArray[np.uint16],
    params: GrayscaleParameters | None = None,
    mask: _Mask | None = None,
) -> str | None:
    """Return the image side of the chest wall, "left" or "right", or None when the pixels do not say.

    Parameters
    ----------
    index_pixels_small
        Index values, shape (rows, columns); some 500 rows are plenty.
    params
        Tells MONOCHROME1 and padding. Without it, the polarity is guessed from the background.
    mask
        `breast_mask` of the picture, where it is known already.
    """
    if mask is None:
        mask = breast_mask(index_pixels_small, params)
    width = mask.shape[1]
    strip = max(1, width // 10)
    left, right = int(mask[:, :strip].sum()), int(mask[:, -strip:].sum())
    if left > _SIDE_RATIO * right:
        return "left"
    if right > _SIDE_RATIO * left:
        return "right"
    return None


def breast_mask(
    index_pixels_small: npt.NDArray[np.uint16], params: GrayscaleParameters | None = None
) -> _Mask:
    """Return where the breast is (with the pectoral muscle), as bool of the input's shape.

    All False when no region of the picture looks like one.
    """
    rows, columns = index_pixels_small.shape
    work = work_size(index_pixels_small)
    if min(work.shape) < 16:
        return np.zeros((rows, columns), dtype=bool)
    bright, usable = _bright_breast(work, params)
    mask = _largest_region(_foreground(bright, usable))
    return cv2.resize(mask.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST) > 0


def work_size(index_pixels: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Return the picture no larger than the search needs."""
    return shrink(index_pixels, max(1.0, max(index_pixels.shape) / _WORK_ROWS))


def without_rim(mask: _Mask) -> _Mask:
    """Return the mask without its outermost 2 %, where skin fades into air."""
    return _eroded(mask, max(1.0, min(mask.shape) * 0.02))


def _bright_breast(
    pixels: npt.NDArray[np.uint16], params: GrayscaleParameters | None
) -> tuple[npt.NDArray[np.float32], _Mask]:
    """Return brightness (background 0, tissue up to about 1), and which pixels are no padding."""
    usable = np.ones(pixels.shape, dtype=bool)
    if params is not None and params.padding is not None:
        offset = SIGNED_OFFSET if params.signed else 0
        low, high = sorted(params.padding)
        usable = (pixels < low + offset) | (pixels > high + offset)
        if usable.sum() < _LEAST_AREA * usable.size:
            return np.zeros(pixels.shape, dtype=np.float32), usable
    values = pixels.astype(np.float32)
    low, high = np.percentile(values[usable][::4], (0.5, 99.5))
    if high <= low:
        return np.zeros(pixels.shape, dtype=np.float32), usable
    values = np.clip((values - low) / (high - low), 0, 1)
    dark_is_high = _background_is_high(values[usable]) if params is None else params.monochrome1
    if dark_is_high:
        values = 1 - values
    values[~usable] = 0
    return values, usable


def _background_is_high(values: npt.NDArray[np.float32]) -> bool:
    """Air is the flattest part of a mammogram, so the histogram's tallest peak is background."""
    counts, _ = np.histogram(values, bins=64, range=(0, 1))
    return int(counts.argmax()) >= 32


def _foreground(bright: npt.NDArray[np.float32], usable: _Mask) -> _Mask:
    # The square root lifts the thin skin line, which fades into the background on film.
    grey = np.rint(np.sqrt(cv2.GaussianBlur(bright, (0, 0), max(bright.shape) / 350)) * 255).astype(np.uint8)
    inside = grey[usable]
    if inside.size == 0 or inside.min() == inside.max():
        return np.zeros(bright.shape, dtype=bool)
    otsu, _ = cv2.threshold(inside.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    # Otsu parts dense from fatty tissue as readily as breast from air; half of it stays on air's side
    # of the fat, because the air is near 0.
    air = float(np.percentile(inside[inside <= otsu], 50))
    return (grey > air + (otsu - air) * 0.5) & usable


def _largest_region(foreground: _Mask) -> _Mask:
    rows, columns = foreground.shape
    top, side = max(1, round(rows * _MARGIN)), max(1, round(columns * _MARGIN))
    core = foreground.copy()
    core[:top] = core[-top:] = False
    core[:, :side] = core[:, -side:] = False
    # Parts labels and film edges from the breast where they touch it.
    reach = max(1.0, min(rows, columns) * 0.01)
    opened = _dilated(_eroded(core, reach), reach)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened.astype(np.uint8), connectivity=4)
    if count < 2:
        return np.zeros(foreground.shape, dtype=bool)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if stats[largest, cv2.CC_STAT_AREA] < _LEAST_AREA * foreground.size:
        return np.zeros(foreground.shape, dtype=bool)
    region = (labels == largest).astype(np.uint8)
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(region, contours, -1, 1, cv2.FILLED)
    return _without_glow(_to_the_edges(region > 0, top, side))


def _to_the_edges(region: _Mask, top: int, side: int) -> _Mask:
    """Carry the region over the margin that was cut off, where it reached the cut."""
    region[:top], region[-top:] = region[top], region[-top - 1]
    region[:, :side], region[:, -side:] = region[:, [side]], region[:, [-side - 1]]
    return region


def _without_glow(region: _Mask) -> _Mask:
    """Cut off the thin band of light that scanned film has along the chest wall, above and below the breast.

    What a wide disc can reach is breast; what lies within one radius of that (nipple, axilla) stays.
    """
    radius = max(1, round(min(region.shape) * 0.05))
    # Outside of the image counts as air, else a band along the edge would be endlessly wide.
    core = _eroded(np.pad(region, 1), radius)[1:-1, 1:-1]
    return region & _dilated(core, 2 * radius)


def _eroded(mask: _Mask, radius: float) -> _Mask:
    """Return what a disc's centre can reach inside; by distances, which cost the same for every radius."""
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)) > radius


def _dilated(mask: _Mask, radius: float) -> _Mask:
    """Return all within `radius` of the mask."""
    if not mask.any():
        return mask
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)) <= radius
