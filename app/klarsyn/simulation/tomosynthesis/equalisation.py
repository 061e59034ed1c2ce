"""Which grey each attenuation gets: the same scale for all slices of a stack, equalised at large scale.

Three stated steps, all made from the images themselves:

- Towards the skin and in the nipple the breast is thin and attenuates less than fat of full thickness: most
  of what is missing over some millimetres is given back, as the thickness equalisation of units does.
- Muscle of full thickness would take half of the scale: what exceeds fat by more than gland does is halved.
- A straight line from the least dense tissue to nearly the densest, then a shoulder, so that calcifications
  and muscle stay apart and nothing is cut off.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.tomosynthesis.outline import Outline

Field = npt.NDArray[np.float32]

_LIFTED = 0.92
"""Share of missing fat that is given back: the rest shows that the breast is round."""
_REACH_MM, _BIN_MM, _FATTY = 50.0, 1.0, 4.0
"""Fat at each distance from the skin: a low percentile of so many millimetres, this far in."""
_ROUND_MM = 26.0
"""Deeper than this, a breast is as thick as it gets."""
_BACKGROUND_MM, _BACKGROUND = 6.0, 0.6
"""A smooth background over this sigma, and the share of what it lacks that is given back, too."""
_LARGE_MM = 1.2
"""Large scale: means over this sigma."""
_MUSCLE = 1.3
"""In units of fat of full thickness: muscle attenuates 1.6 times as much, gland among fat less."""
_COMPRESSED = 0.5
_DENSEST = 1.45
_MUSCLE_CORE_MM, _MUSCLE_RIM_MM = 5.0, 7.0
_LOW, _HIGH = 0.15, 0.66
"""Where the 1st and the 98.5th percentile of tissue come to lie."""
_KNEE, _SHOULDER = 0.62, 0.36
_LEAST_SPAN = 0.12
"""Of that range, in units of fat: a breast of fat alone is not stretched until its noise fills the scale."""
_SKIN_MM = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class PresentedScale:
    """From attenuation to stored values: `gain` and `offset` at each pixel of the box, 0 in air."""

    gain: Field
    offset: Field
    tissue: npt.NDArray[np.bool_]
    top: int

    def stored(self, value: Field, rows: slice) -> Field:
        """Turn rows of attenuation into stored values in place: 0 in air, 1 to `top` in tissue."""
        value *= self.gain[rows]
        value += self.offset[rows]
        knee, shoulder = np.float32(_KNEE * self.top), np.float32(_SHOULDER * self.top)
        above = value - knee
        np.maximum(above, 0, out=above)
        value -= above
        above /= 1 + above / shoulder
        value += above
        np.clip(value, 1, self.top, out=value)
        value *= self.tissue[rows]
        return value


def grey_scale(samples: Field, outline: Outline, step: int, bits: int) -> PresentedScale:
    """Return the scale that fits `samples`, (n, rows, columns), with every `step`-th pixel of the box."""
    inside = outline.inside_mm
    coarse = np.ascontiguousarray(inside[::step, ::step])
    large = _large_scale(samples.mean(axis=0), coarse, _LARGE_MM / (outline.spacing_mm * step))
    deep = coarse > min(_ROUND_MM, 0.5 * float(coarse.max()))
    fat = float(np.percentile(large[deep], _FATTY))
    lift = _lift(large, coarse, fat, outline.spacing_mm * step)
    breast = (coarse > 3.0) & ~_muscle(large > _DENSEST * fat, outline.spacing_mm * step)
    if np.count_nonzero(breast) < 0.1 * breast.size:
        breast = coarse > 0
    low, high = np.percentile((samples + lift)[:, breast], (1.0, 98.5))
    top = 2**bits - 1
    per_unit = np.float32(top * (_HIGH - _LOW) / max(high - low, _LEAST_SPAN * fat))
    # Both factors carry the soft edge of the skin.
    soft = np.clip((inside + np.float32(_SKIN_MM)) / np.float32(2 * _SKIN_MM), 0, 1)
    offset = _enlarged(lift, inside.shape, step)
    offset -= np.float32(low)
    offset *= per_unit
    offset += np.float32(top * _LOW)
    offset *= soft
    soft *= per_unit
    return PresentedScale(soft, offset, inside > -_SKIN_MM, top)


def _large_scale(body: Field, inside: Field, sigma_px: float) -> Field:
    """Return means over a Gaussian of tissue only, so that air does not darken the skin."""
    tissue = (inside > 0).astype(np.float32)
    sums = cv2.GaussianBlur(body * tissue, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE)
    share = cv2.GaussianBlur(tissue, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(sums / np.maximum(share, np.float32(0.02)), np.float32)


def _lift(large: Field, inside: Field, fat: float, step_mm: float) -> Field:
    """Return what is added so that thin tissue is nearly as bright as thick fat, and muscle less bright.

    First what fat lacks at each distance from the skin, then what a smooth background still lacks: single
    lobules must not be flattened.
    """
    depths = np.arange(_BIN_MM / 2, _REACH_MM, _BIN_MM)
    place = np.minimum((np.maximum(inside, 0) / _BIN_MM).astype(np.int64), len(depths) - 1)
    fatty = np.array(
        [np.percentile(v, _FATTY) if (v := large[(place == n) & (inside > 0)]).size >= 10 else np.nan
         for n in range(len(depths))]
    )  # fmt: skip
    known = np.isfinite(fatty)
    if not known.any():
        return np.zeros_like(large)
    profile = np.interp(depths, depths[known], fatty[known])
    profile[1:-1] = (profile[:-2] + profile[1:-1] + profile[2:]) / 3
    lack = np.float32(_LIFTED) * np.maximum(fat - np.interp(inside, depths, profile), 0).astype(np.float32)
    around = _large_scale(large + lack, inside, _BACKGROUND_MM / step_mm)
    lack += np.float32(_BACKGROUND) * np.maximum(np.float32(fat) - around, 0)
    excess = np.maximum(large - np.float32(_MUSCLE * fat), 0)
    return np.asarray(lack - np.float32(_COMPRESSED) * excess, np.float32)


def _muscle(dense: npt.NDArray[np.bool_], step_mm: float) -> npt.NDArray[np.bool_]:
    """Return large dense areas with a rim: the scale is for the breast, however much muscle is seen."""
    core, rim = (
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(mm / step_mm) + 1,) * 2)
        for mm in (_MUSCLE_CORE_MM, _MUSCLE_CORE_MM + _MUSCLE_RIM_MM)
    )
    kept = cv2.erode(dense.astype(np.uint8), core, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.dilate(kept, rim) > 0, np.bool_)


def _enlarged(coarse: Field, shape: tuple[int, ...], step: int) -> Field:
    """Return the field on all pixels; coarse pixel i is pixel i * step."""
    matrix = np.array([[1 / step, 0, 0], [0, 1 / step, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (shape[1], shape[0])
    return np.asarray(
        cv2.warpAffine(coarse, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
