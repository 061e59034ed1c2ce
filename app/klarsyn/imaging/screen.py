"""The one place where P-values become screen values.

A screen that follows the Grayscale Standard Display Function (PS3.14) by itself takes P-values as they are.
For any other they go through a table of that screen, made of its measured curve, or of an assumed one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.screen_check import ScreenCheck
from klarsyn.domain.screen_curve import DisplayCurve, assumed_curve
from klarsyn.imaging.screen_response import screen_response

BLACK = 0
WHITE = 255


@dataclass(frozen=True, slots=True, eq=False)
class ScreenLut:
    """P-value to digital driving level for one screen.

    Parameters
    ----------
    thresholds
        P-values (0-1) from which on the next level is nearer, ascending, shape (255,). P-values are
        rounded here and nowhere before, so that none of their precision is lost.
    assumed
        True when the screen was never measured.
    """

    thresholds: npt.NDArray[np.float64]
    assumed: bool = False

    def levels(self, p_values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        """Return the driving levels whose visibility is nearest to these P-values (0-1), any shape."""
        return np.searchsorted(self.thresholds, p_values, side="right").astype(np.uint8)

    def table(self, bits: int = 8) -> npt.NDArray[np.uint8]:
        """Return the driving levels of all P-values of so many bits, shape (2**bits,)."""
        return self.levels(np.linspace(0.0, 1.0, 1 << bits))


def screen_lut(curve: DisplayCurve) -> ScreenLut:
    """Make the table of a screen (PS3.14, annex D.1.3): equal steps of P-value, equal steps of JND."""
    jnd = screen_response(curve).jnd
    shown = (jnd - jnd[0]) / (jnd[-1] - jnd[0])
    return ScreenLut((shown[:-1] + shown[1:]) / 2, curve.assumed)


def screen_lut_for(measurement: ScreenCheck | None) -> ScreenLut | None:
    """Return the table that a monitor needs by its last measurement; None: P-values as they are.

    Without a measurement a curve is assumed, and the image says "uncalibrated screen".
    """
    if measurement is None or measurement.curve is None:
        return screen_lut(assumed_curve())
    return None if measurement.own_gsdf else screen_lut(measurement.curve)


def screen_values(
    p_values: npt.NDArray[np.float64], screen: ScreenLut | None = None
) -> npt.NDArray[np.uint8]:
    """Turn P-values, scaled to 0-1, into the 8-bit values handed to the screen, rounded once.

    Without `screen` they are passed on as they are: the screen follows the display function by itself.
    """
    if screen is not None:
        return screen.levels(p_values)
    return np.floor(np.clip(p_values, 0.0, 1.0) * WHITE + 0.5).astype(np.uint8)
