"""Intervals by drawing exams again."""

import numpy as np
import pytest
from bootstrap import Interval, intervals

ONE_GROUP = np.zeros(100, np.int64)
values = np.random.default_rng(5).normal(3.0, 1.0, 100)


def mean(rows):
    return np.array([values[rows].mean()])


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    assert intervals(mean, ONE_GROUP, 200) == intervals(mean, ONE_GROUP, 200)
    assert intervals(mean, ONE_GROUP, 200) != intervals(mean, ONE_GROUP, 200, seed=72)


def test_the_interval_of_a_mean_is_that_of_its_standard_error():
    found = intervals(mean, ONE_GROUP, 2000)[0]
    error = 1.96 * values.std() / 10
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - error, abs=0.03)
    assert found.high == pytest.approx(values.mean() + error, abs=0.03)


def test_exams_are_drawn_within_their_group_so_that_its_share_stays():
    groups = np.repeat([0, 1], [90, 10])
    seen = []
    intervals(lambda rows: np.array([float(seen.append((groups[rows] == 1).sum()) or 0)]), groups, 50)
    assert set(seen) == {10}


def test_what_could_not_be_measured_has_no_interval():
    found = intervals(lambda rows: np.array([np.nan]), ONE_GROUP, 20)[0]
    assert np.isnan(found.low)
    assert str(found) == "–"


def test_an_interval_is_written_with_two_digits():
    assert str(Interval(0.7549, 0.7, 0.81)) == "0.75 (0.70 to 0.81)"
