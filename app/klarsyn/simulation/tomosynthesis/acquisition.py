"""Move the tube: cast the breast from each angle and expose it with its share of the dose, without a grid.

The tube stands still at each angle (step and shoot), so that nothing is blurred by its motion.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

import numpy as np

from klarsyn.simulation.rays import Beam, Part, Rays
from klarsyn.simulation.tomosynthesis.projections import Projections, tilt_angles
from klarsyn.simulation.xray.exposure import expose, photons_in_air
from klarsyn.simulation.xray.raw import SATURATION, counts_per_photon, for_processing
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import Vendor

DOSE_FACTOR = 1.3
"""Dose of a tomosynthesis view in units of that of a mammogram of the same breast."""


class Cast(Protocol):
    """What acquisition needs to know of a compressed breast."""

    def cast(self, beam: Beam, parts: tuple[Part, ...] = ()) -> Rays:
        """Return what the rays of `beam` cross."""
        ...


def for_tomosynthesis(mammogram: Technique) -> Technique:
    """Return how a sweep is exposed, in all longer than a mammogram that would be exposed as given."""
    return replace(
        mammogram,
        exposure_mas=round(mammogram.exposure_mas * DOSE_FACTOR, 1),
        exposure_ms=round(mammogram.exposure_ms * DOSE_FACTOR),
        dose_mgy=round(mammogram.dose_mgy * DOSE_FACTOR, 4),
    )


def projection_grid(vendor: Vendor, *, half_matrix: bool = False) -> Beam:
    """Return the upright beam of a vendor's projections: the detector's pixels, binned."""
    binning = vendor.tomosynthesis.binning * (2 if half_matrix else 1)
    detector = vendor.detector
    return Beam(detector.rows // binning, detector.columns // binning, detector.spacing_mm * binning)


def acquire(
    view: Cast,
    parts: Sequence[Part],
    vendor: Vendor,
    technique: Technique,
    rng: np.random.Generator,
    *,
    half_matrix: bool = False,
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Projections:
    """Return the raw projections of one view with its lesions (`parts`).

    The breast is cast in this thread, one angle after the other; with more than one thread exposure goes on
    beside it. Each projection has its own random numbers, so that threads change nothing.

    Parameters
    ----------
    technique
        Of the sweep as a whole, see `for_tomosynthesis`.
    half_matrix
        Bin pixels 2 x 2 once more: a quarter of the data, for tests and demonstrations.
    progress
        Called with (projections done, projections in all).
    """
    unit = vendor.tomosynthesis
    upright = projection_grid(vendor, half_matrix=half_matrix)
    angles = tilt_angles(unit.projections, unit.sweep_deg)
    share = 1 / len(angles)
    # The gain is that of mammograms, or the sweep's larger dose would fill the amplifier the sooner.
    amplified = DOSE_FACTOR * share
    seeds = rng.integers(0, 2**63, size=len(angles))
    stack = np.empty((len(angles), *upright.shape), np.uint16)

    def shoot(i: int, rays: Rays) -> None:
        own = np.random.default_rng(int(seeds[i]))
        photons = expose(rays, vendor, technique, own, dose_share=share, grid=False)
        stack[i] = for_processing(
            photons, vendor, technique, spacing_mm=upright.spacing_mm, dose_share=amplified
        )

    def cast(i: int) -> Rays:
        beam = Beam(upright.rows, upright.columns, upright.spacing_mm, angles[i])
        return view.cast(beam, tuple(parts))

    _in_two_steps(len(angles), cast, shoot, threads, progress)
    return Projections(stack, angles, upright.spacing_mm, air_value(vendor, technique))


def air_value(vendor: Vendor, technique: Technique) -> float:
    """Return the stored value of a projection behind nothing; `technique` is that of the sweep."""
    photons = photons_in_air(vendor, technique, grid=False) / DOSE_FACTOR
    return min(photons * counts_per_photon(vendor, technique), float(SATURATION))


def _in_two_steps(
    count: int,
    cast: Callable[[int], Rays],
    shoot: Callable[[int, Rays], None],
    threads: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    if threads <= 1:
        for i in range(count):
            shoot(i, cast(i))
            if progress:
                progress(i + 1, count)
        return
    with ThreadPoolExecutor(1) as pool:
        waiting: Future[None] | None = None
        for i in range(count):
            rays = cast(i)
            if waiting is not None:
                waiting.result()  # One set of rays waits at most: each is three images in memory.
            waiting = pool.submit(shoot, i, rays)
            if progress:
                progress(i, count)
        if waiting is not None:
            waiting.result()
        if progress:
            progress(count, count)
