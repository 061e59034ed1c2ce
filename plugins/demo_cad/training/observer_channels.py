"""What the observer of the strata sees of a patch whose middle is the lesion's place: thirteen numbers.

It knows the place, and neither shape nor size: where specks, spicules and margins of one lesion lie differs
from the next, and no average of them has any. So beside linear round channels (Laguerre and Gauss) there are
channels that add up strengths wherever around the place they are found: the sharpest dots, lines that run
towards the place, edges that face it.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.hotelling import laguerre_gauss

Patch = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

SPACING_MM = 0.1
SIDE = 320
_WIDTH_MM = 13.0
_ROUND = 5
_DOTS_MM = ((0.12, 0.30), (0.25, 0.60))
_DOTS_WITHIN_MM = 13.0
_BEST, _NEXT = 4, 12
_RINGS_MM = ((2.0, 7.0), (7.0, 14.0))
_LINE_MM, _EDGE_MM = 0.35, 1.2

_y, _x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
_y, _x = (_y - (SIDE - 1) / 2) * SPACING_MM, (_x - (SIDE - 1) / 2) * SPACING_MM
_RADIUS = np.hypot(_y, _x)
_OUT_X, _OUT_Y = _x / np.maximum(_RADIUS, 0.05), _y / np.maximum(_RADIUS, 0.05)
_ROUND_CHANNELS = laguerre_gauss((SIDE, SIDE), SPACING_MM, _WIDTH_MM, _ROUND)
_RING_MASKS = [np.greater_equal(_RADIUS, low) & np.less(_RADIUS, high) for low, high in _RINGS_MM]

COUNT = _ROUND + 2 * len(_DOTS_MM) + 2 * len(_RINGS_MM)


def channel_responses(patch: Patch) -> Floats:
    """Return (COUNT,) responses to a patch (SIDE, SIDE) of log exposure, denser tissue higher."""
    level = patch - patch.mean()
    out = list(_ROUND_CHANNELS @ level.ravel().astype(np.float64) * SPACING_MM**2)
    for narrow, wide in _DOTS_MM:
        out += _dots(level, narrow, wide)
    for ring in _RING_MASKS:
        out.append(_lines_towards(level, ring))
        out.append(_edges_facing(level, ring))
    return np.asarray(out, np.float64)


def _blurred(image: Patch, sigma_mm: float) -> Patch:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_mm / SPACING_MM), np.float32)


def _dots(level: Patch, narrow: float, wide: float) -> list[float]:
    """Return the mean height of the sharpest dots and of those that follow, over the local noise."""
    sharp = _blurred(level, narrow) - _blurred(level, wide)
    inside = _RADIUS < _DOTS_WITHIN_MM
    noise = float(np.median(np.abs(sharp[inside]))) + 1e-6
    size = 2 * round(2.5 * narrow / SPACING_MM) + 1
    peak = (sharp == cv2.dilate(sharp, np.ones((size, size), np.uint8))) & inside
    heights = np.sort(sharp[peak])[::-1][: _BEST + _NEXT] / noise
    if len(heights) < _BEST + _NEXT:
        heights = np.pad(heights, (0, _BEST + _NEXT - len(heights)))
    return [float(np.log(np.maximum(part, 0.1)).mean()) for part in (heights[:_BEST], heights[_BEST:])]


def _lines_towards(level: Patch, ring: npt.NDArray[np.bool_]) -> float:
    """Return how far bright lines in a ring run towards its middle, -1 to 1."""
    smooth = _blurred(level, _LINE_MM)
    gy, gx = np.gradient(smooth)
    yy, yx = np.gradient(gy)
    xx = np.gradient(gx, axis=1)
    half, cross = (xx - yy) / 2, yx
    bright = np.maximum(-(xx + yy) / 2 + np.hypot(half, cross), 0)
    # Across a bright line the second difference is most negative: the line runs at right angles to it.
    strength = np.where(ring, np.minimum(bright, np.hypot(half, cross)), 0)
    along = _OUT_X**2 - _OUT_Y**2
    aside = 2 * _OUT_X * _OUT_Y
    size = np.maximum(np.hypot(half, cross), 1e-9)
    return float((strength * (half * along + cross * aside) / size).sum() / max(strength.sum(), 1e-9))


def _edges_facing(level: Patch, ring: npt.NDArray[np.bool_]) -> float:
    """Return how far what is brighter lies towards the middle, whatever the height of edges, -1 to 1."""
    gy, gx = np.gradient(_blurred(level, _EDGE_MM))
    size = np.hypot(gy, gx)
    floor = float(np.median(size[ring])) + 1e-9
    return float((-(gx * _OUT_X + gy * _OUT_Y) / (size + floor))[ring].mean())
