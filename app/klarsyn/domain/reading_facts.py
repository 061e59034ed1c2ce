"""Facts about an exam, beyond its images and its result, that ask for two readers.

A radiographer or administrator notes them, headers state them, or older rows of the same woman hold them.
Protected identity and blocked records (PDL 2008:355, chapter 4) are told to whoever opens the exam; they
decide nothing about the number of readers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from klarsyn.domain.exam import Exam, Laterality, Notice


class FactKind(StrEnum):
    """What is known of an exam; the first eight are noted by persons."""

    DECLINED_AI = "declined-ai"
    SYMPTOMS = "symptoms"
    TECHNICAL_RECALL = "technical-recall"
    EARLIER_CANCER = "earlier-cancer"
    ONE_BREAST = "one-breast"
    OUTSIDE_SCREENING = "outside-screening"
    PROTECTED_IDENTITY = "protected-identity"
    BLOCKED_RECORDS = "blocked-records"
    BOTH_SIDES = "laterality-both"
    PRIOR_WITH_FINDING = "prior-with-finding"
    UNKNOWN = "unknown"
    """A newer Klarsyn, on the same database, has noted something that this one has no word for."""

    @classmethod
    def _missing_(cls, value: object) -> "FactKind":  # noqa: ARG003  the enumeration's signature
        return cls.UNKNOWN


FOUND = frozenset({FactKind.BOTH_SIDES, FactKind.PRIOR_WITH_FINDING, FactKind.UNKNOWN})
"""What nobody notes: headers and older rows say it."""

NOTED = tuple(kind for kind in FactKind if kind not in FOUND)

DECLINED = "she declined AI: the exam is never sent to an engine"
"""Why an exam has no score, in the result's row too."""

WHY_TWO = {
    FactKind.DECLINED_AI: DECLINED,
    FactKind.SYMPTOMS: "symptoms were noted at the examination",
    FactKind.TECHNICAL_RECALL: "technical recall: images were, or are to be, taken again",
    FactKind.EARLIER_CANCER: "she has had breast cancer before",
    FactKind.ONE_BREAST: "one breast: there is no other side to compare it with",
    FactKind.OUTSIDE_SCREENING: "she is outside the screening population",
    FactKind.BOTH_SIDES: "an image states both sides (laterality B)",
    FactKind.PRIOR_WITH_FINDING: "an earlier exam of hers has a finding",
    FactKind.UNKNOWN: "something was noted of it that this version of Klarsyn does not know",
}
"""The sentence of each fact that forces two readers."""

TOLD = {
    FactKind.PROTECTED_IDENTITY: "Protected identity: tell nobody who she is or where she lives.",
    FactKind.BLOCKED_RECORDS: "Some of her records are blocked (spärr) at her own wish: ask her before you "
    "look elsewhere.",
}
"""What a reader is told of each fact that decides nothing."""


@dataclass(frozen=True, slots=True)
class ReadingFacts:
    """All facts known of one exam."""

    kinds: frozenset[FactKind] = frozenset()

    @property
    def declined_ai(self) -> bool:
        """True for the exam of a woman who wants no engine to see it."""
        return FactKind.DECLINED_AI in self.kinds

    @property
    def why_two(self) -> tuple[str, ...]:
        """Every reason for two readers, in a fixed order."""
        return tuple(words for kind, words in WHY_TWO.items() if kind in self.kinds)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What whoever opens the exam is told."""
        return tuple(Notice(kind.value, words) for kind, words in TOLD.items() if kind in self.kinds)

    def with_kinds(self, kinds: Iterable[FactKind]) -> "ReadingFacts":
        """Return these facts and some more."""
        return ReadingFacts(self.kinds | frozenset(kinds))


NO_FACTS = ReadingFacts()


def with_headers(facts: ReadingFacts, exam: Exam) -> ReadingFacts:
    """Return facts with what the exam's own headers state."""
    both = any(image.laterality is Laterality.BOTH for image in exam.images)
    return facts.with_kinds({FactKind.BOTH_SIDES}) if both else facts


def decides_nothing(notice: Notice) -> bool:
    """True of a notice that is told and does not ask for two readers."""
    return notice.code in {kind.value for kind in TOLD}
