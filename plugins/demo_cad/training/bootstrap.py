"""Intervals by drawing exams again: marks of one exam belong together and are drawn together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Statistic = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]
"""From the numbers of exams, some of them more than once, to one or several values."""

DRAWS = 1000
SEED = 71


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval; all not a number where there was nothing to measure."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if np.isnan(self.value):
            return "–"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def intervals(
    statistic: Statistic, groups: npt.NDArray[np.int64], draws: int = DRAWS, seed: int = SEED
) -> list[Interval]:
    """Return the statistic of all exams, with intervals.

    Parameters
    ----------
    groups
        One label an exam. Exams are drawn within each, as the test set has fixed how many there are of it.
    """
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == label) for label in np.unique(groups)]
    value = statistic(np.arange(len(groups)))
    drawn = np.array([
        statistic(np.concatenate([rng.choice(own, len(own)) for own in members])) for _ in range(draws)
    ])  # fmt: skip
    result = []
    for k, v in enumerate(value):
        column = drawn[:, k][~np.isnan(drawn[:, k])]
        low, high = np.quantile(column, [0.025, 0.975]) if len(column) else (np.nan, np.nan)
        result.append(Interval(float(v), float(low), float(high)))
    return result
