"""The nipple and the areola."""

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.outline import Outline

Field = npt.NDArray[np.float32]

_RADIUS_MM = 4.6
_CHORD_MM = 5.2
"""Of dense tissue along the beam."""


def nipple_length(outline: Outline, length_mm: float, x: Field, y: Field) -> Field:
    """Return mm of nipple along rays at (x, y): a rounded plug in profile, a disc when it is face-on."""
    ax, ay = outline.axis
    dx, dy = x - np.float32(outline.nipple[0]), y - np.float32(outline.nipple[1])
    across = dx * np.float32(ay) - dy * np.float32(ax)
    if not outline.nipple_in_profile:
        # Pressed flat by the plate: low, and without a sharp border.
        squared = (dx * dx + dy * dy) * np.float32(1 / _RADIUS_MM**2)
        return np.asarray(np.float32(0.45 * length_mm) * np.exp(-(squared ** np.float32(1.4))), np.float32)
    along = dx * np.float32(ax) + dy * np.float32(ay)
    # It is firmest in the middle of its length and fades into the ducts behind it.
    half = np.float32(0.5 * length_mm + 4.5)
    size = 1 - ((along + half - 9) / half) ** 2 - (across / np.float32(_RADIUS_MM)) ** 2
    return np.asarray(np.float32(_CHORD_MM) * np.clip(size, 0, 1), np.float32)


def areola(outline: Outline, x: Field, y: Field) -> Field:
    """Return how many mm thicker the skin is at (x, y)."""
    squared = (x - np.float32(outline.nipple[0])) ** 2 + (y - np.float32(outline.nipple[1])) ** 2
    return np.asarray(np.float32(0.9) * np.exp(squared * np.float32(-1 / 15**2)), np.float32)
