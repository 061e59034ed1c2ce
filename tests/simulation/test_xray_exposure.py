"""Photons behind slabs and edges: attenuation, scatter, heel effect, blur and noise, one by one."""

import dataclasses

import numpy as np
import pytest

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.rays import Beam, Rays
from klarsyn.simulation.xray.exposure import (
    SCATTER_WITH_GRID,
    SCATTER_WITHOUT,
    expose,
    heel,
    photons_in_air,
)
from klarsyn.simulation.xray.materials import effective_spectrum
from klarsyn.simulation.xray.raw import SATURATION, for_processing
from klarsyn.simulation.xray.technique import Technique, choose_technique
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_B, VENDOR_C, VENDORS, Vendor

TECHNIQUE = Technique(28, 75.0, 675, 105.0, 50.0, 1.2, 0.0)


def _slab(vendor: Vendor, fat_mm: float, dense_mm: float, side: int = 256, angle_deg: float = 0.0) -> Rays:
    beam = Beam(side, side, vendor.detector.spacing_mm, angle_deg)
    return Rays(beam, np.full(beam.shape, fat_mm, np.float32), np.full(beam.shape, dense_mm, np.float32))


def _quiet(vendor: Vendor, blur_mm: float = 0.0) -> Vendor:
    """Return `vendor` with so many photons that noise is nothing."""
    detector = dataclasses.replace(vendor.detector, photons_per_mm2_mgy=1e12, blur_mm=blur_mm)
    return dataclasses.replace(vendor, detector=detector)


def _expose(rays: Rays, vendor: Vendor, seed: int = 1, **more: object) -> np.ndarray:
    return expose(rays, vendor, TECHNIQUE, np.random.default_rng(seed), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_a_slab_lets_through_what_beer_and_lambert_say_plus_its_scatter(vendor: Vendor) -> None:
    vendor = _quiet(vendor)
    photons = _expose(_slab(vendor, 35, 15), vendor)
    passed = effective_spectrum(vendor.anode, vendor.filter_material, 28).transmission(35, 15)
    air = 1e12 * 1.2 * vendor.detector.spacing_mm**2
    expected = air * passed * (1 + SCATTER_WITH_GRID) * heel(256, vendor.detector.spacing_mm)
    np.testing.assert_allclose(photons.mean(axis=0), expected, rtol=2e-4)


def test_without_a_grid_more_scatter_and_more_primary_photons_arrive() -> None:
    vendor = _quiet(VENDOR_A)
    rays = _slab(vendor, 35, 15)
    ratio = _expose(rays, vendor, grid=False).mean() / _expose(rays, vendor).mean()
    assert ratio == pytest.approx((1 + SCATTER_WITHOUT) / (1 + SCATTER_WITH_GRID) / 0.7, rel=1e-3)


def test_scatter_reaches_beyond_the_edge_of_the_breast_and_fades() -> None:
    vendor = _quiet(VENDOR_A)
    rays = _slab(vendor, 35, 15, side=800)
    rays.fat[:, 400:] = 0
    rays.dense[:, 400:] = 0
    clear = 1e12 * 1.2 * 0.1**2 * heel(800, 0.1)
    extra = _expose(rays, vendor).mean(axis=0) / clear - 1
    assert extra[420] > extra[500] > extra[700] > 0
    assert extra[420] < 0.01


def test_a_slanting_beam_crosses_more_tissue() -> None:
    vendor = _quiet(VENDOR_A)
    straight, slanted = (_expose(_slab(vendor, 35, 15, angle_deg=a), vendor).mean() for a in (0.0, 25.0))
    spectrum = effective_spectrum(vendor.anode, vendor.filter_material, 28)
    longer = 1 / np.cos(np.deg2rad(25))
    expected = spectrum.transmission(35 * longer, 15 * longer) / spectrum.transmission(35, 15)
    assert slanted / straight == pytest.approx(expected, rel=1e-3)


def test_calcium_takes_away_what_hydroxyapatite_takes() -> None:
    vendor = _quiet(VENDOR_C)
    rays = _slab(vendor, 35, 15)
    bare = _expose(rays, vendor)
    rays.add_calcium(100, 100, np.full((40, 40), 0.3, np.float32))
    spectrum = effective_spectrum(vendor.anode, vendor.filter_material, 28)
    passed = spectrum.transmission(35, 15, 0.3) / spectrum.transmission(35, 15)
    expected = (passed + SCATTER_WITH_GRID) / (1 + SCATTER_WITH_GRID)
    assert _expose(rays, vendor)[120, 120] / bare[120, 120] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_noise_behind_a_standard_breast_is_1_5_to_2_per_cent_of_a_tenth_of_a_millimetre(
    vendor: Vendor,
) -> None:
    photons = _expose(_slab(vendor, 37.5, 12.5, side=600), vendor)
    inner = photons[60:540, 60:540] / photons[60:540, 60:540].mean(axis=0)
    # Means over 12 x 12 pixels, where the blur no longer hides noise, scaled to an area of 0.01 mm2.
    coarse = inner.reshape(40, 12, 40, 12).mean(axis=(1, 3)).std()
    assert 0.015 < coarse * 12 * vendor.detector.spacing_mm / 0.1 < 0.0215


@pytest.mark.parametrize("share", [0.25, 4.0])
def test_the_variance_of_relative_noise_is_inverse_to_dose(share: float) -> None:
    detector = dataclasses.replace(VENDOR_B.detector, electronic_noise=0.0)
    vendor = dataclasses.replace(VENDOR_B, detector=detector)
    rays = _slab(vendor, 37.5, 12.5, side=400)

    def variance(dose_share: float) -> float:
        photons = _expose(rays, vendor, dose_share=dose_share)
        return float((photons / photons.mean(axis=0)).var())

    assert variance(share) * share == pytest.approx(variance(1.0), rel=0.04)


@pytest.mark.parametrize(("vendor", "correlated"), [(VENDOR_B, False), (VENDOR_C, True)], ids=["B", "C"])
def test_noise_of_a_scintillator_is_correlated_between_neighbours(vendor: Vendor, correlated: bool) -> None:
    photons = _expose(_slab(vendor, 35, 15), vendor)
    noise = photons / photons.mean(axis=0) - 1
    neighbour = float((noise[:, 1:] * noise[:, :-1]).mean() / noise.var())
    assert (neighbour > 0.15) if correlated else (abs(neighbour) < 0.02)


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_an_edge_is_blurred_as_the_makers_mtf_says(vendor: Vendor) -> None:
    """A Gaussian of s mm has an MTF of exp(-2 (pi s f)^2) at f per mm; IEC 62220-1 takes it from an edge."""
    pitch, blur = vendor.detector.spacing_mm, vendor.detector.blur_mm
    quiet = _quiet(vendor, blur)
    rays = _slab(quiet, 35, 15)
    rays.dense[:, 128:] += 0.01
    edge = _expose(rays, quiet).mean(axis=0) / _expose(_slab(quiet, 35, 15), quiet).mean(axis=0)
    # Scatter is thousands of pixels wide: twelve pixels around the edge see none of it.
    line = -np.diff(edge)[116:140]
    frequency = 2.0
    phase = np.exp(-2j * np.pi * frequency * pitch * np.arange(line.size))
    measured = abs((line * phase).sum()) / line.sum()
    assert measured == pytest.approx(np.exp(-2 * (np.pi * blur * frequency) ** 2), abs=0.02)


def test_photons_are_never_negative_even_where_almost_none_arrive() -> None:
    photons = _expose(_slab(VENDOR_A, 0, 150), VENDOR_A, dose_share=0.04)
    assert photons.min() >= 0


def test_the_same_seed_gives_the_same_photons_and_leaves_the_rays_alone() -> None:
    rays = _slab(VENDOR_C, 30, 20)
    rays.add_calcium(9, 9, np.full((5, 5), 0.2, np.float32))
    before = [part.copy() for part in (rays.fat, rays.dense, rays.calcium) if part is not None]
    first, second = (_expose(rays, VENDOR_C, seed=5) for _ in range(2))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != _expose(rays, VENDOR_C, seed=6).tobytes()
    for was, part in zip(before, (rays.fat, rays.dense, rays.calcium), strict=True):
        np.testing.assert_array_equal(was, part)


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_flat_fielding_takes_the_heel_out_of_the_mean_and_not_out_of_the_noise(vendor: Vendor) -> None:
    beam = Beam(400, 2000, vendor.detector.spacing_mm)
    rays = Rays(beam, np.full(beam.shape, 37, np.float32), np.full(beam.shape, 13, np.float32))
    pixels = for_processing(_expose(rays, vendor), vendor, TECHNIQUE).astype(np.float64)
    wall, nipple = pixels[:, 50:350], pixels[:, -350:-50]
    assert nipple.mean() == pytest.approx(wall.mean(), rel=0.002)
    assert nipple.std() > 1.02 * wall.std()


def test_pixels_for_processing_are_linear_in_exposure() -> None:
    vendor = _quiet(VENDOR_A)
    vendor = dataclasses.replace(vendor, detector=dataclasses.replace(vendor.detector, electronic_noise=0))
    rays = _slab(vendor, 30, 5)
    means = []
    for dose in (0.3, 0.6, 1.2):
        technique = dataclasses.replace(TECHNIQUE, dose_mgy=dose)
        photons = expose(rays, vendor, technique, np.random.default_rng(1))
        means.append(float(for_processing(photons, vendor, technique).mean()))
    assert means[1] / means[0] == pytest.approx(2, rel=0.003)
    assert means[2] / means[1] == pytest.approx(2, rel=0.003)


@pytest.mark.parametrize("thickness", [30, 54, 56, 80])
def test_air_stays_below_the_top_of_14_bits_and_well_above_the_breast(thickness: int) -> None:
    for vendor in VENDORS.values():
        technique = choose_technique(vendor, ViewPosition.CC, thickness, 0.2, np.random.default_rng(3))
        rays = _slab(vendor, 0.8 * thickness, 0.2 * thickness)
        rays.fat[:, 128:] = rays.dense[:, 128:] = 0
        photons = expose(rays, vendor, technique, np.random.default_rng(4))
        pixels = for_processing(photons, vendor, technique)
        assert pixels.max() <= SATURATION < 2**14 - 1
        assert np.median(pixels[:, 200:]) > 5 * np.median(pixels[:, :100]) > 250


def test_a_projection_of_a_fraction_of_the_dose_is_amplified_to_the_range_of_a_whole() -> None:
    rays = _slab(VENDOR_A, 37, 13)
    whole = for_processing(_expose(rays, VENDOR_A), VENDOR_A, TECHNIQUE)
    part = for_processing(_expose(rays, VENDOR_A, dose_share=1 / 15), VENDOR_A, TECHNIQUE, dose_share=1 / 15)
    assert part.mean() == pytest.approx(whole.mean(), rel=0.01)
    assert part.std() > 3 * whole.std()


def test_thick_breasts_get_harder_beams_and_more_dose() -> None:
    for vendor in VENDORS.values():
        thin, thick = (
            choose_technique(vendor, ViewPosition.CC, mm, 0.2, np.random.default_rng(1)) for mm in (30, 80)
        )
        assert thin.kvp < thick.kvp
        assert 0.6 < thin.dose_mgy < 1.1 < 1.6 < thick.dose_mgy < 2.5  # Acceptable: EUREF 2013.
        assert thin.exposure_mas < thick.exposure_mas


def test_only_mlo_tilts_the_unit() -> None:
    tilts = {
        position: choose_technique(VENDOR_A, position, 50, 0.2, np.random.default_rng(1)).angle_deg
        for position in (ViewPosition.CC, ViewPosition.MLO)
    }
    assert tilts[ViewPosition.CC] == 0
    assert 40 <= tilts[ViewPosition.MLO] <= 55


def test_a_breast_of_no_thickness_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="cannot be 0 mm thick"):
        choose_technique(VENDOR_A, ViewPosition.CC, 0, 0.2, np.random.default_rng(1))


def test_a_milligray_to_a_thick_breast_takes_more_photons() -> None:
    thick = dataclasses.replace(TECHNIQUE, thickness_mm=75.0)
    assert photons_in_air(VENDOR_A, thick) == pytest.approx(1.5 * photons_in_air(VENDOR_A, TECHNIQUE))
