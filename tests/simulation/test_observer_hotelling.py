"""The channelised Hotelling observer: figures that theory gives, and that grow with contrast."""

import numpy as np
import pytest
from observed_patches import SIZE, SPACING, drawn, power_law

from klarsyn.simulation.hotelling import (
    area,
    bands_of,
    index_of_area,
    laguerre_gauss,
    observe,
    responses,
    separation,
)
from klarsyn.simulation.lesions.kinds import LesionKind

CLASSES = [kind for kind in LesionKind if kind.suspicious] + [
    LesionKind.SMOOTH_MASS,
    LesionKind.ROUND_CLUSTER,
]


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
