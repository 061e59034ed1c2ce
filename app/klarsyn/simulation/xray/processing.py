"""The makers' processing: an image For Presentation, made from the pixels For Processing and nothing else.

Steps, in order (`for_presentation`):

1. Logarithm: density is -ln(pixel / air), air being what most of the uncovered detector reads.
2. Breast: where density is clearly above that of air, in one piece that reaches the chest wall (`region`).
3. Thickness equalisation: towards the skin the breast thins; what its fat loses there is given back, by
   distance from the skin and then by a smooth local background (`equalisation`).
4. Scale: the level of fat becomes 0.32 and the densest gland about 0.9, within limits: a breast of fat alone
   is not stretched beyond the contrast that gland would have in it, nor is a dense one flattened.
   Where gland fills half of the breast, its bulk is kept well below the densest, or all would be white.
5. Multiscale contrast: a Laplacian pyramid whose middle levels are amplified, weak details more than strong
   ones; the finest level, where noise lives, is hardly, and the coarsest is flattened (`multiscale`).
6. The brightest parts are held back by a soft shoulder, and the breast fades out over its last millimetre.
7. Grey scale of the maker (`grey`): bits, inversion, padding.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field
from klarsyn.simulation.xray.equalisation import equalise
from klarsyn.simulation.xray.grey import digitise
from klarsyn.simulation.xray.multiscale import enhance
from klarsyn.simulation.xray.region import Region, find_breast
from klarsyn.simulation.xray.vendors import Vendor

FAT = 0.32
_DENSEST = 0.90
# Of the density of fat; gland all through the breast would add 0.7 to 0.8 of it. What is above the upper
# limit in MLO is mostly the pectoral muscle, which must not set the scale.
_LEAST_CONTRAST, _MOST_CONTRAST = 0.20, 0.42
_SHOULDER = 0.72
_RIM, _FADE_MM = 0.18, 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Processed:
    """Processed density (0.32 fat, about 0.9 the densest) and the breast that it is valid in."""

    density: Field
    region: Region


def for_presentation(raw: npt.NDArray[np.uint16], vendor: Vendor) -> npt.NDArray[np.uint16]:
    """Return the maker's image For Presentation, (rows, columns) of stored values.

    `raw` is an image For Processing of the detector's own pixels, chest wall at the left.
    """
    done = process(raw, vendor)
    return digitise(done.density, done.region.mask, vendor.grey)


def process(raw: npt.NDArray[np.uint16], vendor: Vendor) -> Processed:
    """Return processed density before it takes the maker's grey scale (steps 1 to 6).

    Raises
    ------
    ValueError
        If there is no breast in the picture.
    """
    whole = log_density(raw)
    found = find_breast(whole, vendor.detector.spacing_mm)
    # Half the picture is air beyond the breast, and is left alone.
    density, region = whole[:, : found.columns], found.cropped(found.columns)
    fat_level, densest = equalise(density, region, _MOST_CONTRAST)
    reach = max(densest - fat_level, _LEAST_CONTRAST * fat_level)
    gain = (_DENSEST - FAT) / reach
    density *= np.float32(gain)
    density += np.float32(FAT - fat_level * gain)
    # Air would ring far into the breast in every level of the pyramid; fat beside the skin does not.
    np.copyto(density, np.float32(FAT), where=region.mask == 0)
    enhance(density, vendor.processing_strength, vendor.detector.spacing_mm)
    _hold_back(density)
    _fade(density, region)
    return Processed(whole, found)


def log_density(raw: npt.NDArray[np.uint16]) -> Field:
    """Return -ln(pixel / air), float32."""
    small = cv2.resize(raw, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    # The brightest percent, not the maximum: the detector's edges are seldom its best pixels.
    air = max(float(np.percentile(small, 99)), 2.0)
    table = np.arange(65536, dtype=np.float32)
    table[0] = 0.5
    np.log(table, out=table)
    np.subtract(np.float32(np.log(air)), table, out=table)
    return np.asarray(np.take(table, raw), np.float32)


def _hold_back(density: Field) -> None:
    """Bend values above the shoulder towards 1, which they reach never; strip by strip, in place."""
    room = np.float32(1 - _SHOULDER)
    for top in range(0, density.shape[0], 128):
        part = density[top : top + 128]
        over = np.maximum(part - np.float32(_SHOULDER), 0)
        part -= over
        over /= 1 + over / room
        part += over
        np.maximum(part, 0, out=part)


def _fade(density: Field, region: Region) -> None:
    """Let the breast fade towards its edge; in place.

    Equalisation alone would end the breast in a bright cut edge: no maker's image does.
    """
    depth = np.maximum(region.depth_mm, 0)
    fade = (_RIM + (1 - _RIM) * (1 - np.exp(-depth / np.float32(_FADE_MM)))).astype(np.float32)
    rows, columns = density.shape
    density *= cv2.resize(fade, (columns, rows), interpolation=cv2.INTER_LINEAR)
