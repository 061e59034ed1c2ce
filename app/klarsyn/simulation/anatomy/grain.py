"""The coordinates in which textures are laid into the breast, so that their grain runs to the nipple."""

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.textures import TEXTURE_MM

Field = npt.NDArray[np.float32]

_APEX_MM = 24.0
"""Grain runs towards a point so far in front of the nipple."""
_STRETCH = 1.75
"""How much longer structures are along the grain than across."""


def along_grain(depth: Field, up: Field) -> tuple[Field, Field]:
    """Return texture coordinates (pixels) of points of a turned breast space.

    Lines of constant second coordinate run to the nipple, less steeply than rays from it would, so that
    structures grow only slowly towards the chest wall.
    """
    away = depth + np.float32(_APEX_MM)
    radius = np.sqrt(away * away + up * up)
    angle = np.arctan2(up, away)
    angle *= np.sqrt(radius * np.float32(80.0)) * np.float32(1 / TEXTURE_MM)
    radius *= np.float32(1 / (TEXTURE_MM * _STRETCH))
    return radius, angle
