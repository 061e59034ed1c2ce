"""The index d' that grades lesions: theory confirms it, and it falls where lesions are hidden."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from observed_patches import SIZE, SPACING, FlatView, disc, drawn, power_law

from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import make_lesion
from klarsyn.simulation.lesions.plan import LesionPlan, plan_lesion
from klarsyn.simulation.observer import (
    NoiseSpectrum,
    fit_noise,
    lesion_index,
    log_contrast,
    prewhitening_index,
)
from klarsyn.simulation.rays import Beam, Rays
from klarsyn.simulation.xray.materials import effective_spectrum
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import VENDOR_B


def test_in_white_noise_the_index_is_the_energy_over_the_noise() -> None:
    signal = disc(0.03)
    white = NoiseSpectrum(0.0, 3.0, 4e-5)
    energy = float((signal.astype(np.float64) ** 2).sum()) * SPACING**2
    assert prewhitening_index(signal, SPACING, white) == pytest.approx(np.sqrt(energy / 4e-5), rel=1e-3)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 10))
def test_the_index_grows_in_proportion_to_contrast(factor: float) -> None:
    noise = NoiseSpectrum(2e-5, 2.8, 1e-6)
    one = prewhitening_index(disc(0.02), SPACING, noise)
    assert prewhitening_index(disc(0.02 * factor), SPACING, noise) == pytest.approx(factor * one, rel=1e-3)


@pytest.mark.parametrize("beta", [2.2, 2.7, 3.2])
def test_the_fit_finds_the_slope_and_strength_of_anatomy(beta: float) -> None:
    fits = [fit_noise(p, SPACING, 5000.0) for p in power_law(np.random.default_rng(3), 12, beta)]
    assert np.mean([f.exponent for f in fits]) == pytest.approx(beta, abs=0.2)
    assert np.median([f.amplitude for f in fits]) == pytest.approx(2e-5, rel=0.25)
    assert fits[0].white == pytest.approx(SPACING**2 / 5000)


def test_the_index_is_what_a_matched_reader_measures_on_samples() -> None:
    rng = np.random.default_rng(5)
    noise = power_law(rng, 250) + 0.02 * rng.standard_normal((250, SIZE, SIZE), np.float32)
    signal = disc(0.02)
    f = np.hypot(np.fft.fftfreq(SIZE, SPACING)[:, None], np.fft.fftfreq(SIZE, SPACING))
    known = NoiseSpectrum(2e-5, 2.7, 0.02**2 * SPACING**2)
    power = np.where(f > 0, known.at(f.astype(np.float32)), np.inf)
    template = np.fft.ifft2(np.fft.fft2(signal) / power).real
    without = (noise * template).sum(axis=(1, 2))
    measured = float((signal * template).sum() / without.std())
    assert prewhitening_index(signal, SPACING, known) == pytest.approx(measured, rel=0.15)


def test_denser_anatomy_and_fewer_photons_hide_a_lesion() -> None:
    rng = np.random.default_rng(1)
    calm, busy = power_law(rng, 1)[0], power_law(rng, 1, amplitude=2e-4)[0]
    signal = drawn(LesionKind.SPICULATED_MASS)

    def index(patch: np.ndarray, photons: float) -> float:
        return prewhitening_index(signal, SPACING, fit_noise(patch, SPACING, photons))

    assert index(calm, 9000) > index(busy, 9000)
    assert index(calm, 9000) > index(calm, 90)


@pytest.mark.parametrize(
    ("shape", "photons", "words"), [((50, 50), 10.0, "at least 15 x 15 mm"), ((160, 160), 0.0, "above 0")]
)
def test_impossible_patches_are_refused_in_a_sentence(shape, photons, words) -> None:
    with pytest.raises(ValueError, match=words):
        fit_noise(np.zeros(shape, np.float32), SPACING, photons)


def test_the_log_contrast_of_a_thin_layer_is_the_difference_of_attenuation() -> None:
    spectrum = effective_spectrum("TUNGSTEN", "RHODIUM", 28)
    beam = Beam(4, 4, 0.1)
    alone = Rays(beam, np.full((4, 4), 49, np.float32), np.full((4, 4), 1, np.float32))
    expected = np.log(spectrum.transmission(50, 0) / spectrum.transmission(49, 1))
    assert log_contrast(alone, spectrum, 50.0, 0.0)[0, 0] == pytest.approx(expected, rel=1e-3)
    half = log_contrast(alone, spectrum, 50.0, 0.0, primary=0.5)[0, 0]
    assert half == pytest.approx(expected / 2, rel=0.02)


def index_of(plan: LesionPlan) -> float:
    """Return d' of a lesion in the middle of a piece of tissue, on a mammogram of maker B."""
    view, spacing = FlatView(), 0.14
    technique = Technique(28, 80.0, 700, 100.0, 50.0, 1.2, 0.0)
    beam = Beam(500, 500, spacing)
    texture = np.tile(power_law(np.random.default_rng(2), 1)[0], (4, 4))[:500, :500] * 40
    lesion = make_lesion(plan, Site(35.0, 35.0, 0.0))
    dense = (10 + texture).astype(np.float32)
    rays = Rays(beam, (50 - dense).astype(np.float32), dense)
    for part in lesion.parts(view):
        part.add_to(rays)
    return lesion_index(lesion.alone_on(view, spacing), rays, VENDOR_B, technique)


@pytest.mark.parametrize("kind", LesionKind)
def test_a_lesion_of_less_contrast_is_less_detectable(kind: LesionKind) -> None:
    plan = plan_lesion(kind, Conspicuity.CLEAR, np.random.default_rng(6))
    full, weak = (index_of(replace(plan, contrast=plan.contrast * share)) for share in (1.0, 0.4))
    assert full > 1.5 * weak > 0


@pytest.mark.parametrize("kind", LesionKind)
def test_clear_lesions_are_more_detectable_than_moderate_ones_and_those_than_subtle_ones(
    kind: LesionKind,
) -> None:
    clear, moderate, subtle = (
        np.mean([index_of(plan_lesion(kind, grade, np.random.default_rng(seed))) for seed in range(4)])
        for grade in Conspicuity
    )
    assert clear > 1.1 * moderate
    assert moderate > 1.1 * subtle > 0
