"""Taking a region out of a mammogram: it is filled as the tissue around it looks.

The level comes from the rim, carried inwards smoothly; the grain on top is that of the quietest place of the
same shape beside it. A flat patch would be a finding of its own to an engine. Made for asking an engine
again without the region; never shown as an image of a woman.
"""

import cv2
import numpy as np
import numpy.typing as npt

_Mask = npt.NDArray[np.bool_]
_LARGEST_FIELD = 96
"""Pixels of the longer side on which the level is carried inwards: it is smooth, and few suffice."""

_DIRECTIONS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))
_FENCE = 1.5
"""Values further from the middle half of the tissue around than so many of its widths are outliers."""

_TISSUE_SHARE = 0.98
"""How much of the place that grain is taken from must be breast."""


def outline_mask(shape: tuple[int, int], outline: tuple[tuple[float, float], ...], grow: int = 0) -> _Mask:
    """Return which pixels, (rows, columns), a closed outline of (column, row) holds, grown by some pixels."""
    mask = np.zeros(shape, np.uint8)
    # A point is a corner of pixels; the drawing counts from their middles.
    points = np.round(np.asarray(outline, np.float64) - 0.5).astype(np.int32)
    cv2.fillPoly(mask, [points], 1)
    if grow > 0:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1))
        return cv2.dilate(mask, kernel).astype(bool)
    return mask.astype(bool)


def without_region(
    pixels: npt.NDArray[np.uint16], region: _Mask, breast: _Mask | None = None
) -> npt.NDArray[np.uint16]:
    """Return a copy of `pixels`, (rows, columns), with `region` filled like the tissue around it.

    Outside of `breast` (all that is not 0, when None) nothing changes. A region without any tissue around it
    becomes 0. The same input gives the same output.
    """
    filled = np.array(pixels, np.uint16)
    breast = filled > 0 if breast is None or not breast.any() else breast & (filled > 0)
    hole = region & breast
    if not hole.any():
        return filled
    rows, columns = np.nonzero(hole)
    reach = int(max(np.ptp(rows), np.ptp(columns))) + 1
    top, left = max(0, rows.min() - reach), max(0, columns.min() - reach)
    field = np.s_[top : rows.max() + reach + 1, left : columns.max() + reach + 1]
    around, hole = filled[field].astype(np.float32), hole[field]
    tissue = breast[field] & ~region[field]
    if not tissue.any():
        filled[field][hole] = 0
        return filled
    width = max(1.0, reach / 8)
    # A lesion at the rim, or where the grain is from, must not be carried into the hole.
    grain = np.where(tissue, _usual(around - _smoothed(around, tissue, width), tissue), np.float32(0))
    level = _carried_inwards(_smoothed(_usual(around, tissue), tissue, width), hole)
    value = level[hole] + _quietest_grain(grain, tissue, hole, reach)
    # 0 means padding to an engine, so tissue never becomes it.
    filled[field][hole] = np.clip(np.rint(value), 1, 65535).astype(np.uint16)
    return filled


def _usual(values: npt.NDArray[np.float32], tissue: _Mask) -> npt.NDArray[np.float32]:
    """Bring outliers of the tissue back to its fences (Tukey, Exploratory Data Analysis, 1977)."""
    low, high = np.percentile(values[tissue], (25, 75))
    room = _FENCE * (high - low)
    return np.clip(values, np.float32(low - room), np.float32(high + room))


def _smoothed(values: npt.NDArray[np.float32], known: _Mask, width: float) -> npt.NDArray[np.float32]:
    """Smooth over the known pixels alone (normalised convolution); 0 far from any."""
    # A wide blur needs few pixels.
    shrink = max(1, int(width / 4))
    size = tuple(max(3, -(-side // shrink)) for side in values.shape[::-1])
    blurred = []
    for each in (np.where(known, values, np.float32(0)), known.astype(np.float32)):
        small = cv2.resize(each, size, interpolation=cv2.INTER_AREA)
        blurred.append(cv2.GaussianBlur(small, (0, 0), width / shrink))
    total, weight = blurred
    level = np.where(weight > 1e-6, total / np.maximum(weight, 1e-6), 0).astype(np.float32)
    return np.asarray(cv2.resize(level, values.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _carried_inwards(level: npt.NDArray[np.float32], hole: _Mask) -> npt.NDArray[np.float32]:
    """Solve for the level within the hole that has no curvature (Laplace), its rim being given."""
    scale = min(1.0, _LARGEST_FIELD / max(hole.shape))
    size = tuple(max(3, round(side * scale)) for side in (hole.shape[1], hole.shape[0]))
    small = cv2.resize(level, size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    if inside.all():
        return level
    small[inside] = small[~inside].mean()
    kernel = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
    for _ in range(2 * max(size)):
        small = np.where(inside, cv2.filter2D(small, -1, kernel, borderType=cv2.BORDER_REPLICATE), small)
    full = cv2.resize(small, hole.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.where(hole, full, level), np.float32)


def _quietest_grain(
    grain: npt.NDArray[np.float32], tissue: _Mask, hole: _Mask, reach: int
) -> npt.NDArray[np.float32]:
    """Return grain for the hole's pixels, from the place beside it whose strongest grain is the weakest."""
    rows, columns = np.nonzero(hole)
    best, least = np.zeros(rows.size, np.float32), np.inf
    for down, right in _DIRECTIONS:
        r, c = rows + down * reach, columns + right * reach
        inside = (r >= 0) & (r < grain.shape[0]) & (c >= 0) & (c < grain.shape[1])
        if inside.mean() < _TISSUE_SHARE or tissue[r[inside], c[inside]].mean() < _TISSUE_SHARE:
            continue
        found = np.zeros(rows.size, np.float32)
        found[inside] = grain[r[inside], c[inside]]
        strongest = float(np.abs(found).max())
        if strongest < least:
            best, least = found, strongest
    return best
