"""From processed density to stored values, and the windows and VOI LUTs that bring it to a screen.

Processed density is 0 in air, about 0.32 where there is only fat, and 1 for the densest that is kept.
"""

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field
from klarsyn.simulation.xray.vendors import GreyScale

# Room below and above, so that no tissue is at the ends of the scale, where padding and markers live.
_LOWEST, _HIGHEST = 0.02, 0.98


def stored_value(grey: GreyScale, density: float) -> float:
    """Return the stored value, not rounded, of a processed density."""
    top = float((1 << grey.bits) - 1)
    value = (_LOWEST + (_HIGHEST - _LOWEST) * density) * top
    return top - value if grey.inverted else value


def air_value(grey: GreyScale) -> int:
    """Return the stored value of what lies outside the breast: padding, or the black end of the scale."""
    if grey.padding is not None:
        return grey.padding
    return (1 << grey.bits) - 1 if grey.inverted else 0


def digitise(
    density: Field, breast: npt.NDArray[np.bool_] | npt.NDArray[np.uint8], grey: GreyScale
) -> npt.NDArray[np.uint16]:
    """Return stored values; `density` is used up as a work area.

    Outside `breast` (True or not 0 inside) every pixel is air. Tissue never has air's value, nor that of
    padding (PS3.3 C.7.5.1.1.2).
    """
    top = (1 << grey.bits) - 1
    gain = stored_value(grey, 1.0) - stored_value(grey, 0.0)
    density *= np.float32(gain)
    density += np.float32(stored_value(grey, 0.0) + 0.5)
    np.clip(density, 1.0, np.float32(top - 1), out=density)
    stored: npt.NDArray[np.uint16] = density.astype(np.uint16)
    np.copyto(stored, np.uint16(air_value(grey)), where=np.asarray(breast) == 0)
    return stored


def window_in_stored(grey: GreyScale, centre: float, width: float) -> tuple[int, int]:
    """Return WindowCenter and WindowWidth in stored values of a window in processed density.

    The image has no rescale (slope 1, intercept 0), so stored values are modality values.
    """
    per_unit = abs(stored_value(grey, 1.0) - stored_value(grey, 0.0))
    return round(stored_value(grey, centre)), round(width * per_unit)


def windows_in_stored(grey: GreyScale) -> tuple[tuple[str, int, int], ...]:
    """Return (explanation, centre, width) of each of the maker's windows, in stored values."""
    return tuple((name, *window_in_stored(grey, c, w)) for name, c, w in grey.windows)


def voi_lut(curve: tuple[str, float], grey: GreyScale) -> tuple[int, int, npt.NDArray[np.uint16]]:
    """Return (first mapped value, bits, table) of a VOI LUT (PS3.3 C.11.2.1.1) for the writer.

    The curve has a toe and a shoulder like that of film, and spans the maker's first window; its gamma
    makes everything between black and white lighter (below 1) or darker (above 1).
    """
    _, centre, width = grey.windows[0]
    density = (np.arange(1 << grey.bits) - stored_value(grey, 0.0)) / (
        stored_value(grey, 1.0) - stored_value(grey, 0.0)
    )
    x = np.clip((density - centre) / width + 0.5, 0.0, 1.0)
    s = 0.5 * x + 0.5 * x * x * (3 - 2 * x)
    shown = s ** curve[1]
    # On an inverted scale the table must give the inverse: MONOCHROME1 comes after the VOI LUT.
    table = np.rint((1 - shown if grey.inverted else shown) * ((1 << grey.bits) - 1)).astype(np.uint16)
    return 0, grey.bits, table
