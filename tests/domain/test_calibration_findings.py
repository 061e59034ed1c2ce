"""A region's raw value -> its score 1-100."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from klarsyn.domain.calibration_findings import (
    MINIMUM_CANCERS,
    FindingMap,
    finding_map_from_outcomes,
    isotonic,
)


def outcomes(count: int, seed: int = 1, steps: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Raw values and outcomes of regions of which the higher are malignant more often."""
    draw = np.random.default_rng(seed)
    raw = draw.uniform(0, 1, count)
    return (np.round(raw * steps) / steps if steps else raw), draw.uniform(0, 1, count) < raw**2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0, 3, 20]), st.floats(-1, 2), st.floats(-1, 2))
def test_finding_scores_from_outcomes_never_fall(seed: int, steps: int, one: float, other: float) -> None:
    made = finding_map_from_outcomes(*outcomes(250, seed, steps))
    low, high = sorted((one, other))
    assert 1 <= made.score_of(low) <= made.score_of(high) <= 100


@given(
    st.lists(st.tuples(st.floats(-10, 10), st.integers(1, 9).map(float)), min_size=1, max_size=40).map(
        np.array
    )
)
def test_pooling_is_the_isotonic_regression_of_scipy(points: np.ndarray) -> None:
    theirs = isotonic_regression(points[:, 0], weights=points[:, 1])
    np.testing.assert_allclose(isotonic(points[:, 0], points[:, 1]), theirs.x, atol=1e-9)


def test_a_finding_score_is_the_share_of_cancers_among_its_like() -> None:
    raw, malignant = outcomes(20_000)
    made = finding_map_from_outcomes(raw, malignant)
    # The truth of these outcomes is raw squared.
    for value in (0.3, 0.5, 0.7, 0.9):
        assert abs(made.score_of(value) - 100 * value**2) <= 5


@given(st.randoms())
def test_the_order_of_outcomes_changes_nothing(shuffle) -> None:
    raw, malignant = outcomes(200, steps=20)
    order = list(range(200))
    shuffle.shuffle(order)
    one, other = (finding_map_from_outcomes(raw[i], malignant[i]) for i in (np.arange(200), np.array(order)))
    assert (one.score.tolist(), one.sha256) == (other.score.tolist(), other.sha256)


def test_regions_of_one_raw_value_get_one_score() -> None:
    raw, malignant = np.repeat([0.0, 1.0], 100), np.tile([False, True, True, True], 50)
    assert finding_map_from_outcomes(raw, malignant).raw.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("raw", "malignant", "said"),
    [
        (np.arange(199.0), np.arange(199) % 2 == 0, "too few"),
        (np.arange(300.0), np.zeros(300, bool), "one kind"),
        (np.arange(300.0), np.arange(300) < 49, "49 cancers are too few"),
        (np.ones(300), np.arange(300) % 2 == 0, "same raw value"),
        (np.append(np.arange(299.0), np.nan), np.arange(300) % 2 == 0, "finite"),
    ],
)
def test_outcomes_that_carry_no_probability_are_refused(raw, malignant, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        finding_map_from_outcomes(raw, malignant)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 120), st.integers(200, 400))
def test_few_cancers_never_become_probabilities_and_enough_tell_high_from_low(seed, cancers, count) -> None:
    draw = np.random.default_rng(seed)
    malignant = np.arange(count) < cancers
    raw = draw.normal(0, 1, count) + 2 * malignant
    if cancers < MINIMUM_CANCERS:
        with pytest.raises(ValueError, match=r"cancers are too few|one kind"):
            finding_map_from_outcomes(raw, malignant)
    else:
        made = finding_map_from_outcomes(raw, malignant)
        assert made.score_of(-np.inf) < 100 * cancers / count < made.score_of(np.inf)


@given(st.integers(1, 100))
def test_the_raw_value_of_a_score_is_where_the_score_begins(score: int) -> None:
    made = FindingMap(np.array([0.0, 0.2, 0.7, 1.0]), np.array([1.0, 10.0, 10.0, 99.0]), "test")
    raw = made.raw_at(score)
    assert made.score_of(raw + 1e-9) >= min(score, 99)
    assert made.score_of(raw - 1e-6) < score or raw == 0.0 or score == 100


def test_a_map_that_falls_is_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        FindingMap(np.array([0.0, 1.0]), np.array([9.0, 1.0]), "test")
