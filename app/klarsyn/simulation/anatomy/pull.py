"""Tissue drawn towards a point, as a scar or a cancer does: architectural distortion."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pull:
    """A smooth displacement of breast space towards (depth, lateral, superior), all in mm.

    `strength` from 0 to below 1 is how far tissue close to the centre has moved towards it; the effect
    falls off as a Gaussian whose standard deviation is half of `radius_mm`.
    """

    depth: float
    lateral: float
    superior: float
    radius_mm: float
    strength: float

    @property
    def centre(self) -> npt.NDArray[np.float32]:
        """(depth, lateral, superior) in mm."""
        return np.array([self.depth, self.lateral, self.superior], np.float32)


def drawn(points: Points, pulls: tuple[Pull, ...]) -> Points:
    """Return where tissue at `points` (..., 3) in breast space lies after all `pulls`."""
    for pull in pulls:
        towards = pull.centre - points
        squared = (towards * towards).sum(axis=-1)
        share = np.float32(pull.strength) * np.exp(squared * np.float32(-2 / pull.radius_mm**2))
        points = points + share[..., None] * towards
    return points


def origin(points: Points, pulls: tuple[Pull, ...]) -> Points:
    """Return where the tissue that is seen at `points` (..., 3) came from: `drawn` undone.

    `drawn` has no closed inverse. The first order of it is enough for tissue: what matters is that lines
    bend smoothly to the centre, and it is exact at the centre and far away.
    """
    for pull in reversed(pulls):
        away = points - pull.centre
        squared = (away * away).sum(axis=-1)
        share = np.float32(pull.strength) * np.exp(squared * np.float32(-2 / pull.radius_mm**2))
        points = points + (share / (1 - np.float32(0.8) * share))[..., None] * away
    return points
