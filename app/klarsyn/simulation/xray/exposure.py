"""From what rays cross to photons counted: attenuation, scatter, heel effect, blur and noise.

In this order, each step as simple as the picture allows:

- Beer and Lambert over the few energies of `materials`, along the slant of the beam.
- Scatter: each primary photon brings `SCATTER_WITH_GRID` (or `_WITHOUT`) scattered ones per 50 mm of
  tissue crossed, spread by two Gaussians of 4 and 15 mm. Ratios and reach follow Boone and Cooper,
  "Scatter/primary in mammography: Monte Carlo validation", Med Phys 27:1818 (2000), who found 0.4 to 0.5
  behind 5 cm; a linear grid leaves a quarter of it and takes three tenths of the primary photons.
- Heel effect: the tube gives less towards the anode, that is towards the nipple.
- Blur of focal spot and detector as one Gaussian. In a scintillator, light spreads after the photons have
  been counted and blurs their noise too; in selenium noise stays white.
- Noise: a normal distribution of variance N for N photons, plus electronic noise. Hundreds of
  photons reach a pixel of FFDM behind the breast, and still more than fifty one of a projection; from twenty
  on, the normal distribution is no further from Poisson's than can be seen.
"""

import math

import cv2
import numpy as np

from klarsyn.simulation.rays import Field, Rays
from klarsyn.simulation.xray.materials import effective_spectrum
from klarsyn.simulation.xray.technique import STANDARD_THICKNESS_MM, Technique
from klarsyn.simulation.xray.vendors import Detector, Vendor

SCATTER_WITH_GRID = 0.12
SCATTER_WITHOUT = 0.45
GRID_PASSES = 0.7
_SCATTER_REACH_MM = (4.0, 15.0)
_SCATTER_STEP = 16

_HEEL_LENGTH_MM = 240.0
_HEEL = (0.08, 0.14)

_LIGHT_SHARE = 0.55
_STRIP_ROWS = 128  # Four such strips stay in the processor's cache.


def photons_in_air(vendor: Vendor, technique: Technique, *, grid: bool = True) -> float:
    """Return photons a mm2 that the detector counts beside the breast, at the chest wall.

    The dose of a vendor's `photons_per_mm2_mgy` is that to 50 mm of breast. The thicker the breast, the
    smaller the share of its tissue that sees the whole beam: conversion factors fall about as the inverse
    of thickness (Dance, Phys Med Biol 35:1211, 1990), so that a milligray takes more photons.
    """
    photons = vendor.detector.photons_per_mm2_mgy * technique.dose_mgy
    return photons * technique.thickness_mm / STANDARD_THICKNESS_MM / (1.0 if grid else GRID_PASSES)


def heel(columns: int, spacing_mm: float) -> Field:
    """Return the intensity of the beam over columns, 1 at the chest wall, falling towards the nipple."""
    u = (np.arange(columns, dtype=np.float32) + np.float32(0.5)) * np.float32(spacing_mm / _HEEL_LENGTH_MM)
    return np.asarray(1 - np.float32(_HEEL[0]) * u - np.float32(_HEEL[1]) * u * u, np.float32)


def expose(
    rays: Rays,
    vendor: Vendor,
    technique: Technique,
    rng: np.random.Generator,
    *,
    dose_share: float = 1.0,
    grid: bool = True,
) -> Field:
    """Return the photons that each pixel counts, (rows, columns) float32; `rays` are left as they are.

    Parameters
    ----------
    dose_share
        Of the view's dose that this exposure gets: one over the number of projections in tomosynthesis.
    grid
        Whether an antiscatter grid is in the beam.
    """
    beam = rays.beam
    photons = _primary(rays, vendor, technique)
    photons += _scatter(photons, rays, SCATTER_WITH_GRID if grid else SCATTER_WITHOUT)
    per_pixel = photons_in_air(vendor, technique, grid=grid) * dose_share * beam.spacing_mm**2
    photons *= heel(beam.columns, beam.spacing_mm) * np.float32(per_pixel)
    before, after = _blurs(vendor.detector)
    _blur(photons, before / beam.spacing_mm)
    _add_noise(photons, vendor.detector.electronic_noise, rng)
    _blur(photons, after / beam.spacing_mm)
    return photons


def _primary(rays: Rays, vendor: Vendor, technique: Technique) -> Field:
    """Return the share of photons that crosses without a collision."""
    spectrum = effective_spectrum(vendor.anode, vendor.filter_material, technique.kvp)
    slant = 1 / math.cos(math.radians(rays.beam.angle_deg))
    rows, columns = rays.beam.shape
    passed: Field = np.zeros((rows, columns), np.float32)
    exponent = np.empty((_STRIP_ROWS, columns), np.float32)
    for top in range(0, rows, _STRIP_ROWS):
        strip = slice(top, min(top + _STRIP_ROWS, rows))
        fat, dense, sum_ = rays.fat[strip], rays.dense[strip], passed[strip]
        calcium = None if rays.calcium is None else rays.calcium[strip]
        if calcium is not None and not calcium.any():
            calcium = None
        part = exponent[: strip.stop - strip.start]
        terms = zip(spectrum.share, spectrum.fat, spectrum.dense, spectrum.apatite, strict=True)
        for share, of_fat, of_dense, of_apatite in terms:
            cv2.addWeighted(fat, -of_fat * slant, dense, -of_dense * slant, math.log(share), dst=part)
            if calcium is not None:
                cv2.scaleAdd(calcium, -of_apatite * slant, part, dst=part)
            sum_ += np.exp(part, out=part)
    return passed


def _scatter(primary: Field, rays: Rays, ratio: float) -> Field:
    """Return scattered photons in the unit of `primary`.

    Tissue goes on beyond the chest wall and the axilla; so does the scatter.
    """
    rows, columns = primary.shape
    small = (max(1, columns // _SCATTER_STEP), max(1, rows // _SCATTER_STEP))
    fat, dense, passed = (
        np.asarray(cv2.resize(field, small, interpolation=cv2.INTER_AREA), np.float32)
        for field in (rays.fat, rays.dense, primary)
    )
    source = passed * (fat + dense) * np.float32(ratio / STANDARD_THICKNESS_MM)
    step = rays.beam.spacing_mm * rows / small[1]
    spread = sum(
        0.5 * cv2.GaussianBlur(source, (0, 0), reach / step, borderType=cv2.BORDER_REPLICATE)
        for reach in _SCATTER_REACH_MM
    )
    smooth = np.asarray(spread, np.float32)
    return np.asarray(cv2.resize(smooth, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)


def _blurs(detector: Detector) -> tuple[float, float]:
    """Return the blur in mm before and after photons are counted; together they are `blur_mm`."""
    after = _LIGHT_SHARE * detector.blur_mm if detector.conversion == "SCINTILLATOR" else 0.0
    return math.sqrt(detector.blur_mm**2 - after**2), after


def _blur(image: Field, sigma_px: float) -> None:
    """Blur in place; the kernel has the variance of the Gaussian, however small.

    Samples of a Gaussian narrower than 0.7 pixels would blur too little: up to there, three taps do.
    """
    variance = sigma_px**2
    if variance < 1e-3:
        return
    if variance <= 0.5:
        kernel = np.array([variance / 2, 1 - variance, variance / 2], np.float32)
    else:
        kernel = np.asarray(cv2.getGaussianKernel(2 * math.ceil(4 * sigma_px) + 1, sigma_px), np.float32)
    cv2.sepFilter2D(image, -1, kernel, kernel, dst=image, borderType=cv2.BORDER_REPLICATE)


def _add_noise(photons: Field, electronic: float, rng: np.random.Generator) -> None:
    """Add the noise of counting, strip by strip in the order of rows; counts do not fall below zero."""
    rows, columns = photons.shape
    normal = np.empty((_STRIP_ROWS, columns), np.float32)
    spread = np.empty_like(normal)
    for top in range(0, rows, _STRIP_ROWS):
        part = photons[top : top + _STRIP_ROWS]
        n, s = normal[: len(part)], spread[: len(part)]
        rng.standard_normal(out=n, dtype=np.float32)
        np.add(part, np.float32(electronic**2), out=s)
        np.sqrt(s, out=s)
        n *= s
        part += n
        np.maximum(part, 0, out=part)
