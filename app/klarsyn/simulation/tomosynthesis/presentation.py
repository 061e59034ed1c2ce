"""Slices for presentation: one grey scale for the whole stack (equalisation.py), air black.

Nothing is sharpened here: sharpness comes from the reconstruction's filters.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.tomosynthesis.equalisation import grey_scale
from klarsyn.simulation.tomosynthesis.outline import Outline
from klarsyn.simulation.tomosynthesis.reconstruction import Reconstruction
from klarsyn.simulation.tomosynthesis.threads import for_each

_WINDOW = (0.47, 0.86)
"""Centre and width as shares of the scale."""


@dataclass(frozen=True, slots=True, eq=False)
class PresentedSlices:
    """The stack of one view for presentation, brighter is denser (MONOCHROME2).

    `pixels` is (slices, rows, columns) uint16 with `bits` in use; 0 is air and nothing else. `window` is
    (centre, width) in stored values. Slice i has its middle at `heights_mm[i]` above the breast support.
    """

    pixels: npt.NDArray[np.uint16]
    bits: int
    window: tuple[float, float]
    heights_mm: tuple[float, ...]
    spacing_mm: float
    outline: Outline


def slices_for_presentation(reconstruction: Reconstruction, bits: int = 12) -> PresentedSlices:
    """Compute all slices and give them one grey scale of `bits` bits."""
    box = reconstruction.outline.box
    step = max(1, round(0.5 / reconstruction.spacing_mm))
    last = len(reconstruction) - 1
    some = sorted({round(share * last) for share in (0.25, 0.5, 0.75)})
    samples = [reconstruction[i][box.top : box.bottom : step, box.left : box.right : step] for i in some]
    scale = grey_scale(np.stack(samples), reconstruction.outline, step, bits)
    pixels = np.zeros((len(reconstruction), *reconstruction.shape), np.uint16)

    def fill(rows: tuple[int, int]) -> None:
        here = slice(rows[0] - box.top, rows[1] - box.top)
        for i, height in enumerate(reconstruction.heights_mm):
            grey = scale.stored(reconstruction.tile(height, *rows), here)
            pixels[i, rows[0] : rows[1], box.left : box.right] = grey

    for_each(fill, reconstruction.tiles(), reconstruction.threads)
    window = (round(scale.top * _WINDOW[0]), round(scale.top * _WINDOW[1]))
    return PresentedSlices(
        pixels, bits, window, reconstruction.heights_mm, reconstruction.spacing_mm, reconstruction.outline
    )
