"""The one place where P-values become screen values.

A screen that is calibrated to the Grayscale Standard Display Function (PS3.14) takes P-values as they are.
A table from a measured screen belongs here, and nowhere else, once screens are measured.
"""

import numpy as np
import numpy.typing as npt

BLACK = 0
WHITE = 255


def screen_values(p_values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Turn P-values, scaled to 0-1, into the 8-bit values handed to the screen, rounded to the nearest."""
    return np.floor(np.clip(p_values, 0.0, 1.0) * WHITE + 0.5).astype(np.uint8)
