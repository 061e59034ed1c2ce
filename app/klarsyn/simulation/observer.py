"""How well one lesion can be seen: the index of an observer who knows lesion, place and noise.

The prewhitening ideal observer of a known signal in Gaussian noise has d'^2 = integral |S(f)|^2 / N(f) df
(Barrett and Myers, Foundations of Image Science, 2004, ch. 13). S is the change of log exposure that the
lesion makes; N is the anatomy around it, a power law A / f^beta (Burgess, Jacobson and Judy, Med Phys 28:419,
2001), and white quantum noise. Nobody reads so well: the index grades lesions, it foretells no reader.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.fft

from klarsyn.simulation.rays import Beam, Field, Rays
from klarsyn.simulation.xray.exposure import SCATTER_WITH_GRID, photons_in_air
from klarsyn.simulation.xray.materials import Spectrum, effective_spectrum
from klarsyn.simulation.xray.technique import STANDARD_THICKNESS_MM, Technique
from klarsyn.simulation.xray.vendors import Vendor

FIT_RANGE = (0.15, 0.8)
"""Cycles/mm between which anatomy is fitted: below, the shape of the breast rules; above, noise does."""
_FIT_SPACING_MM = 0.25
_BINS = 14
_LONGEST_MM = 40.0
_SMALLEST_PATCH_MM = 18.0


@dataclass(frozen=True, slots=True)
class NoiseSpectrum:
    """Noise power of log exposure in mm2: `amplitude` / f ** `exponent` + `white`, f in cycles/mm."""

    amplitude: float
    exponent: float
    white: float

    def at(self, frequency: Field) -> Field:
        """Return the noise power; anatomy wider than 40 mm is no wider than that."""
        f = np.maximum(frequency, np.float32(1 / _LONGEST_MM))
        return np.asarray(
            np.float32(self.amplitude) * f ** np.float32(-self.exponent) + np.float32(self.white), np.float32
        )


def lesion_index(placed: tuple[int, int, Rays], rays: Rays, vendor: Vendor, technique: Technique) -> float:
    """Return d' of a lesion on a mammogram that `vendor` takes with `technique`.

    Parameters
    ----------
    placed
        (top, left, rays) of the lesion alone, Lesion.alone_on at the spacing of `rays`.
    rays
        The upright cast of the breast, with this lesion in it.
    """
    alone = placed[2]
    spacing = rays.beam.spacing_mm
    spectrum = effective_spectrum(vendor.anode, vendor.filter_material, technique.kvp)
    fat, dense, step = _healthy_around(placed, rays)
    thickness = float((fat + dense).mean())
    share = float(dense.mean()) / max(thickness, 1.0)
    # The scatter that comes with each primary photon, as xray/exposure.py makes it.
    primary = 1 / (1 + SCATTER_WITH_GRID * thickness / STANDARD_THICKNESS_MM)
    passed = np.zeros_like(fat)
    for part, of_fat, of_dense in zip(spectrum.share, spectrum.fat, spectrum.dense, strict=True):
        passed += np.float32(part) * np.exp(-np.float32(of_fat) * fat - np.float32(of_dense) * dense)
    photons = photons_in_air(vendor, technique) * spacing**2 * float(passed.mean()) / primary
    noise = fit_noise(np.log(passed) * np.float32(primary), step, photons)
    # The fit knows the pixels of the patch, the noise those of the detector.
    noise = NoiseSpectrum(noise.amplitude, noise.exponent, spacing**2 / photons)
    signal = log_contrast(alone, spectrum, thickness, share, blur_mm=vendor.detector.blur_mm, primary=primary)
    return prewhitening_index(signal, spacing, noise)


def _healthy_around(placed: tuple[int, int, Rays], rays: Rays) -> tuple[Field, Field, float]:
    """Return (fat, dense) in mm and their spacing on a patch around a lesion, without the lesion."""
    top, left, alone = placed
    rows, columns = rays.beam.shape
    spacing = rays.beam.spacing_mm
    need = int(np.ceil(_SMALLEST_PATCH_MM / spacing))
    tall, wide = max(alone.beam.rows, need), max(alone.beam.columns, need)
    r0 = min(max(top + (alone.beam.rows - tall) // 2, 0), max(rows - tall, 0))
    c0 = min(max(left + (alone.beam.columns - wide) // 2, 0), max(columns - wide, 0))
    fat, dense = (field[r0 : r0 + tall, c0 : c0 + wide].copy() for field in (rays.fat, rays.dense))
    # Dense tissue that the lesion brought becomes fat again: the same replacement, the other way round.
    undone = Rays(Beam(fat.shape[0], fat.shape[1], spacing), fat=dense, dense=fat)
    undone.replace_fat(top - r0, left - c0, alone.dense)
    factor = max(1, round(_FIT_SPACING_MM / spacing))
    shape = max(16, fat.shape[1] // factor), max(16, fat.shape[0] // factor)
    small = [
        np.asarray(cv2.resize(field, shape, interpolation=cv2.INTER_AREA), np.float32)
        for field in (fat, dense)
    ]
    return small[0], small[1], spacing * fat.shape[0] / shape[1]


def log_contrast(alone: Rays, spectrum: Spectrum, thickness_mm: float, dense_share: float,
                 *, blur_mm: float = 0.0, primary: float = 1.0) -> Field:  # fmt: skip
    """Return by how much a lesion lowers log exposure at each pixel of `alone` (Lesion.alone_on).

    Parameters
    ----------
    thickness_mm, dense_share
        Of the breast around it, which hardens the beam before it meets the lesion.
    blur_mm
        Standard deviation of the detector's blur.
    primary
        Share of the detected photons that is not scattered and so carries the lesion.
    """
    fat, dense = np.asarray(spectrum.fat), np.asarray(spectrum.dense)
    left = np.asarray(spectrum.share) * np.exp(
        -thickness_mm * ((1 - dense_share) * fat + dense_share * dense)
    )
    left /= left.sum()
    passed = np.zeros(alone.beam.shape, np.float32)
    for share, step, apatite in zip(left, dense - fat, spectrum.apatite, strict=True):
        depth = alone.dense * np.float32(step)
        if alone.calcium is not None:
            depth += alone.calcium * np.float32(apatite)
        passed += np.float32(share) * np.exp(-depth)
    signal = -np.log(np.float32(primary) * passed + np.float32(1 - primary))
    if blur_mm:
        signal = cv2.GaussianBlur(signal, (0, 0), blur_mm / alone.beam.spacing_mm)
    return np.asarray(signal, np.float32)


def fit_noise(healthy: Field, spacing_mm: float, photons: float) -> NoiseSpectrum:
    """Return the noise of a healthy patch of log exposure, at least 15 mm wide, with `photons` a pixel.

    Raises
    ------
    ValueError
        If the patch is too small to hold the frequencies of the fit, or there are no photons.
    """
    if min(healthy.shape) * spacing_mm < 15:
        raise ValueError(
            f"A patch of {healthy.shape[1] * spacing_mm:.0f} x {healthy.shape[0] * spacing_mm:.0f} mm is too "
            "small to fit the power spectrum of anatomy to; give at least 15 x 15 mm of healthy tissue."
        )
    if photons <= 0:
        raise ValueError("Quantum noise needs photons: give their mean number a pixel, above 0.")
    shape = [max(16, round(n * spacing_mm / _FIT_SPACING_MM)) for n in healthy.shape]
    small = cv2.resize(healthy, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    step = healthy.shape[0] * spacing_mm / shape[0], healthy.shape[1] * spacing_mm / shape[1]
    frequency, power = _periodogram(np.asarray(small, np.float32), step)
    edges = np.geomspace(*FIT_RANGE, _BINS + 1)
    which = np.digitize(frequency, edges)
    x, y, weight = [], [], []
    for k in range(1, _BINS + 1):
        inside = which == k
        if inside.any():
            x.append(float(np.log(frequency[inside]).mean()))
            y.append(float(np.log(max(float(power[inside].mean()), 1e-12))))
            weight.append(float(np.sqrt(inside.sum())))
    slope, level = np.polyfit(x, y, 1, w=weight)
    return NoiseSpectrum(float(np.exp(level)), float(np.clip(-slope, 0.5, 4.0)), spacing_mm**2 / photons)


def _periodogram(patch: Field, step: tuple[float, float]) -> tuple[Field, Field]:
    """Return (frequency in cycles/mm, power in mm2) of a patch without its slope, windowed."""
    rows, columns = patch.shape
    v, u = np.linspace(-1, 1, rows, dtype=np.float32), np.linspace(-1, 1, columns, dtype=np.float32)
    flat = patch - patch.mean()
    flat = flat - v[:, None] * ((flat.mean(axis=1) * v).sum() / (v * v).sum())
    flat = flat - u * ((flat.mean(axis=0) * u).sum() / (u * u).sum())
    window = np.hanning(rows + 2)[1:-1, None] * np.hanning(columns + 2)[1:-1]
    spectrum = scipy.fft.fft2(flat * window)
    power = np.abs(spectrum) ** 2 * step[0] * step[1] / (window**2).sum()
    frequency = np.hypot(np.fft.fftfreq(rows, step[0])[:, None], np.fft.fftfreq(columns, step[1]))
    return np.asarray(frequency, np.float32), np.asarray(power, np.float32)


def prewhitening_index(signal: Field, spacing_mm: float, noise: NoiseSpectrum) -> float:
    """Return d' of a known signal in that noise. `signal` must end on nothing at its edges."""
    rows, columns = (scipy.fft.next_fast_len(n, real=True) for n in signal.shape)
    spectrum = scipy.fft.rfft2(np.asarray(signal, np.float32), (rows, columns))
    power = spectrum.real**2 + spectrum.imag**2
    power[:, 1 : (columns + 1) // 2] *= 2  # The other half of the plane.
    vertical = np.fft.fftfreq(rows, spacing_mm).astype(np.float32)
    horizontal = np.fft.rfftfreq(columns, spacing_mm).astype(np.float32)
    power /= noise.at(np.hypot(vertical[:, None], horizontal))
    # |S|^2 = power * spacing^4, df = 1 / (rows columns spacing^2).
    return float(np.sqrt(power.sum(dtype=np.float64) * spacing_mm**2 / (rows * columns)))
