"""Screens whose luminance is known at every level, for tests of what was measured at some of them."""

from datetime import date

import numpy as np

from klarsyn.domain.screen_curve import DisplayCurve
from klarsyn.imaging.gsdf import gsdf_of_p_values

MONITOR = "TEST PANEL 1"
LEVELS = np.arange(256)


def gamma_panel(gamma: float = 2.2, black: float = 0.5, white: float = 350.0) -> np.ndarray:
    """Luminance in cd/m² at all 256 levels."""
    return black + (white - black) * (LEVELS / 255) ** gamma


def gsdf_panel(black: float = 0.5, white: float = 450.0) -> np.ndarray:
    """Luminance of a screen that follows the display function by itself."""
    return gsdf_of_p_values(LEVELS / 255, black, white)


def measured(panel: np.ndarray, points: int = 18, **more) -> DisplayCurve:
    """The curve of somebody who measured this panel at so many levels, evenly apart."""
    levels = np.linspace(0, 255, points).round().astype(np.int64)
    said = {"measured_on": date(2026, 11, 20), "measured_by": "A. Physicist", "instrument": "meter 7"} | more
    return DisplayCurve(MONITOR, levels, panel[levels].astype(np.float64), **said)
