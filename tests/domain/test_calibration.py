"""Raw output -> scores."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.calibration import MINIMUM_SAMPLE, Calibration


def calibration(sample: np.ndarray, *, count: int | None = None, factory: bool = False) -> Calibration:
    return Calibration(
        "test",
        "engine",
        "00",
        np.sort(sample),
        count or sample.size,
        factory,
        np.array([0.0, 1.0]),
        np.array([1.0, 100.0]),
    )


def test_each_score_holds_one_tenth_of_the_sample() -> None:
    sample = np.arange(2000, dtype=float)
    scores = Counter(calibration(sample).exam_score(value).value for value in sample)
    assert scores == dict.fromkeys(range(1, 11), 200)


def test_a_tie_gets_the_higher_score() -> None:
    assert calibration(np.array([1.0, 1.0, 2.0, 3.0])).exam_score(1.0).value == 5


def test_the_ends_of_the_scale_are_1_and_10() -> None:
    one = calibration(np.arange(2000, dtype=float))
    assert (one.exam_score(-1e9).value, one.exam_score(1e9).value) == (1, 10)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_a_higher_raw_value_never_gets_a_lower_score(one: float, other: float) -> None:
    made = calibration(np.linspace(-5, 5, 101))
    low, high = sorted((one, other))
    assert made.exam_score(low).value <= made.exam_score(high).value
    assert made.finding_score_of(low) <= made.finding_score_of(high)
    assert 1 <= made.finding_score_of(one) <= 100


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_never_becomes_a_score(raw: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        calibration(np.linspace(0, 1, 11)).exam_score(raw)


@pytest.mark.invariant(7)
def test_a_calibration_is_provisional_from_the_factory_when_too_small_or_heavily_tied() -> None:
    sample = np.arange(MINIMUM_SAMPLE, dtype=float)
    tied = sample.copy()
    tied[:300] = 0
    assert not calibration(sample).exam_score(1.0).provisional
    assert calibration(sample, factory=True).exam_score(1.0).provisional
    assert calibration(sample[:-1]).exam_score(1.0).provisional
    assert calibration(tied).exam_score(1.0).provisional


def test_a_sample_that_is_not_ascending_is_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        Calibration("x", "e", "", np.array([2.0, 1.0]), 2, True, np.array([0.0, 1.0]), np.array([1.0, 9.0]))
