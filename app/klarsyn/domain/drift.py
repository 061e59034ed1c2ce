"""Are two samples of raw exam values alike? Each answer has its numbers of exams and its interval.

Only for exams that were met one after the other, each once: the intervals take them for independent draws.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from klarsyn.domain.calibration_sample import sample_sha256, thresholds

MINIMUM_RECENT = 1000
"""Exams in shadow mode before a comparison says anything."""

KS_LIMIT = 0.10
"""Largest difference of the two distributions that still counts as alike: one tenth of the exams, the
width of one score."""

PSI_LIMIT = 0.10
"""Population stability index up to which the trade speaks of no change (Siddiqi, Credit Risk Scorecards,
2006)."""

_DOUBT = 0.05
_DRAWS = 2000
Values = npt.NDArray[np.float64]


class Verdict(StrEnum):
    """What a comparison says."""

    TOO_FEW = "too few exams to say"
    ALIKE = "alike"
    UNSURE = "not enough exams to say whether they are alike"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Recent exams against a reference sample.

    `ks` is the Kolmogorov-Smirnov distance with an interval that holds at 95 % or better for every number of
    exams, `ks_p` its asymptotic p value. `psi` is the population stability index over the reference's
    ten scores with its 95 % bootstrap interval.
    """

    reference_sha256: str
    recent_sha256: str
    n_reference: int
    n_recent: int
    ks: float
    ks_low: float
    ks_high: float
    ks_p: float
    psi: float
    psi_low: float
    psi_high: float

    @property
    def verdict(self) -> Verdict:
        """Alike only where both intervals end below their limits: no proof of change is no proof of none."""
        if self.n_recent < MINIMUM_RECENT:
            return Verdict.TOO_FEW
        if self.ks_low > KS_LIMIT or self.psi_low > PSI_LIMIT:
            return Verdict.DIFFERENT
        if self.ks_high <= KS_LIMIT and self.psi_high <= PSI_LIMIT:
            return Verdict.ALIKE
        return Verdict.UNSURE

    def __str__(self) -> str:
        """The comparison in one line."""
        return (
            f"{self.n_recent} exams against {self.n_reference}: {self.verdict.value}. "
            f"Kolmogorov–Smirnov {self.ks:.3f} ({self.ks_low:.3f}–{self.ks_high:.3f}, p = {self.ks_p:.2g}, "
            f"alike up to {KS_LIMIT:.2f}); population stability index {self.psi:.3f} "
            f"({self.psi_low:.3f}–{self.psi_high:.3f}, alike up to {PSI_LIMIT:.2f})."
        )


def compare(reference: Values, recent: Values) -> Comparison:
    """Compare two samples of raw values, in any order, shapes (n,) and (m,); neither may be empty.

    The same samples give the same numbers, intervals included.
    """
    reference, recent = np.sort(reference) + 0.0, np.sort(recent) + 0.0
    n, m = reference.size, recent.size
    points = np.concatenate([reference, recent])
    gaps = np.searchsorted(reference, points, "right") / n - np.searchsorted(recent, points, "right") / m
    ks = float(np.abs(gaps).max())
    hashes = sample_sha256(reference), sample_sha256(recent)
    edges = thresholds(reference)
    counts = [np.bincount(np.searchsorted(edges, v, "right"), minlength=10) for v in (reference, recent)]
    # Drawn from a seed of the samples' own, so that whoever repeats the comparison gets the same interval.
    draw = np.random.default_rng(int(hashes[0][:8] + hashes[1][:8], 16))
    drawn = _psi(*(draw.multinomial(c.sum(), c / c.sum(), size=_DRAWS) for c in counts))
    low, high = np.quantile(drawn, (_DOUBT / 2, 1 - _DOUBT / 2))
    psi = float(_psi(*counts))
    return Comparison(
        *hashes,
        n,
        m,
        ks,
        max(0.0, ks - _falls_short(n) - _falls_short(m)),
        min(1.0, ks + _passes(n, m)),
        _p_value(ks, n, m),
        psi,
        min(psi, float(low)),
        max(psi, float(high)),
    )


def _falls_short(n: int) -> float:
    """How far a sample's F may lie off anywhere, with a quarter of the doubt for either side and sample.

    Dvoretzky-Kiefer-Wolfowitz with Massart's constant (Ann. Probab. 18, 1990): 2 exp(-2 n e^2).
    """
    return math.sqrt(math.log(2 / (_DOUBT / 4)) / (2 * n))


def _passes(n: int, m: int) -> float:
    """How far the true distance may lie above the one found.

    At the point where the true distance is reached the found gap is a difference of two means, and the
    distance found is not smaller than that gap: Hoeffding's bound exp(-2 t^2 / (1/n + 1/m)) at this
    one point is enough (J. Am. Stat. Assoc. 58, 1963).
    """
    return math.sqrt(math.log(1 / (_DOUBT / 2)) * (1 / n + 1 / m) / 2)


def _p_value(ks: float, n: int, m: int) -> float:
    """Kolmogorov's limit: how often samples of one distribution differ by so much."""
    reach = ks * math.sqrt(n * m / (n + m))
    if reach < 0.2:  # the series falls slowly there, and its sum is 1 to twelve digits
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * reach) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))


def _psi(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Values:
    """Return the index over the last axis; half an exam in each bin keeps empty ones finite."""
    p, q = ((c + 0.5) / (c + 0.5).sum(axis=-1, keepdims=True) for c in (one, other))
    return np.asarray(((p - q) * np.log(p / q)).sum(axis=-1), np.float64)
