"""Which number of a report is meant, and on what scale it stands."""

import re
from dataclasses import dataclass
from enum import StrEnum

from klarsyn.domain.reports.cad_report import ScoreConcept


class Scale(StrEnum):
    """How a number is written: 0 to 100, 0 to 1, or 1 to 10."""

    PERCENT = "percent"
    FRACTION = "fraction"
    TENTHS = "tenths"

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest number of the scale, both included."""
        return {Scale.PERCENT: (0.0, 100.0), Scale.FRACTION: (0.0, 1.0), Scale.TENTHS: (1.0, 10.0)}[self]

    def holds(self, value: float) -> bool:
        """Return whether a number is on the scale; NaN is on none."""
        low, high = self.bounds
        return low <= value <= high


class Rounding(StrEnum):
    """What becomes of a number between two tenths; NONE: it is no score."""

    NONE = "none"
    UP = "up"
    NEAREST = "nearest"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class ScoreReading:
    """Which number is meant, and its scale.

    Parameters
    ----------
    concept
        What the number is called by the standard; OTHER with `code`, a maker's own (value, scheme).
    unit
        UCUM unit that must stand with it ("%", "1"); "" for any.
    pattern
        Where the number stands in a text: group 1 is it. For an exam's score without concept and code, the
        texts of the report (111033) are looked through.
    words
        What a word of the maker stands for on the scale: the whole text, or group 1 of the pattern.
    """

    scale: Scale
    concept: ScoreConcept | None = None
    code: tuple[str, str] | None = None
    unit: str = ""
    pattern: re.Pattern[str] | None = None
    words: tuple[tuple[str, float], ...] = ()
    rounding: Rounding = Rounding.NONE


STANDARD_READINGS = tuple(
    ScoreReading(scale, concept, unit=unit)
    for concept in (
        ScoreConcept.CERTAINTY_OF_FINDING,
        ScoreConcept.PROBABILITY_OF_CANCER,
        ScoreConcept.CERTAINTY_OF_FEATURE,
    )
    for scale, unit in ((Scale.PERCENT, "%"), (Scale.FRACTION, "1"))
)
"""A finding's score where its maker declares nothing: 111012, 111047 and 111011 in the units of PS3.16
TID 4004 and 4006."""
