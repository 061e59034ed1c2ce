"""Pixels For Processing: counts of the detector after flat-fielding, linear in exposure, 14 bits.

Flat-fielding divides by the mean of many exposures without a breast: the heel effect goes, but where the
beam is weaker its noise stays larger. The converter has two gains; the automatic exposure control takes the
lower one for thick breasts, whose exposures are so high that air would saturate.
"""

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field
from klarsyn.simulation.xray.exposure import heel
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import Vendor

BITS = 14
SATURATION = 16000
"""The amplifier is full before the converter is: the largest pixel value of a picture."""

_LOW_GAIN_FROM_MM = 55.0
_LOW_GAIN_AIR_MGY = 3.1  # Standard dose x relative thickness at which low gain still shows air: 80 mm.
_HIGH_TO_LOW = 2.1


def counts_per_photon(vendor: Vendor, technique: Technique) -> float:
    """Return pixel value per photon a mm2 at the gain that this technique takes."""
    low = 15000 / (_LOW_GAIN_AIR_MGY * vendor.detector.photons_per_mm2_mgy)
    return low if technique.thickness_mm >= _LOW_GAIN_FROM_MM else low * _HIGH_TO_LOW


def for_processing(
    photons: Field,
    vendor: Vendor,
    technique: Technique,
    *,
    spacing_mm: float | None = None,
    dose_share: float = 1.0,
) -> npt.NDArray[np.uint16]:
    """Return linear pixels (rows, columns), 0 to `SATURATION`; `photons` is used up as a work area.

    Parameters
    ----------
    photons
        From `expose`, per pixel of `spacing_mm` (the detector's own where not given).
    dose_share
        As given to `expose`: a projection of a fraction of the dose is amplified to the range of a whole.
    """
    pitch = vendor.detector.spacing_mm if spacing_mm is None else spacing_mm
    gain = counts_per_photon(vendor, technique) / (pitch**2 * dose_share)
    photons *= np.float32(gain) / heel(photons.shape[1], pitch)
    photons += np.float32(0.5)
    np.minimum(photons, np.float32(SATURATION), out=photons)
    pixels: npt.NDArray[np.uint16] = photons.astype(np.uint16)
    return pixels
