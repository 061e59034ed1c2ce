"""A sample of raw exam values: its identity, its ties, and the few values that score like all of it."""

import hashlib
import math

import numpy as np
import numpy.typing as npt

MINIMUM_SAMPLE = 2000
"""Consecutive screening exams that a calibration needs before its scores stop being provisional."""

TIE_LIMIT = 0.1
"""The largest part of a sample that one value may hold: beyond it a score would hold more than a tenth."""

Values = npt.NDArray[np.float64]


def tenth(not_above: int, count: int) -> int:
    """Return max(1, ceil(10 k / n)) in whole numbers: 10 * 0.7 is more than 7 in floating point."""
    return max(1, -(-10 * not_above // count))


def sample_sha256(sample: Values) -> str:
    """Return the SHA-256, in hex, of the values in ascending order as little-endian doubles.

    The order in which exams came does not change it; a negative zero counts as zero.
    """
    ordered = np.sort(np.asarray(sample, dtype="<f8")) + 0.0
    return hashlib.sha256(ordered.astype("<f8").tobytes()).hexdigest()


def tie_mass(sample: Values) -> float:
    """Return the part of the sample that its most frequent value holds, 0 to 1."""
    _, counts = np.unique(sample, return_counts=True)
    return float(counts.max() / sample.size)


def thresholds(sample: Values, steps: int = 10) -> Values:
    """Return the `steps` - 1 values of the sample at which F passes 1/steps, 2/steps, ...

    ceil(steps k / n) is above s exactly where k > s n / steps, and so where the raw value is at least the
    ordered value number floor(s n / steps) + 1. Hence 1 + the number of thresholds not above a raw value is
    max(1, ceil(steps k / n)): not an approximation, but the same score as the whole sample gives, for every
    raw value and every n.

    Parameters
    ----------
    sample
        Ascending, shape (n,), n at least 1.
    """
    places = [s * sample.size // steps for s in range(1, steps)]
    return sample[places]


def score_by_thresholds(raw: float, kept: Values) -> int:
    """Return the score, 1 to kept.size + 1, that the sample behind `kept` gives.

    Raises
    ------
    ValueError
        If `raw` is not finite.
    """
    if not math.isfinite(raw):
        raise ValueError("The engine's exam value is not a finite number.")
    return 1 + int(np.searchsorted(kept, raw, side="right"))
