"""From stored values to grey: one table of 65 536 entries made of header and visible state, nothing else.

Order of PS3.3 C.11: Modality LUT or rescale -> VOI LUT or window -> Presentation LUT -> MONOCHROME1 or
inversion -> P-value -> screen value. Padding is black after all of them (C.7.5.1.1.2).
"""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import DisplayState, GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.imaging.breast import breast_mask, without_rim, work_size
from klarsyn.imaging.frames import SIGNED_OFFSET
from klarsyn.imaging.grey_steps import (
    modality,
    modality_range,
    presented,
    stored_range,
    through_table,
    windowed,
)
from klarsyn.imaging.screen import BLACK, ScreenLut, screen_values

FULL_RANGE = "full range"
AUTO = "auto"

# Percentiles of breast tissue that a suggested window spans: metal clips and the last of the fading skin
# line should not decide how tissue is shown.
_AUTO_PERCENTILES = (1.0, 99.8)
_FAT_ROOM, _HEADROOM = 0.35, 0.05


def presets(params: GrayscaleParameters) -> tuple[str, ...]:
    """Return the names of what the file offers, in the order that `DisplayState.preset` counts.

    Windows come first, then VOI LUTs; "full range" alone when the file offers neither.
    """
    windows = (w.explanation or f"window {n}" for n, w in enumerate(params.windows, 1))
    tables = (t.explanation or f"VOI LUT {n}" for n, t in enumerate(params.voi_luts, 1))
    return (*windows, *tables) or (FULL_RANGE,)


def active_window(
    params: GrayscaleParameters, state: DisplayState, default: Window | None = None
) -> Window | None:
    """Return the window in force: the reader's own, else the chosen preset's.

    `default` is returned when the grey comes from no window: a VOI LUT, or a file that offers nothing.
    """
    chosen = _chosen(params, state)
    return chosen if isinstance(chosen, Window) else default


def full_range_window(params: GrayscaleParameters) -> Window:
    """Return the window that spans every modality value which the bits stored can give."""
    low, high = modality_range(params)
    return Window((low + high) / 2, max(high - low, 1e-9), VoiFunction.LINEAR_EXACT, FULL_RANGE)


def build_lut(
    params: GrayscaleParameters, state: DisplayState, screen: ScreenLut | None = None
) -> npt.NDArray[np.uint8]:
    """Return screen values for all index values, shape (65536,).

    A pure function of header, visible state and screen (docs/architecture.md, invariant 4). `zoom` and
    `pan` have no part in it. Index values that the bits stored cannot hold get the grey of the nearest that
    they can. `screen` is the table of a screen that does not follow the display function by itself.

    Raises
    ------
    ValueError
        If a window is not a number.
    """
    first, last = stored_range(params)
    values = modality(np.arange(first, last + 1, dtype=np.int64), params)
    chosen = _chosen(params, state) or full_range_window(params)
    p_values = through_table(values, chosen) if isinstance(chosen, LutTable) else windowed(values, chosen)
    if params.presentation_lut is not None:
        p_values = presented(p_values, params.presentation_lut)
    # MONOCHROME1 and PresentationLUTShape INVERSE are one statement: with the reader's own inversion
    # there are two, and two inversions are none.
    if params.monochrome1 != state.inverted:
        p_values = 1.0 - p_values
    offset = SIGNED_OFFSET if params.signed else 0
    lut = np.empty(65536, dtype=np.uint8)
    lut[first + offset : last + offset + 1] = screen_values(p_values, screen)
    lut[: first + offset] = lut[first + offset]
    lut[last + offset + 1 :] = lut[last + offset]
    padding = index_padding(params)
    if padding is not None:
        lut[padding[0] : padding[1] + 1] = BLACK
    return lut


def apply_lut(
    index_pixels: npt.NDArray[np.uint16],
    lut: npt.NDArray[np.uint8],
    out: npt.NDArray[np.uint8] | None = None,
) -> npt.NDArray[np.uint8]:
    """Look up every pixel, without holding the GIL; into `out` (same shape) when it is given.

    OpenCV 5 takes 65 536 entries for 16-bit pixels, and needs a sixth of the time of numpy's indexing.
    """
    if out is None:
        out = np.empty(index_pixels.shape, dtype=np.uint8)
    elif out.shape != index_pixels.shape:
        raise ValueError(f"Pixels of {index_pixels.shape} do not go into a buffer of {out.shape}.")
    cv2.LUT(np.asarray(index_pixels), lut, dst=out)
    return out


def index_padding(params: GrayscaleParameters) -> tuple[int, int] | None:
    """Return the padding as an inclusive range of index values, or None."""
    if params.padding is None:
        return None
    offset = SIGNED_OFFSET if params.signed else 0
    low, high = sorted(value + offset for value in params.padding)
    return (max(low, 0), min(high, 65535)) if high >= 0 and low <= 65535 else None


def suggest_window(
    index_pixels_small: npt.NDArray[np.uint16],
    params: GrayscaleParameters,
    mask: npt.NDArray[np.bool_] | None = None,
) -> Window:
    """Return a window over the values of the breast itself, named "auto".

    It does nothing on its own: the viewer may put it into the *visible* state of a file that has no
    window. Without a breast in the picture it spans the full range. `mask` is `breast_mask` of the
    picture, where it is known already.
    """
    if mask is None:
        index_pixels_small = work_size(index_pixels_small)
        mask = breast_mask(index_pixels_small, params)
    inside = index_pixels_small[without_rim(mask)]
    if inside.size == 0:
        return replace(full_range_window(params), explanation=AUTO)
    stored = inside.astype(np.int64) - (SIGNED_OFFSET if params.signed else 0)
    low, high = np.percentile(modality(stored, params), _AUTO_PERCENTILES)
    # Fat and skin are as much of the breast as gland: the darkest tissue stays grey, not black, on the
    # side where it is dark, and the brightest keeps a little room. Air stays black all the same.
    spread = max(float(high - low), 1.0)
    dark, bright = (high, low) if params.monochrome1 else (low, high)
    sign = -1.0 if params.monochrome1 else 1.0
    darkest = dark - sign * _FAT_ROOM * spread
    if not mask.all():
        outside = index_pixels_small[~mask].astype(np.int64) - (SIGNED_OFFSET if params.signed else 0)
        air = float(np.median(modality(outside, params)))
        darkest = sign * max(sign * darkest, min(sign * air, sign * dark))
    ends = sorted((float(darkest), float(bright + sign * _HEADROOM * spread)))
    return Window(sum(ends) / 2, max(ends[1] - ends[0], 1.0), VoiFunction.LINEAR, AUTO)


def window_of_drag(window: Window, dx: float, dy: float, scale: float) -> Window:
    """Return the window after a mouse drag: to the right is wider, upwards is brighter.

    `dx` and `dy` are pixels to the right and downwards; `scale` is modality values a pixel.
    """
    least = 1.0 if window.function is VoiFunction.LINEAR else min(abs(scale), 1.0) or 1.0
    return replace(
        window,
        center=window.center + dy * scale,
        width=max(window.width + dx * scale, least),
        explanation="",
    )


def _chosen(params: GrayscaleParameters, state: DisplayState) -> Window | LutTable | None:
    if state.window is not None:
        return state.window
    offered: tuple[Window | LutTable, ...] = (*params.windows, *params.voi_luts)
    return offered[state.preset % len(offered)] if offered else None
