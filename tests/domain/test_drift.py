"""Two samples compared, with their doubt."""

import numpy as np
import pytest
from calibration_samples import normal_exams
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from klarsyn.domain.calibration_sample import sample_sha256
from klarsyn.domain.drift import MINIMUM_RECENT, Verdict, compare


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # scipy's own p value of very few
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=80),
    st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=80),
)
def test_the_distance_is_that_of_scipy_ties_and_all(one: list[float], other: list[float]) -> None:
    found = compare(np.array(one), np.array(other))
    assert found.ks == pytest.approx(stats.ks_2samp(one, other, method="asymp").statistic, abs=1e-12)


def test_the_p_value_is_that_of_scipy() -> None:
    one, other = normal_exams(2000), normal_exams(1500, 2, 0.02)
    theirs = stats.ks_2samp(one, other, method="exact").pvalue
    assert compare(one, other).ks_p == pytest.approx(theirs, rel=0.1)


def test_an_unchanged_population_is_alike_nearly_always_at_1500_exams() -> None:
    verdicts = [compare(normal_exams(2000, n), normal_exams(1500, n + 500)).verdict for n in range(40)]
    assert verdicts.count(Verdict.ALIKE) >= 36
    assert Verdict.DIFFERENT not in verdicts


def test_a_shift_of_half_a_standard_deviation_is_different() -> None:
    assert compare(normal_exams(2000), normal_exams(1000, 2, 0.13)).verdict is Verdict.DIFFERENT


def test_a_small_shift_among_few_exams_is_not_called_alike() -> None:
    found = compare(normal_exams(2000), normal_exams(1000, 2, 0.045))
    assert found.verdict is Verdict.UNSURE


def test_fewer_than_1000_exams_are_too_few_whatever_they_say() -> None:
    for shift in (0.0, 5.0):
        found = compare(normal_exams(2000), normal_exams(MINIMUM_RECENT - 1, 2, shift))
        assert found.verdict is Verdict.TOO_FEW


def test_the_intervals_hold_the_true_distance() -> None:
    # Between two normal distributions half a standard deviation apart it is 2 Phi(1/4) - 1.
    truth = 2 * stats.norm.cdf(0.25) - 1
    held = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        found = compare(draw.normal(size=400), draw.normal(0.5, size=300))
        held += found.ks_low <= truth <= found.ks_high
    assert held >= 57


@given(st.randoms())
@settings(max_examples=10, deadline=None)
def test_the_same_samples_give_the_same_comparison_whatever_their_order(shuffle) -> None:
    one, other = normal_exams(300), normal_exams(200, 2)
    turned = other.tolist()
    shuffle.shuffle(turned)
    assert compare(one, np.array(turned)) == compare(one, other)


@pytest.mark.invariant(11)
def test_numbers_carry_their_doubt_a_comparison_tells_exams_and_intervals() -> None:
    one, other = normal_exams(2000), normal_exams(1200, 2)
    found = compare(one, other)
    assert (found.n_reference, found.n_recent) == (2000, 1200)
    assert (found.reference_sha256, found.recent_sha256) == (sample_sha256(one), sample_sha256(other))
    assert found.ks_low <= found.ks <= found.ks_high
    assert found.psi_low <= found.psi <= found.psi_high
    told = str(found)
    for part in (
        "1200 exams against 2000",
        found.verdict.value,
        f"{found.ks_high:.3f}",
        f"{found.psi_low:.3f}",
    ):
        assert part in told


def test_one_exam_is_compared_without_an_error() -> None:
    assert compare(np.array([1.0]), np.array([1.0])).ks == 0.0
