"""On which slice a lesion is sharpest, and which slices show it about as sharply.

Tomosynthesis blurs what lies above and below over many slices, so that filters made for shapes find a mass
nearly everywhere. What tells the slice is detail of a certain size, which the blur takes away first.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import EngineView
from klarsyn_demo_cad.candidate import Candidate
from klarsyn_demo_cad.working_image import Region

_BAND_MM = {LesionType.SOFT_TISSUE: (1.0, 2.5), LesionType.CALCIFICATIONS: (0.12, 0.4)}
"""Widths of the two Gaussians whose difference is looked at."""

_SMOOTHED = {LesionType.SOFT_TISSUE: 5, LesionType.CALCIFICATIONS: 3}
"""Slices over which the sharpness is averaged."""

_SHARP = {LesionType.SOFT_TISSUE: 0.96, LesionType.CALCIFICATIONS: 0.85}
"""Share of the greatest sharpness from which a slice belongs to the lesion's range."""

_WIDER = 1.3
_FINEST_MM = 0.06
"""No detail is looked for below this, whatever the pixels."""


def in_focus(
    view: EngineView, region: Region, candidate: Candidate, lowest: int, highest: int
) -> tuple[int, int, int]:
    """Return (best, first, last) slice of a lesion among `lowest` to `highest`, counted from 0."""
    kind = candidate.lesion_type
    sharpness = _smooth(sharpness_of(view, region, candidate, lowest, highest), _SMOOTHED[kind])
    best = int(np.argmax(sharpness))
    sharp = sharpness >= _SHARP[kind] * sharpness[best]
    first = last = best
    while first > 0 and sharp[first - 1]:
        first -= 1
    while last < len(sharp) - 1 and sharp[last + 1]:
        last += 1
    return lowest + best, lowest + first, lowest + last


def sharpness_of(
    view: EngineView, region: Region, candidate: Candidate, lowest: int, highest: int
) -> npt.NDArray[np.float64]:
    """Return the spread of the kind's band of detail within a lesion's circle, slice by slice."""
    rows, columns = view.pixels.shape[1:]
    row_mm, column_mm = region.spacing_mm
    centre = np.add(candidate.centre_mm, region.corner_mm)
    narrow, wide = _BAND_MM[candidate.lesion_type]
    reach = _WIDER * candidate.radius_mm + 2 * wide
    y0, y1 = _between(centre[1], reach, row_mm, rows)
    x0, x1 = _between(centre[0], reach, column_mm, columns)
    y, x = np.mgrid[y0:y1, x0:x1]
    apart = np.hypot((x + 0.5) * column_mm - centre[0], (y + 0.5) * row_mm - centre[1])
    inside = apart <= _WIDER * candidate.radius_mm
    values = np.zeros(highest - lowest + 1)
    for number in range(len(values)):
        patch = view.pixels[lowest + number, y0:y1, x0:x1].astype(np.float32)
        fine, coarse = (
            cv2.GaussianBlur(patch, (0, 0), max(s, _FINEST_MM) / column_mm, None, max(s, _FINEST_MM) / row_mm)
            for s in (narrow, wide)
        )
        values[number] = float((fine - coarse)[inside].std()) if inside.any() else 0.0
    return values


def _between(centre: float, reach: float, step: float, end: int) -> tuple[int, int]:
    return max(0, int((centre - reach) / step)), min(end, int((centre + reach) / step) + 1)


def _smooth(values: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    padded = np.pad(values, width // 2, mode="edge")
    return np.convolve(padded, np.full(width, 1 / width), "valid")
