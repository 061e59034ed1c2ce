"""The steps of grey, PS3.3 C.11: stored values through modality, VOI and presentation to P-values 0-1."""

import math

import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import GrayscaleParameters, LutTable, VoiFunction, Window

Floats = npt.NDArray[np.float64]


def stored_range(params: GrayscaleParameters) -> tuple[int, int]:
    """Return the lowest and highest value that the bits stored can hold."""
    bits = min(max(params.bits_stored, 1), 16)
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if params.signed else (0, (1 << bits) - 1)


def modality_range(params: GrayscaleParameters) -> tuple[float, float]:
    """Return the lowest and highest modality value that can come of these."""
    if params.modality_lut is not None:
        return 0.0, float((1 << params.modality_lut.bits) - 1)
    ends = [v * params.rescale_slope + params.rescale_intercept for v in stored_range(params)]
    return min(ends), max(ends)


def modality(stored: npt.NDArray[np.int64], params: GrayscaleParameters) -> Floats:
    """PS3.3 C.11.1: the table wins over the rescale, and both never occur together in a legal file."""
    if params.modality_lut is not None:
        return _look_up(stored, params.modality_lut)
    return stored.astype(np.float64) * params.rescale_slope + params.rescale_intercept


def through_table(values: Floats, table: LutTable) -> Floats:
    """PS3.3 C.11.2.1.1; the output range is that of the bits which the descriptor gives."""
    largest = float((1 << table.bits) - 1)
    return np.minimum(_look_up(np.rint(values).astype(np.int64), table) / largest, 1.0)


def presented(shown: Floats, table: LutTable) -> Floats:
    """PS3.3 C.11.6.1: the whole range of the VOI step spans the table's entries, whatever their number."""
    entries = np.rint(shown * (table.values.size - 1)).astype(np.int64)
    return np.minimum(table.values[entries] / float((1 << table.bits) - 1), 1.0)


def _look_up(values: npt.NDArray[np.int64], table: LutTable) -> Floats:
    """Values outside the table get its first or last entry (PS3.3 C.11.1.1.1)."""
    return table.values[np.clip(values - table.first, 0, table.values.size - 1)].astype(np.float64)


def windowed(x: Floats, window: Window) -> Floats:
    """PS3.3 C.11.2.1.2.1 (LINEAR) and C.11.2.1.3 (SIGMOID, LINEAR_EXACT), output 0-1.

    Widths that the standard forbids (below 1, or not above 0) make a step at the centre.
    """
    center, width = window.center, window.width
    if not (math.isfinite(center) and math.isfinite(width)):
        raise ValueError(f"The window {center}/{width} is not a number. Choose another window.")
    if window.function is VoiFunction.LINEAR:
        # The half and the one are the standard's own: widths count values, both ends included.
        center, width = center - 0.5, width - 1.0
    if width <= 0:
        return (x > center).astype(np.float64)
    if window.function is VoiFunction.SIGMOID:
        # Beyond +-60 the exponential is 0 or 1 in eight bits, and must not overflow before.
        return 1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - center) / width, -60.0, 60.0)))
    return np.clip((x - center) / width + 0.5, 0.0, 1.0)
