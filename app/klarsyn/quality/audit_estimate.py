"""What single reading loses against double reading, measured on the exams that were drawn for the audit.

Each audited exam stands for as many as its draw left out: it counts with the inverse of its probability
(Horvitz and Thompson 1952). Where all had the same probability, the interval is the exact one of Clopper and
Pearson (1934); where policies changed meanwhile, that of Fay and Feuer (1997) for weighted sums of rare
events, which covers at least as often as it says while events are rare.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import beta, chi2

_NOTHING = 1e-9
"""Expected counts below it are none: the bound is 0 to the last digit, and the beta function breaks down."""


@dataclass(frozen=True, slots=True)
class AuditedExam:
    """A single-read exam that was drawn, with the probability of its draw (above 0 to 1).

    `lost` tells that its first reader alone would have lost what the two together have found, e.g. a recall.
    """

    probability: float
    lost: bool

    def __post_init__(self) -> None:
        """Refuse a probability with which the exam could not have been drawn."""
        if not 0 < self.probability <= 1:
            raise ValueError("The probability of a draw must be above 0 and 1 at most.")


@dataclass(frozen=True, slots=True)
class AuditEstimate:
    """Of so many audited exams so many were lost; `rate` is per single-read exam, with its interval."""

    audited: int
    lost: int
    rate: float
    low: float
    high: float
    stands_for: float
    """The number of single-read exams that the audited ones stand for."""

    @property
    def lost_among_all(self) -> float:
        """How many are estimated to have been lost among all single-read exams."""
        return self.rate * self.stands_for


def audit_estimate(exams: Iterable[AuditedExam], confidence: float = 0.95) -> AuditEstimate:
    """Estimate the share of single-read exams in which a second reader would have found more.

    Raises
    ------
    ValueError
        If no exam was audited, or `confidence` is not between 0 and 1.
    """
    _check(confidence)
    seen = list(exams)
    if not seen:
        raise ValueError("No audited exam has been read to its end yet, so nothing can be estimated.")
    weights = [1 / each.probability for each in seen]
    lost = [w for w, each in zip(weights, seen, strict=True) if each.lost]
    total = sum(weights)
    rate = sum(lost) / total
    if len(set(weights)) == 1:
        low, high = exact_interval(len(lost), len(seen), confidence)
    else:
        low, high = _weighted_interval([w / total for w in lost], max(weights) / total, confidence)
    return AuditEstimate(len(seen), len(lost), rate, low, high, total)


def exact_interval(lost: float, audited: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson; expected counts need not be whole."""
    _check(confidence)
    if not 0 <= lost <= audited or audited <= 0:
        raise ValueError("There must be audited exams, and of them at most all can be lost.")
    tail = (1 - confidence) / 2
    low = 0.0 if lost < _NOTHING else float(beta.ppf(tail, lost, audited - lost + 1))
    high = 1.0 if audited - lost < _NOTHING else float(beta.isf(tail, lost + 1, audited - lost))
    return low, high


def _weighted_interval(lost: list[float], heaviest: float, confidence: float) -> tuple[float, float]:
    tail, rate, variance = (1 - confidence) / 2, sum(lost), sum(w * w for w in lost)
    low = 0.0 if not lost else variance / (2 * rate) * float(chi2.ppf(tail, 2 * rate**2 / variance))
    # As if one more were lost, of those that stand for most.
    rate, variance = rate + heaviest, variance + heaviest**2
    high = variance / (2 * rate) * float(chi2.isf(tail, 2 * rate**2 / variance))
    return low, min(high, 1.0)


def audited_for(rate: float, half_width: float, confidence: float = 0.95) -> int:
    """Return how many exams must be audited for the interval around an expected `rate` to be so narrow.

    Raises
    ------
    ValueError
        If the rate is no probability, or the width not between 0 and a half.
    """
    _check(confidence)
    if not 0 <= rate <= 1 or not 0 < half_width < 0.5:
        raise ValueError("The rate must be from 0 to 1, the half width above 0 and below a half.")

    def wide(audited: int) -> bool:
        low, high = exact_interval(rate * audited, audited, confidence)
        return (high - low) / 2 > half_width

    enough = 1
    while wide(enough):
        enough *= 2
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        enough, too_few = (enough, middle) if wide(middle) else (middle, too_few)
    return enough


def years_of_audit(
    single_read_a_year: int, percent: float, rate: float, half_width: float, confidence: float = 0.95
) -> float:
    """Return how many years the audit must go on for an interval of `half_width` around an expected `rate`.

    Raises
    ------
    ValueError
        If nothing is audited, or as `audited_for`.
    """
    a_year = single_read_a_year * percent / 100
    if a_year <= 0:
        raise ValueError("Nothing is audited: there must be single-read exams, and a share above 0.")
    return audited_for(rate, half_width, confidence) / a_year


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError("The confidence must lie between 0 and 1.")
