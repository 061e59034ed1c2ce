"""Raw output of an engine -> exam score 1-10 and finding score 1-100.

score = max(1, ceil(10 k / n)), k being the number of values of the reference sample that are not above
the raw value, so that each score holds one tenth of a normal screening population and ties get the
higher score.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import ExamScore

MINIMUM_SAMPLE = 2000
"""Consecutive screening exams that a calibration needs before its scores stop being provisional."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The reference sample of one engine version.

    Parameters
    ----------
    sample
        Raw exam values in ascending order, or their quantiles at equal steps; shape (n,).
    count
        How many exams stand behind `sample`.
    factory
        True when the maker delivered it, from exams that are not this site's: provisional always.
    finding_raw, finding_score
        Knots of the monotone map from a region's raw value to 1-100; both of shape (m,).
    operating_point
        Finding score from which a mark is shown; those below are left out of the result.
    """

    name: str
    engine: str
    model_sha256: str
    sample: npt.NDArray[np.float64]
    count: int
    factory: bool
    finding_raw: npt.NDArray[np.float64]
    finding_score: npt.NDArray[np.float64]
    operating_point: int = 1

    def __post_init__(self) -> None:
        """Refuse a calibration that could not be monotone."""
        for values, what in (
            (self.sample, "sample"),
            (self.finding_raw, "finding map"),
            (self.finding_score, "finding map"),
        ):
            if values.size < 2 or not np.isfinite(values).all() or (np.diff(values) < 0).any():
                raise ValueError(f"Calibration {self.name!r}: the {what} must be finite and ascending.")
        if self.finding_raw.shape != self.finding_score.shape:
            raise ValueError(
                f"Calibration {self.name!r}: the finding map needs as many scores as raw values."
            )

    @property
    def has_heavy_tie(self) -> bool:
        """True when more than a tenth of the sample is one value: scores cannot be told apart then."""
        _, counts = np.unique(self.sample, return_counts=True)
        return bool(counts.max() > 0.1 * self.sample.size)

    @property
    def provisional(self) -> bool:
        """True unless this is a site's own sample, large enough and without heavy ties."""
        return self.factory or self.count < MINIMUM_SAMPLE or self.has_heavy_tie

    def exam_score(self, raw: float) -> ExamScore:
        """Score an exam.

        Raises
        ------
        ValueError
            If `raw` is not finite; such a result never becomes a score.
        """
        if not math.isfinite(raw):
            raise ValueError("The engine's exam value is not a finite number.")
        below, n = int(np.searchsorted(self.sample, raw, side="right")), self.sample.size
        # Integer ceiling: 10 * 0.7 is more than 7 in floating point.
        return ExamScore(max(1, -(-10 * below // n)), raw, 100 * below / n, self.provisional)

    def finding_score_of(self, raw: float) -> int:
        """Score a region, 1-100."""
        mapped = float(np.interp(raw, self.finding_raw, self.finding_score))
        return int(min(100, max(1, round(mapped))))
