"""Reading policies: which exams get one read and which two, and how the queue is ordered.

A policy is data (resources/policies/*.toml); this module says what the data means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.release import why_two_readers


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


@dataclass(frozen=True, slots=True)
class ReadingPolicy:
    """One site's rules.

    Parameters
    ----------
    single_read_below
        Exam scores below this get one reader if nothing else forbids it; 0: never.
    bands
        Risk bands, highest first, covering 1-10 without a gap.
    not_scored_band
        The band in which exams without a score are read.
    aging_days
        An exam rises one band for each of these many days of waiting.
    letter_days, letter_margin_days
        The letter is promised this many days after the study; exams whose promise is nearer than the
        margin are read before all others. 0 letter_days: no letter is promised.
    provisional_orders_down
        Whether a provisional score may put an exam below the not-scored (invariant 7).
    others_drawings
        When overlay planes, and presentation states about priors, may be seen.
    minimum_score, minimum_score_limit
        Findings with a score below the first are not drawn until the reader chooses otherwise (0: all are);
        no reader can choose more than the second. How many are hidden is always said.
    result_sources
        Engines and makers whose results order the queue, best first (domain/result_choice.py).
    """

    name: str
    title: str
    banner: str = ""
    reveal: RevealPolicy = RevealPolicy.AFTER_FIRST_IMPRESSION
    single_read_below: int = 0
    bands: tuple[Band, ...] = DEFAULT_BANDS
    not_scored_band: int = 1
    aging_days: int = 7
    letter_days: int = 21
    letter_margin_days: int = 2
    provisional_orders_down: bool = False
    undo_seconds: int = 10
    others_drawings: StatesPolicy = StatesPolicy.AFTER_FINAL
    minimum_score: int = 0
    minimum_score_limit: int = 100
    result_sources: tuple[str, ...] = ()

    def within_limit(self, score: int) -> int:
        """Return the minimum score nearest to `score` that this site lets a reader choose."""
        return min(max(score, 0), self.minimum_score_limit)

    def __post_init__(self) -> None:
        """Refuse a policy under which an exam could fall between two bands."""
        covered = [s for band in self.bands for s in range(band.high, band.low - 1, -1)]
        if covered != list(range(10, 0, -1)):
            raise ValueError(
                f"Policy {self.name!r}: the bands must cover the scores 10 to 1 once each, highest first; "
                f"they cover {covered}."
            )
        if not 0 <= self.not_scored_band < len(self.bands):
            raise ValueError(f"Policy {self.name!r}: not_scored_band must be the number of one of its bands.")
        if self.aging_days < 1 or self.letter_days < 0:
            raise ValueError(f"Policy {self.name!r}: aging_days must be 1 or more, letter_days 0 or more.")
        if not 0 <= self.minimum_score <= self.minimum_score_limit <= 100:
            raise ValueError(
                f"Policy {self.name!r}: minimum_score must be 0 to minimum_score_limit, and that 100 at most."
            )


@dataclass(frozen=True, slots=True)
class ReadsRequired:
    """How many readers an exam needs, and every reason that forces two."""

    count: int
    reasons: tuple[str, ...]


def reads_required(
    exam: Exam, result: AiResult | None, policy: ReadingPolicy, doubts: Sequence[str] = ()
) -> ReadsRequired:
    """Say how many readers this exam gets.

    One reader is the exception and needs everything in order; whatever is missing, failed or doubtful
    asks for two (invariants 1, 7 and 8). `doubts` are those of the choice among several results.
    """
    reasons: list[str] = []
    if policy.single_read_below <= 0:
        reasons.append("the policy reads every exam twice")
    if result is None:
        reasons.append("not scored: no engine has processed the exam")
    elif (score := result.score_for(exam)) is None:
        reasons.append(f"not scored: {result.why_not_scored(exam)}")
    else:
        made = result.provenance
        reasons += why_two_readers(made.calibration_state, made.intended_use)
        if score.provisional:
            reasons.append("the score is provisional")
        if 0 < policy.single_read_below <= score.value:
            reasons.append(f"score {score.value} is not below {policy.single_read_below}")
        unseen = {i.sop_instance_uid for i in exam.images} - set(result.provenance.input_instances)
        if unseen:
            reasons.append(f"{len(unseen)} image(s) were not seen by the engine")
    reasons += doubts
    if exam.missing_views:
        reasons.append("view missing: " + ", ".join(exam.missing_views))
    if any(i.implant for i in exam.images):
        reasons.append("implant")
    contradictions = [n for i in exam.images for n in i.notices if "contradiction" in n.code]
    if contradictions or exam.notices:
        reasons.append("the headers need a reader's eye")
    return ReadsRequired(2 if reasons else 1, tuple(reasons))
