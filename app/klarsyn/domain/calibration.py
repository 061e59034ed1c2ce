"""Raw output of an engine -> exam score 1-10 and finding score 1-100.

score = max(1, ceil(10 k / n)), k being the number of values of the reference sample that are not above
the raw value, so that each score holds one tenth of a normal screening population and ties get the
higher score.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.calibration_findings import FindingMap
from klarsyn.domain.calibration_sample import MINIMUM_SAMPLE, TIE_LIMIT, sample_sha256, tenth, tie_mass
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.finding import ExamScore

__all__ = ["MINIMUM_SAMPLE", "Calibration"]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What turns one engine version's output into scores.

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
    shown_from
        Raw value from which a mark is shown, beside the score: where scores are probabilities, many raw
        values share one, and outcomes of regions below are not known.
    state
        How far the site trusts it for the exam at hand; without one, not at all.
    calibration_id
        The site's calibration that it was chosen for; empty where none is.
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
    shown_from: float = -math.inf
    state: CalibrationState = CalibrationState.PROVISIONAL
    calibration_id: str = ""

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
        return tie_mass(self.sample) > TIE_LIMIT

    @property
    def provisional(self) -> bool:
        """True unless this is a site's own sample, valid, large enough and without heavy ties.

        What the state says is counted again here: no state makes a small sample large.
        """
        return (
            self.state.is_provisional
            or self.factory
            or min(self.count, self.sample.size) < MINIMUM_SAMPLE
            or self.has_heavy_tie
        )

    @property
    def sample_sha256(self) -> str:
        """The hash of the values that scores come from (domain/calibration_sample.py)."""
        return sample_sha256(self.sample)

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
        return ExamScore(tenth(below, n), raw, 100 * below / n, self.provisional)

    def finding_score_of(self, raw: float) -> int:
        """Score a region, 1-100."""
        return FindingMap(self.finding_raw, self.finding_score, "").score_of(raw)

    def shows(self, raw: float) -> bool:
        """True when a region of this raw value is marked for the reader."""
        return raw >= self.shown_from and self.finding_score_of(raw) >= self.operating_point
