"""The Grayscale Standard Display Function of PS3.14: luminance for each just noticeable difference.

Steps of equal P-values are steps of equal visibility on a screen that follows it.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FIRST_JND, LAST_JND = 1.0, 1023.0

# Coefficients of PS3.14, section 7.1, in ascending powers of ln(j): a, c, e, g, m above and
# 1, b, d, f, h, k below.
_ABOVE = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_BELOW = (1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4)

# Halvings of ln(1023) that leave less than a millionth of a JND.
_HALVINGS = 36


def gsdf_luminance(jnd: npt.ArrayLike) -> Floats:
    """Return luminance in cd/m² of JND indices (1-1023, fractions allowed), any shape; PS3.14, section 7.1.

    Raises
    ------
    ValueError
        If an index lies outside 1-1023, where the function is not defined.
    """
    index = np.asarray(jnd, dtype=np.float64)
    if not ((index >= FIRST_JND) & (index <= LAST_JND)).all():
        raise ValueError("JND indices reach from 1 to 1023 (PS3.14, section 7.1).")
    return np.power(10.0, _log_luminance(np.log(index)))


def gsdf_jnd(luminance: npt.ArrayLike) -> Floats:
    """Return the JND index of luminances in cd/m², any shape: the exact inverse of `gsdf_luminance`.

    Luminances beyond the function's ends (0.05 and 3993 cd/m²) get the index of that end: the eye's
    thresholds are not defined there. The inverse polynomial that the standard prints is not used, because
    it is off by up to 0.07 JND.

    Raises
    ------
    ValueError
        If a luminance is negative or not a number.
    """
    wanted = np.asarray(luminance, dtype=np.float64)
    if not (wanted >= 0).all():
        raise ValueError("A luminance is a number of 0 cd/m² or more.")
    with np.errstate(divide="ignore"):
        log_wanted = np.log10(wanted)
    low = np.zeros(wanted.shape)
    high = np.full(wanted.shape, np.log(LAST_JND))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        brighter = _log_luminance(middle) > log_wanted
        high = np.where(brighter, middle, high)
        low = np.where(brighter, low, middle)
    first, last = _log_luminance(np.log(np.array([FIRST_JND, LAST_JND])))
    jnd = np.exp((low + high) / 2)
    return np.where(log_wanted <= first, FIRST_JND, np.where(log_wanted >= last, LAST_JND, jnd))


def gsdf_of_p_values(p_values: npt.ArrayLike, black: float, white: float) -> Floats:
    """Return the luminance that P-values (0-1) must have on a screen from `black` to `white`, in cd/m².

    Equal steps of P-value are equal steps of the JND index (PS3.14, annex D.1.3); both ends include the
    light that the room adds.
    """
    first, last = gsdf_jnd([black, white])
    return gsdf_luminance(first + np.asarray(p_values, dtype=np.float64) * (last - first))


def _log_luminance(log_jnd: Floats) -> Floats:
    return np.polynomial.polynomial.polyval(log_jnd, _ABOVE) / np.polynomial.polynomial.polyval(
        log_jnd, _BELOW
    )
