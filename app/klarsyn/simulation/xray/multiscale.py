"""Multiscale contrast: details of a few tenths to some millimetres are amplified, weak ones most.

A Laplacian pyramid (Burt and Adelson, IEEE Trans Commun 31:532, 1983); amplitudes are compressed as in
Vuylsteke and Schoeters, "Multiscale image contrast amplification", Proc SPIE 2167:551 (1994), here by a
gain that falls from 1 + strength for the weakest details to below 1 for strong ones. What is bright over
centimetres, as the pectoral muscle is, is held back on the coarsest level, so that its fibres still show.
"""

import cv2
import numpy as np

from klarsyn.simulation.rays import Field

_COARSEST_MM = 8.0
_STRONG = 0.05  # Processed density at which half of the extra gain is gone.
_FINE_MM = 0.12  # Levels finer than this hold noise and calcifications: their gain grows in gently.
_COMPRESSED = 0.40  # What the gain of the strongest details lacks of 1, at strength 1.
_FLATTENED = 0.30  # Of the coarsest level's deviation from its mean, at strength 1.
_BRIGHT, _BRIGHTEST = 0.60, 0.84  # The coarsest level bends from the one towards the other.
_BENT_FROM_MM = 1.5


def enhance(density: Field, strength: float, spacing_mm: float) -> None:
    """Enhance processed `density` in place; 0 leaves it as it is, 1 is strong."""
    if strength <= 0:
        return
    levels = max(2, round(np.log2(_COARSEST_MM / spacing_mm)))
    smooth = [density]
    while len(smooth) <= levels and min(smooth[-1].shape) > 8:
        smooth.append(np.asarray(cv2.pyrDown(smooth[-1]), np.float32))
    before: Field = smooth[-1]
    mean = np.float32(before.mean())
    above: Field = mean + (before - mean) * np.float32(1 - _FLATTENED * strength)
    above = _bent(above)
    for n in range(len(smooth) - 2, -1, -1):
        fine = smooth[n]
        size = (fine.shape[1], fine.shape[0])
        predicted = np.asarray(cv2.pyrUp(before, dstsize=size), np.float32)
        above = np.asarray(cv2.pyrUp(above, dstsize=size), np.float32)
        scale = spacing_mm * 2**n
        before = fine.copy() if n else fine  # `fine` becomes the result; the next needs it as it was.
        fine -= predicted
        if scale > _BENT_FROM_MM:
            fine *= _slope(predicted)
        _add_detail(fine, above, strength * scale / (scale + _FINE_MM))
        above = fine


def _bent(base: Field) -> Field:
    """Return the coarsest level with its bright end bent towards `_BRIGHTEST`."""
    over = np.maximum(base - np.float32(_BRIGHT), 0)
    return np.asarray(base - over + over / (1 + over / np.float32(_BRIGHTEST - _BRIGHT)), np.float32)


def _slope(base: Field) -> Field:
    """Return how steep the bend is at `base`: large details follow it, or muscles would get bright rims."""
    over = np.maximum(base - np.float32(_BRIGHT), 0)
    return np.asarray(1 / (1 + over / np.float32(_BRIGHTEST - _BRIGHT)) ** 2, np.float32)


def _add_detail(fine: Field, above: Field, extra: float) -> None:
    """Amplify the details in `fine` and add what is `above` them, strip by strip in place."""
    for top in range(0, fine.shape[0], 128):
        part = fine[top : top + 128]
        gain = np.abs(part)
        gain *= np.float32(1 / _STRONG)
        gain += np.float32(1)
        np.divide(np.float32(extra * (1 + _COMPRESSED)), gain, out=gain)
        gain += np.float32(1 - extra * _COMPRESSED)
        part *= gain
        part += above[top : top + 128]
