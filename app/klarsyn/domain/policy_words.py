"""The words of a reading policy: what AI may do, what readers may see and when, and bands of scores."""

from dataclasses import dataclass
from enum import StrEnum


class AiRole(StrEnum):
    """What a score may decide. None of the roles shows it before the first impression (invariant 6)."""

    AID = "aid"
    """Nothing: every exam is read by two, in an order that no score has a part in."""
    TRIAGE = "triage"
    """The order alone: every exam is read by two."""
    SECOND_READER = "second-reader"
    """The order; and a low score stands for the second read of a single reader's exam."""
    SINGLE_READING = "single-reading"
    """The order; and a low score lets one reader do."""

    @property
    def orders(self) -> bool:
        """True where scores have a part in the order."""
        return self is not AiRole.AID

    @property
    def spares_readers(self) -> bool:
        """True where a score may let one reader do."""
        return self in (AiRole.SECOND_READER, AiRole.SINGLE_READING)


class RevealPolicy(StrEnum):
    """When a reader may see what the engine says."""

    AFTER_FIRST_IMPRESSION = "after-first-impression"
    NEVER = "never"


class StatesPolicy(StrEnum):
    """When a reader may see what others have drawn: presentation states, and overlay planes of the files.

    They may hold marks of a CAD or another reader's opinion (invariants 5 and 6), and nothing in a file
    says that they do not: before the first impression is signed none is ever offered. States about the exam
    that is read are no choice: they wait for the reader's own final read, or are never shown.
    """

    OVERLAYS_AND_PRIORS_AFTER_FIRST_IMPRESSION = "overlays-and-priors-after-first-impression"
    AFTER_FINAL = "after-final"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Band:
    """A risk band: scores `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, score: int) -> bool:
        """True when the score lies in this band."""
        return self.low <= score <= self.high

    def __str__(self) -> str:
        """E.g. "8-9", "10"."""
        return f"{self.low}" if self.low == self.high else f"{self.low}–{self.high}"


DEFAULT_BANDS = (Band(10, 10), Band(8, 9), Band(5, 7), Band(1, 4))
