"""Thickness equalisation: giving back to the thin rim of the breast what its fat lacks in density.

Compressed, a breast has the same thickness nearly everywhere and rounds off towards the skin over about
half of it. One window cannot show both unless the rounding is taken out. Makers do so on a smooth estimate
of thickness; the idea is that of Byng, Critten and Yaffe, "Thickness-equalization processing for
mammographic images", Radiology 203:564 (1997).
"""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field
from klarsyn.simulation.xray.region import Region

_BIN_MM = 0.25
_DEEPEST_MM = 50.0
_FATTY_PERCENTILE = 4.0  # Even in a dense breast, fat is seen between lobules at some place of each depth.
_LEVEL_PERCENTILE = 25.0
_SKIN_MM = 3.0
_SKIN_SHARE = 0.30  # Of the skin's own density that is left to be seen.
_HEADROOM = 2.3
_BACKGROUND_MM = 7.0
_BACKGROUND_SHARE = 0.75


def equalise(density: Field, region: Region, most_contrast: float) -> tuple[float, float]:
    """Equalise logarithmic `density` in place; return the level of fat and that of the densest gland.

    Gland is not sought above the level of fat by more than `most_contrast` of it.
    """
    rows, columns = density.shape
    depth = region.depth_mm
    small = region.coarse.copy()
    inside = depth > 0
    level, lack = rim_profile(small[inside], depth[inside])
    missing = np.interp(depth, _depths(), lack).astype(np.float32)
    small += missing
    missing += _background_lack(small, inside, level, region.spacing_mm)
    density += cv2.resize(missing, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return level, _densest_gland(small, depth, level, most_contrast, region.spacing_mm)


def _densest_gland(
    small: Field, depth: Field, level: float, most_contrast: float, spacing_mm: float
) -> float:
    """Return what nearly all gland stays below, and less than half of it far below; within the limit.

    The pectoral muscle is the one large piece of tissue above the limit; it and its blurred border are left
    out, or every MLO view would be scaled to its muscle.
    """
    limit = (1 + most_contrast) * level
    interior = depth > min(5.0, 0.5 * float(depth.max()))
    above = np.asarray(small > limit, np.uint8)[::4, ::4]  # About a millimetre: muscles are larger.
    step = 4 * spacing_mm
    large = cv2.morphologyEx(above, cv2.MORPH_OPEN, _disk(5 / step))
    muscle = np.repeat(np.repeat(cv2.dilate(large, _disk(10 / step)), 4, axis=0), 4, axis=1)
    gland = small[interior & (muscle[: small.shape[0], : small.shape[1]] == 0)]
    if gland.size < 0.3 * interior.sum():  # Gland all over, then.
        return limit
    typical, densest = np.percentile(gland, (60, 99))
    # A breast of gland alone would else be white all over.
    return min(max(float(densest), level + _HEADROOM * (float(typical) - level)), limit)


def _disk(radius_px: float) -> npt.NDArray[np.uint8]:
    side = 2 * round(radius_px) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _depths() -> npt.NDArray[np.float64]:
    return np.arange(_BIN_MM / 2, _DEEPEST_MM, _BIN_MM)


def rim_profile(
    density: npt.NDArray[np.float32], depth_mm: npt.NDArray[np.float32]
) -> tuple[float, npt.NDArray[np.float64]]:
    """Return the level of fat where the breast is thick, and what fat lacks of it at each depth.

    Depths are bins of a quarter of a millimetre. A low percentile of each is taken for fat, the median near
    the skin, where density climbs within a bin. In the last millimetres skin, seen edge-on, would pass for
    thickness and be wiped out; there, the round edge that fits deeper down is continued in part:
    t(d) = T sqrt(1 - (1 - d / R)^2), a cylinder's.
    """
    depths = _depths()
    place = np.minimum((depth_mm / _BIN_MM).astype(np.int64), len(depths) - 1)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=len(depths)))
    values = np.split(density[order], ends[:-1])
    percentiles = np.interp(depths, (_SKIN_MM, 2 * _SKIN_MM), (50.0, _FATTY_PERCENTILE))
    fatty = np.array(
        [np.percentile(v, q) if v.size >= 20 else np.nan for v, q in zip(values, percentiles, strict=True)]
    )
    known = np.isfinite(fatty)
    if known.sum() < 4:
        return float(np.percentile(density, _FATTY_PERCENTILE)), np.zeros(len(depths))
    fatty = np.interp(depths, depths[known], fatty[known])
    smooth = np.convolve(np.pad(fatty, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    smooth = np.where(depths < _SKIN_MM, fatty, smooth)  # Too steep there, and there are pixels enough.
    deepest = float(depths[known][-1])
    thick = smooth[(depths > 0.4 * min(deepest, 40.0)) & (depths <= deepest)]
    level = float(np.percentile(thick, _LEVEL_PERCENTILE))
    radius = _round_edge(depths, smooth, level)
    edge = level * np.sqrt(np.maximum(1 - (1 - np.minimum(depths / radius, 1)) ** 2, 0))
    skin = _SKIN_SHARE * np.clip(2 - depths / _SKIN_MM, 0, 1)
    lack = level - (skin * edge + (1 - skin) * smooth)
    return level, np.maximum(lack, 0)


def _round_edge(depths: npt.NDArray[np.float64], fatty: npt.NDArray[np.float64], level: float) -> float:
    """Return the radius in mm of the round edge that fits best between the skin and the plateau."""
    fit = (depths >= _SKIN_MM) & (depths <= 25)
    radii = np.arange(6.0, 45.0, 0.5)
    chords = np.sqrt(np.maximum(1 - (1 - np.minimum(depths[fit] / radii[:, None], 1)) ** 2, 0))
    return float(radii[int(np.argmin(((level * chords - fatty[fit]) ** 2).sum(axis=1)))])


def _background_lack(small: Field, inside: npt.NDArray[np.bool_], level: float, spacing_mm: float) -> Field:
    """Return what a smooth background still lacks of the level of fat, where the breast is thinner.

    The mean of the breast's own pixels is taken: air beyond the skin must not count.
    """
    weight = inside.astype(np.float32)
    reduced = (max(1, small.shape[1] // 4), max(1, small.shape[0] // 4))
    sigma = _BACKGROUND_MM / spacing_mm / 4
    sums = cv2.resize(small * weight, reduced, interpolation=cv2.INTER_AREA)
    weights = cv2.resize(weight, reduced, interpolation=cv2.INTER_AREA)
    sums = cv2.GaussianBlur(sums, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    weights = cv2.GaussianBlur(weights, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    background = sums / np.maximum(weights, np.float32(1e-3))
    lack = np.float32(_BACKGROUND_SHARE) * np.maximum(np.float32(level) - background, 0)
    return np.asarray(cv2.resize(lack, small.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
