"""The observer who knows the place: its channels, its honesty, its curve."""

import numpy as np
import observer_channels as channels
import pytest
from observer_patches import samples
from observer_strata import Responses, as_toml, contrast_at, curve, decisions
from scipy.stats import norm
from strata import AREAS, LesionClass

from klarsyn.simulation.hotelling import area

_CONTRASTS = (0.1, 0.2, 0.4, 0.8)
TOWARDS, FACING = 9, 10
"""Lines towards the place and edges that face it, in the inner ring."""


def grid():
    n = channels.SIDE
    y, x = np.mgrid[:n, :n].astype(np.float32)
    return (x - (n - 1) / 2) * channels.SPACING_MM, (y - (n - 1) / 2) * channels.SPACING_MM


def noise(seed=1):
    return np.random.default_rng(seed).normal(0, 0.02, (channels.SIDE,) * 2).astype(np.float32)


def responses(women, effect, seed):
    """Ten channels, of which the first rises with contrast and the others are noise."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(women), 4)
    without, with_ = rng.normal(size=(len(who), 10)), rng.normal(size=(len(who), 4, 10))
    with_[..., 0] += effect * np.array(_CONTRASTS)
    return Responses(who, without, with_)


def test_lines_towards_the_place_and_around_it_are_told_apart():
    x, y = grid()
    spokes = 0.3 * np.cos(12 * np.arctan2(y, x)).astype(np.float32)
    rings = 0.3 * np.cos(2 * np.pi * np.hypot(x, y) / 2.0).astype(np.float32)
    assert channels.channel_responses(spokes + noise())[TOWARDS] > 0.3
    assert channels.channel_responses(rings + noise())[TOWARDS] < -0.3


def test_edges_that_face_the_place_are_seen_whatever_their_height():
    x, y = grid()
    for height in (0.2, 2.0):
        mass = height / (1 + np.exp((np.hypot(x, y) - 4.5) / 0.8))
        assert channels.channel_responses(mass.astype(np.float32) + noise())[FACING] > 0.4


def test_specks_are_seen_wherever_in_the_region_they_lie():
    for seed in (2, 3):
        empty = noise(seed)
        specks = empty.copy()
        for row, column in np.random.default_rng(seed).integers(110, 210, (8, 2)):
            specks[row - 1 : row + 2, column - 1 : column + 2] += 0.3
        sharpest = slice(5, 7)
        gain = channels.channel_responses(specks)[sharpest] - channels.channel_responses(empty)[sharpest]
        assert gain[0] > 0.4


def test_where_there_is_nothing_to_see_the_observer_has_learnt_nothing_by_heart():
    without, with_ = decisions(responses(60, 0.0, 11))
    assert area(without, with_[:, 3]) == pytest.approx(0.5, abs=0.09)


def test_the_observer_reaches_the_area_that_its_one_channel_allows():
    without, with_ = decisions(responses(120, 2.5, 12))
    assert area(without, with_[:, 3]) == pytest.approx(norm.cdf(2.0 / np.sqrt(2)), abs=0.05)


@pytest.mark.parametrize("wanted", AREAS)
def test_the_contrast_of_an_area_is_that_of_the_power_law_that_made_the_curve(wanted):
    law = [float(norm.cdf(3 * c**0.8 / np.sqrt(2))) for c in _CONTRASTS]
    found = contrast_at(_CONTRASTS, law, wanted)
    assert norm.cdf(3 * found**0.8 / np.sqrt(2)) == pytest.approx(wanted, abs=0.002)


def test_a_curve_has_an_interval_for_each_stratum_and_the_file_repeats_to_the_byte():
    measured = responses(60, 3.0, 13)
    found = curve(measured, _CONTRASTS)
    contrasts = [value for value, _, _ in found.strata]
    assert contrasts == sorted(contrasts)
    assert all(low < value < high for value, low, high in found.strata)
    assert as_toml({LesionClass.MASS: found}, 60) == as_toml(
        {LesionClass.MASS: curve(measured, _CONTRASTS)}, 60
    )


def test_a_lesion_brightens_the_middle_of_its_patch_and_nothing_else_changes_the_noise():
    for sample in samples(0, {LesionClass.ASYMMETRY: (1e-6, 0.5)}):
        none, strong = sample.with_
        assert none.shape == (channels.SIDE, channels.SIDE)
        added = strong - none
        middle = added[150:170, 150:170].mean()
        assert middle > 0.02
        assert abs(np.median(added[:20, :20])) < 0.35 * middle
