"""The synthetic two-dimensional image: a mammogram computed from the slices, and where each point came from.

Shapes come from the least tilted projection, smoothed against its noise, in which nothing is smeared along
the tube's travel. Fine details come from the slices, there with the noise of all projections: at each pixel
a mean weighted exponentially by how much brighter than its surroundings each slice is, so that
a calcification is that of its own slice, and noise is little more than the mean of many. The best slice
of each pixel is kept as a map, from which a viewer jumps to the slice.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.tomosynthesis.equalisation import grey_scale
from klarsyn.simulation.tomosynthesis.filtering import attenuation
from klarsyn.simulation.tomosynthesis.presentation import PresentedSlices
from klarsyn.simulation.tomosynthesis.projections import Projections
from klarsyn.simulation.tomosynthesis.threads import for_each

Field = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint16]

_SHAPES_MM = 0.20
_DETAIL_MM = 1.5
"""Details are what is left after two means over squares of so many millimetres."""
_SEEN_MM = 0.12
"""A detail must stand out over this (sigma) to weigh, which single noisy pixels do not."""
_LINKED_MM = 0.35
"""The index map asks over this sigma: neighbours lead to the same slice."""
_DETAIL = 0.8
_SHARPNESS = 1.0
"""Weights grow by e for each so many standard deviations of details."""
_BAND_ROWS = 192


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticImage:
    """The 2D image (rows, columns) uint16 like its slices in scale, and `best_slice` (index from 0)."""

    pixels: Pixels
    best_slice: Pixels
    bits: int
    window: tuple[float, float]
    spacing_mm: float


def synthesise(slices: PresentedSlices, projections: Projections, threads: int = 2) -> SyntheticImage:
    """Compute the synthetic 2D image of a stack and its projections. `threads` do not change it."""
    shape = slices.pixels.shape[1:]
    pixels = np.zeros(shape, np.uint16)
    best = np.full(shape, len(slices.pixels) // 2, np.uint16)
    box = slices.outline.box
    shapes = _shapes(slices, projections)
    scale = _spread_of_details(slices) * _SHARPNESS

    def fill(top: int) -> None:
        bottom = min(top + _BAND_ROWS, box.bottom)
        details, index = _details(slices, top, bottom, scale)
        here = shapes[top - box.top : bottom - box.top]
        details *= np.float32(_DETAIL)
        details += here
        np.clip(details, 1, 2**slices.bits - 1, out=details)
        details *= here > 0
        pixels[top:bottom, box.left : box.right] = details
        best[top:bottom, box.left : box.right] = index

    for_each(fill, range(box.top, box.bottom, _BAND_ROWS), threads)
    return SyntheticImage(pixels, best, slices.bits, slices.window, slices.spacing_mm)


def _shapes(slices: PresentedSlices, projections: Projections) -> Field:
    """Return the least tilted projection in the box, equalised, in stored values, 0 in air."""
    middle = int(np.argmin(np.abs(projections.angles_deg)))
    box = slices.outline.box
    raw = projections.stack[middle, box.top : box.bottom, box.left : box.right]
    lost = attenuation(raw, projections.air, projections.angles_deg[middle])
    sigma = _SHAPES_MM / slices.spacing_mm
    lost = np.asarray(cv2.GaussianBlur(lost, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)
    step = max(1, round(0.5 / slices.spacing_mm))
    scale = grey_scale(lost[None, ::step, ::step], slices.outline, step, slices.bits)
    return scale.stored(lost, slice(None))


def _spread_of_details(slices: PresentedSlices) -> float:
    """Return the robust standard deviation of details in the middle slice."""
    box = slices.outline.box
    middle = slices.pixels[len(slices.pixels) // 2, box.top : box.bottom, box.left : box.right]
    _, seen = _stand_out(middle.astype(np.float32), slices.spacing_mm)
    deep = seen[slices.outline.inside_mm > 3.0]
    return max(1.0, 1.4826 * float(np.median(np.abs(deep)))) if deep.size else 1.0


def _details(slices: PresentedSlices, top: int, bottom: int, scale: float) -> tuple[Field, Pixels]:
    """Return details in rows [top, bottom), columns of the box, and the slices that they come from."""
    box = slices.outline.box
    halo = round((_DETAIL_MM + 4 * _SEEN_MM + 4 * _LINKED_MM) / slices.spacing_mm) + 2
    first, last = max(box.top, top - halo), min(box.bottom, bottom + halo)
    shape = (last - first, box.right - box.left)
    details, shares = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    leading = np.full(shape, -np.inf, np.float32)
    index = np.zeros(shape, np.uint16)
    for i, stored in enumerate(slices.pixels):
        detail, seen = _stand_out(
            stored[first:last, box.left : box.right].astype(np.float32), slices.spacing_mm
        )
        linked = cv2.GaussianBlur(seen, (0, 0), _LINKED_MM / slices.spacing_mm)
        better = linked > leading
        np.copyto(leading, linked, where=better)
        index[better] = i
        seen *= np.float32(1 / scale)
        np.clip(seen, -20, 20, out=seen)
        np.exp(seen, out=seen)
        shares += seen
        seen *= detail
        details += seen
    details /= shares
    # Near the skin there are no surroundings to stand out from: details fade in over the first millimetres.
    inside = slices.outline.inside_mm[first - box.top : last - box.top]
    details *= np.clip(inside / np.float32(2 * _DETAIL_MM), 0, 1)
    here = slice(top - first, bottom - first)
    return details[here], index[here]


def _stand_out(grey: Field, spacing_mm: float) -> tuple[Field, Field]:
    """Return how much pixels are brighter than their surroundings, as they are and smoothed."""
    size = 2 * round(_DETAIL_MM / spacing_mm / 2) + 1
    around = cv2.blur(grey, (size, size), borderType=cv2.BORDER_REPLICATE)
    cv2.blur(around, (size, size), dst=around, borderType=cv2.BORDER_REPLICATE)
    grey -= around
    return grey, np.asarray(cv2.GaussianBlur(grey, (0, 0), _SEEN_MM / spacing_mm), np.float32)
