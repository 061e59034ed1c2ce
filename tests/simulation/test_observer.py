"""Model observers: an index that theory confirms, and figures that grow with contrast."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.simulation.hotelling import (
    area,
    bands_of,
    index_of_area,
    laguerre_gauss,
    observe,
    responses,
    separation,
)
from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import make_lesion
from klarsyn.simulation.lesions.plan import plan_lesion
from klarsyn.simulation.observer import (
    NoiseSpectrum,
    detectability,
    fit_noise,
    lesion_index,
    log_contrast,
    prewhitening_index,
)
from klarsyn.simulation.rays import Beam, Rays
from klarsyn.simulation.xray.materials import effective_spectrum
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import VENDOR_B

SPACING = 0.2
SIZE = 160
CLASSES = [kind for kind in LesionKind if kind.suspicious] + [
    LesionKind.SMOOTH_MASS,
    LesionKind.ROUND_CLUSTER,
]


class FlatView:
    """Even tissue in which the frame of the image is breast space."""

    thickness_mm = 50.0

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        return depth, lateral, 25 + superior

    def skin_distance(self, spacing_mm: float) -> np.ndarray:
        return np.full((int(80 / spacing_mm), int(80 / spacing_mm)), 30, np.float32)

    def pectoral_depth(self, spacing_mm: float) -> None:
        return None

    def dense_share(self, x: float, y: float) -> float:
        return 0.2


def power_law(rng: np.random.Generator, count: int, beta: float = 2.7, amplitude: float = 2e-5) -> np.ndarray:
    """Gaussian fields (count, SIZE, SIZE) of power amplitude / f ** beta."""
    f = np.hypot(np.fft.fftfreq(SIZE, SPACING)[:, None], np.fft.rfftfreq(SIZE, SPACING))
    f[0, 0] = np.inf
    white = np.fft.rfft2(rng.standard_normal((count, SIZE, SIZE)))
    return np.fft.irfft2(white * np.sqrt(amplitude / f**beta) / SPACING, (SIZE, SIZE)).astype(np.float32)


def drawn(kind: LesionKind, contrast: float = 1.0) -> np.ndarray:
    """The signal of a lesion of that kind in the middle of a patch."""
    plan = plan_lesion(kind, Conspicuity.MODERATE, np.random.default_rng(6))
    middle = SIZE * SPACING / 2
    beam = Beam(SIZE, SIZE, SPACING)
    rays = Rays(beam, np.full(beam.shape, 50, np.float32), np.zeros(beam.shape, np.float32))
    for part in make_lesion(plan, Site(middle, middle, 0.0)).parts(FlatView()):
        part.add_to(rays)
    spectrum = effective_spectrum("TUNGSTEN", "RHODIUM", 28)
    return log_contrast(rays, spectrum, 50.0, 0.2) * np.float32(contrast)


def disc(height: float) -> np.ndarray:
    at = (np.arange(SIZE) - (SIZE - 1) / 2) * SPACING
    return (height * np.exp(-(at[:, None] ** 2 + at**2) / 18)).astype(np.float32)


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
    assert detectability(signal, calm, SPACING, 9000) > detectability(signal, busy, SPACING, 9000)
    assert detectability(signal, calm, SPACING, 9000) > detectability(signal, calm, SPACING, 90)


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


@pytest.mark.parametrize("kind", LesionKind)
def test_a_lesion_in_a_cast_is_graded_the_same_wherever_it_is_cut_out(kind: LesionKind) -> None:
    view = FlatView()
    technique = Technique(28, 80.0, 700, 100.0, 50.0, 1.2, 0.0)
    beam = Beam(500, 500, 0.14)
    texture = np.tile(power_law(np.random.default_rng(2), 1)[0], (4, 4))[:500, :500] * 40
    indices = []
    for strength in (1.0, 0.4):
        plan = plan_lesion(kind, Conspicuity.CLEAR, np.random.default_rng(6))
        plan = type(plan)(plan.kind, plan.conspicuity, plan.size_mm, plan.contrast * strength, plan.seed)
        lesion = make_lesion(plan, Site(35.0, 35.0, 0.0))
        dense = (10 + texture).astype(np.float32)
        rays = Rays(beam, (50 - dense).astype(np.float32), dense)
        for part in lesion.parts(view):
            part.add_to(rays)
        indices.append(lesion_index(lesion.alone_on(view, 0.14), rays, VENDOR_B, technique))
    assert indices[0] > 1.5 * indices[1] > 0


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    assert area(np.array([0.0, 1, 2]), np.array([1.0, 3])) == pytest.approx((1.5 + 3) / 6)
    assert index_of_area(0.5) == 0
    assert separation(np.array([0.0, 2]), np.array([4.0, 6])) == pytest.approx(4 / np.sqrt(2))


def test_a_reader_of_nothing_guesses() -> None:
    rng = np.random.default_rng(4)
    result = observe(rng.normal(size=(400, 5)), rng.normal(size=(400, 5)), rng)
    assert result.auc == pytest.approx(0.5, abs=0.08)
    assert result.auc_interval[0] < result.auc < result.auc_interval[1]


def test_internal_noise_costs_performance() -> None:
    rng = np.random.default_rng(4)
    healthy, diseased = rng.normal(size=(400, 3)), rng.normal(0.9, 1, (400, 3))
    clean = observe(healthy, diseased, np.random.default_rng(1))
    noisy = observe(healthy, diseased, np.random.default_rng(1), internal_noise=1.5)
    assert noisy.index < 0.8 * clean.index


def test_too_few_samples_are_refused_in_a_sentence() -> None:
    few = np.zeros((10, 6))
    with pytest.raises(ValueError, match=r"10 samples are too few to train 6 channels"):
        observe(few, few, np.random.default_rng(1))


def test_laguerre_gauss_channels_are_orthonormal() -> None:
    channels = laguerre_gauss((200, 200), 0.2, 12.0, 4)
    assert np.allclose(channels @ channels.T * 0.2**2, np.eye(4), atol=0.02)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_lesion_class_is_seen_better_the_more_contrast_it_has(kind: LesionKind) -> None:
    rng = np.random.default_rng(8)
    signal = drawn(kind)
    round_ = kind.is_mass or kind is LesionKind.ASYMMETRY
    channels = (
        laguerre_gauss(signal.shape, SPACING, 12.0, 5) if round_ else bands_of(signal, SPACING, count=5)
    )
    samples = [
        power_law(rng, 160) + rng.normal(0, 0.02, (160, SIZE, SIZE)).astype(np.float32) for _ in (0, 1)
    ]
    # The contrast at which the reader just sees it lies in the middle of the steps.
    half = separation(*(responses(s, channels)[:, 0] for s in (samples[0], samples[1] + signal)))
    steps = np.array([0.0, 0.5, 1.0, 2.0]) / max(abs(half), 1.0)
    found = [
        observe(
            responses(samples[0], channels),
            responses(samples[1] + np.float32(step) * signal, channels),
            np.random.default_rng(1),
        )
        for step in steps
    ]
    indices = [result.index for result in found]
    assert indices == sorted(indices)
    assert found[-1].index_interval[0] > found[0].index_interval[1]
    assert found[0].auc_interval[0] < 0.5 + 0.05
