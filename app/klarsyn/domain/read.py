"""Reads: a reader's signed assessments. Rows, append-only; a correction is a new row (invariant 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding


class Assessment(StrEnum):
    """The five-step scale of Nordic screening, per breast; 3 and above asks for recall."""

    NORMAL = "1"
    BENIGN = "2"
    INDETERMINATE = "3"
    SUSPICIOUS = "4"
    MALIGNANT = "5"

    @property
    def asks_for_recall(self) -> bool:
        """True from 3 upwards."""
        return int(self.value) >= 3


ASSESSMENT_WORDS = {
    Assessment.NORMAL: "normal",
    Assessment.BENIGN: "benign",
    Assessment.INDETERMINATE: "indeterminate",
    Assessment.SUSPICIOUS: "suspicious",
    Assessment.MALIGNANT: "malignant",
}


class ReadKind(StrEnum):
    """Which step of a read a row is."""

    FIRST_IMPRESSION = "first impression"
    FINAL = "final"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Impression:
    """One assessment per breast; a breast that was not imaged has None."""

    right: Assessment | None
    left: Assessment | None

    def of(self, side: Laterality) -> Assessment | None:
        """Return the assessment of one breast."""
        return self.right if side is Laterality.RIGHT else self.left

    def with_side(self, side: Laterality, assessment: Assessment) -> "Impression":
        """Return a copy with one breast assessed."""
        if side is Laterality.RIGHT:
            return Impression(assessment, self.left)
        return Impression(self.right, assessment)

    @property
    def asks_for_recall(self) -> bool:
        """True when either breast asks for it."""
        return any(a is not None and a.asks_for_recall for a in (self.right, self.left))

    def __str__(self) -> str:
        """E.g. "R1 L3"."""
        return " ".join(f"{s}{a.value if a else '-'}" for s, a in (("R", self.right), ("L", self.left)))


@dataclass(frozen=True, slots=True)
class Read:
    """One signed row.

    A withdrawal names the row that it takes back in `supersedes`; a final read is in force from
    `effective_at`, ten seconds after signing, so that a slip of the hand can be undone. `covers` are the
    images that the exam had then: an image that comes later opens the reading again. `seen_in_part` are
    those of which not every pixel had been on the screen at 1:1; None where nobody has counted.
    """

    read_id: str
    exam_id: str
    reader: str
    kind: ReadKind
    impression: Impression | None
    signed_at: datetime
    effective_at: datetime
    reason: str = ""
    supersedes: str | None = None
    software: str = ""
    covers: tuple[str, ...] = ()
    seen_in_part: tuple[str, ...] | None = None

    def covers_all(self, sop_instance_uids: Iterable[str]) -> bool:
        """True when the reader could see every one of these images when signing, and no others.

        A read of an image that has been rejected since speaks of another exam, as does one that lacks a late
        image.
        """
        return set(sop_instance_uids) == set(self.covers)


class Density(StrEnum):
    """How much of the breasts is gland, in the four steps of BI-RADS: A almost none, D nearly all."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class TechnicalQuality(StrEnum):
    """How well the images are taken: PGMI, as screening programmes grade them."""

    PERFECT = "P"
    GOOD = "G"
    MODERATE = "M"
    INADEQUATE = "I"
    """To be taken again: no exam is normal on such images."""


MAX_COMMENT = 2000


@dataclass(frozen=True, slots=True)
class ReadDetails:
    """What a reader says beside the assessments; all of it may be left out.

    `findings` are the suspicious places that the reader has marked, with scores of 0: readers give none.

    Raises
    ------
    ValueError
        If the comment is longer than MAX_COMMENT, or two findings have one id.
    """

    density: Density | None = None
    quality: TechnicalQuality | None = None
    comment: str = ""
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be kept whole."""
        if len(self.comment) > MAX_COMMENT:
            raise ValueError(f"The comment has {len(self.comment)} characters; {MAX_COMMENT} fit.")
        if len({finding.finding_id for finding in self.findings}) != len(self.findings):
            raise ValueError("Two marked places have one id; each needs its own.")


@dataclass(frozen=True, slots=True)
class Reveal:
    """The moment at which a reader was shown, or hid, the result of an engine.

    `result_id` is None when there was no result to show: that too is something the reader then knew.
    """

    exam_id: str
    reader: str
    result_id: str | None
    shown: bool
    at: datetime
