"""Raw output -> scores."""

import math
from collections import Counter

import numpy as np
import pytest
from calibration_samples import calibration, normal_exams
from hypothesis import example, given, settings
from hypothesis import strategies as st

from klarsyn.domain.calibration import MINIMUM_SAMPLE, Calibration
from klarsyn.domain.calibration_sample import sample_sha256, score_by_thresholds, thresholds, tie_mass
from klarsyn.domain.calibration_state import CalibrationState

FINITE = st.floats(allow_nan=False, allow_infinity=False)
# Whole numbers tie often, floats hardly ever.
SAMPLES = st.lists(st.one_of(FINITE, st.integers(-5, 5).map(float)), min_size=2, max_size=60).map(np.array)


def test_each_score_holds_one_tenth_of_the_sample() -> None:
    sample = np.arange(2000, dtype=float)
    scores = Counter(calibration(sample).exam_score(value).value for value in sample)
    assert scores == dict.fromkeys(range(1, 11), 200)


def test_2000_simulated_normal_exams_by_raw_score_sampling_fall_into_tenths() -> None:
    sample = normal_exams(MINIMUM_SAMPLE)
    scores = Counter(calibration(sample).exam_score(value).value for value in sample)
    assert scores == dict.fromkeys(range(1, 11), 200)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["gumbel", "normal", "exponential"]))
def test_new_exams_of_one_population_fall_into_tenths_within_sampling_error(seed: int, kind: str) -> None:
    draw = np.random.default_rng(seed)
    sample, new = (getattr(draw, kind)(size=size) for size in (MINIMUM_SAMPLE, 5000))
    # All at once by nine quantiles, which score exactly as the sample does (tested below).
    scores = 1 + np.searchsorted(thresholds(np.sort(sample)), new, side="right")
    shares = np.bincount(scores, minlength=11)[1:] / new.size
    # Both the borders of a tenth and its count are drawn; six standard deviations for ten scores.
    assert (np.abs(shares - 0.1) < 6 * math.sqrt(0.1 * 0.9 * (1 / MINIMUM_SAMPLE + 1 / new.size))).all()


def test_a_tie_gets_the_higher_score() -> None:
    assert calibration(np.array([1.0, 1.0, 2.0, 3.0])).exam_score(1.0).value == 5


@given(SAMPLES, FINITE)
def test_the_score_is_the_formula_of_the_design(sample: np.ndarray, raw: float) -> None:
    k, n = sum(1 for value in sample.tolist() if value <= raw), sample.size
    whole, rest = divmod(10 * k, n)
    assert calibration(sample).exam_score(raw).value == max(1, whole + bool(rest))


@given(SAMPLES)
def test_equal_values_share_the_score_of_the_last_of_them(sample: np.ndarray) -> None:
    made, ordered = calibration(sample), np.sort(sample)
    for value in set(ordered.tolist()):
        last = int(np.flatnonzero(ordered == value)[-1]) + 1
        assert made.exam_score(value).value == max(1, math.ceil(10 * last / ordered.size - 1e-12))


@given(SAMPLES, FINITE, st.randoms())
def test_the_order_in_which_exams_came_changes_neither_score_nor_hash(sample, raw, shuffle) -> None:
    other = sample.tolist()
    shuffle.shuffle(other)
    assert calibration(np.array(other)).exam_score(raw) == calibration(sample).exam_score(raw)
    assert sample_sha256(np.array(other)) == sample_sha256(sample)


def test_another_value_is_another_hash() -> None:
    assert sample_sha256(np.array([1.0, 2.0])) != sample_sha256(np.array([1.0, np.nextafter(2.0, 3.0)]))
    assert sample_sha256(np.array([0.0, 1.0])) == sample_sha256(np.array([-0.0, 1.0]))


@given(st.one_of(SAMPLES, st.lists(FINITE, min_size=1, max_size=3).map(np.array)), st.data())
def test_nine_kept_quantiles_give_the_same_score_as_the_whole_sample_exactly(sample, data) -> None:
    ordered = np.sort(sample)
    raw = data.draw(st.one_of(FINITE, st.sampled_from(ordered.tolist())))
    k, n = int(np.searchsorted(ordered, raw, side="right")), ordered.size
    for steps in (10, 100):
        assert score_by_thresholds(raw, thresholds(ordered, steps)) == max(1, -(-steps * k // n))


@pytest.mark.parametrize("n", [1, 2, 3, 9, 10, 11])
def test_a_small_sample_scores_from_1_to_10_and_no_further(n: int) -> None:
    kept = thresholds(np.arange(n, dtype=float))
    assert [score_by_thresholds(raw, kept) for raw in (-1.0, float(n))] == [1, 10]


def test_the_ends_of_the_scale_are_1_and_10() -> None:
    one = calibration(np.arange(2000, dtype=float))
    assert (one.exam_score(-1e9).value, one.exam_score(1e9).value) == (1, 10)


@given(SAMPLES, FINITE, FINITE)
def test_a_higher_raw_value_never_gets_a_lower_score(sample: np.ndarray, one: float, other: float) -> None:
    made = calibration(sample)
    low, high = sorted((one, other))
    assert made.exam_score(low).value <= made.exam_score(high).value
    assert made.finding_score_of(low) <= made.finding_score_of(high)
    assert 1 <= made.finding_score_of(one) <= 100


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_never_becomes_a_score(raw: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        calibration(np.linspace(0, 1, 11)).exam_score(raw)
    with pytest.raises(ValueError, match="finite"):
        score_by_thresholds(raw, np.array([0.5]))


@given(st.integers(0, 600))
@example(200)
@example(201)
@settings(max_examples=50, deadline=None)
def test_a_tie_of_more_than_a_tenth_of_the_sample_makes_a_calibration_invalid(tied: int) -> None:
    sample = np.arange(MINIMUM_SAMPLE, dtype=float)
    sample[:tied] = 0
    assert tie_mass(sample) == max(1, tied) / MINIMUM_SAMPLE
    assert calibration(sample).provisional == (tied > 200)


@pytest.mark.invariant(7)
def test_without_a_valid_calibration_a_score_is_provisional() -> None:
    sample = np.arange(MINIMUM_SAMPLE, dtype=float)
    tied = sample.copy()
    tied[:300] = 0
    assert not calibration(sample).exam_score(1.0).provisional
    assert calibration(sample, factory=True).exam_score(1.0).provisional
    assert calibration(sample[:-1]).exam_score(1.0).provisional
    assert calibration(sample[::20], count=MINIMUM_SAMPLE).exam_score(1.0).provisional
    assert calibration(tied).exam_score(1.0).provisional


@pytest.mark.invariant(7)
@pytest.mark.parametrize("state", [s for s in CalibrationState if s is not CalibrationState.VALID])
def test_every_state_but_valid_makes_a_score_provisional(state: CalibrationState) -> None:
    assert calibration(normal_exams(MINIMUM_SAMPLE), state=state).exam_score(1.0).provisional


def test_a_calibration_that_nobody_has_called_valid_is_not() -> None:
    made = calibration(normal_exams(MINIMUM_SAMPLE))
    knots = made.finding_raw, made.finding_score
    assert Calibration("x", "e", "", made.sample, made.count, False, *knots).provisional


def test_a_sample_that_is_not_ascending_is_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        Calibration("x", "e", "", np.array([2.0, 1.0]), 2, True, np.array([0.0, 1.0]), np.array([1.0, 9.0]))
