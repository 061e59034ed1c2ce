"""How far a calibration may be trusted."""

from enum import StrEnum


class CalibrationState(StrEnum):
    """The states of a calibration, each with less doubt than the one before up to VALID.

    NONE: nothing turns the engine's value into a score. PROVISIONAL: the maker's calibration scores, no exam
    of this site stands behind it. COLLECTING: the same, while consecutive exams fill the site's sample.
    VALID: the site's own sample is whole, and a release was signed where one is needed. FROZEN: a new
    software version, or a person, has stopped single reading until two have signed. INVALID: the sample is
    whole, but one value holds more than a tenth of it, so that scores cannot be told apart.
    """

    NONE = "none"
    PROVISIONAL = "provisional"
    COLLECTING = "collecting"
    VALID = "valid"
    FROZEN = "frozen"
    INVALID = "invalid"

    @property
    def is_provisional(self) -> bool:
        """True unless scores of this state may be trusted as they stand."""
        return self is not CalibrationState.VALID
