"""What follows from the reads of an exam: normal, recall, or arbitration before either.

No decision is made before all reads that the policy asks for are in force. Decisions are rows, append-only; a
correction is a new row that names the one it stands in the place of.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from klarsyn.domain.decision_batch import BatchRule
from klarsyn.domain.read import Read, ReadKind
from klarsyn.domain.release import person


class DecisionOutcome(StrEnum):
    """What the woman is told."""

    NORMAL = "normal"
    RECALL = "recall"


class DecisionKind(StrEnum):
    """How a decision was reached."""

    SINGLE_READ = "single read"
    AGREEMENT = "agreement"
    ARBITRATION = "arbitration"
    """One person who is none of the readers."""
    CONSENSUS = "consensus"
    """Several persons together."""


class SingleRecall(StrEnum):
    """What follows where the only reader asks for recall."""

    ARBITRATION = "arbitration"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """A site's rules of deciding."""

    single_recall: SingleRecall = SingleRecall.ARBITRATION
    batch: BatchRule = field(default_factory=BatchRule)


@dataclass(frozen=True, slots=True)
class Decision:
    """One signed decision.

    `by` are those who decided: the readers who agreed, the arbiter, or all of a consensus; `signed_by` is who
    signed an arbitration, "" where it follows from the reads. `reads` are the sorted ids of the reads that it
    rests on, `covers` the images that the exam had then, `result_id` the result that an arbitration saw.
    """

    decision_id: str
    exam_id: str
    kind: DecisionKind
    outcome: DecisionOutcome
    by: tuple[str, ...]
    at: datetime
    batch: date
    covers: tuple[str, ...]
    reads: tuple[str, ...]
    reason: str = ""
    signed_by: str = ""
    result_id: str | None = None
    supersedes: str | None = None


class Stage(StrEnum):
    """What an exam needs next."""

    READS = "reads"
    ARBITRATION = "arbitration"
    DECISION = "decision"
    """Nothing but that the decision, which follows from the reads, is written down."""
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from the rows of one exam. `outcome` and `kind` are None before a decision can be."""

    stage: Stage
    reason: str
    reads: tuple[Read, ...] = ()
    outcome: DecisionOutcome | None = None
    kind: DecisionKind | None = None

    @property
    def readers(self) -> tuple[str, ...]:
        """The accounts of those whose reads count, in the order in which they signed."""
        return tuple(read.reader for read in self.reads)


def counting(reads: Iterable[Read], image_uids: Collection[str], now: datetime) -> tuple[Read, ...]:
    """Return one read a reader, in order of signing: the final reads in force that cover all images.

    `reads` are those that nobody has taken back.
    """
    newest: dict[str, Read] = {}
    for read in sorted(reads, key=lambda r: (r.signed_at, r.read_id)):
        if read.kind is ReadKind.FINAL and read.effective_at <= now and read.covers_all(image_uids):
            newest[person(read.reader)] = read
    return tuple(sorted(newest.values(), key=lambda r: (r.signed_at, r.read_id)))


def stands(decision: Decision, reads: Sequence[Read], image_uids: Collection[str]) -> bool:
    """True while a decision speaks of the exam as it is.

    It falls when an image comes or is rejected, when a read that it rests on is taken back, and, if it is
    normal, when another read comes into force that asks for recall. `reads` are those that count.
    """
    ids = {read.read_id for read in reads}
    if set(image_uids) != set(decision.covers) or not set(decision.reads) <= ids:
        return False
    others = [read for read in reads if read.read_id not in decision.reads]
    return decision.outcome is DecisionOutcome.RECALL or not any(_suspects(read) for read in others)


def verdict(
    required: int,
    reads: Iterable[Read],
    image_uids: Collection[str],
    now: datetime,
    *,
    decided: Decision | None = None,
    doubt: str = "",
    rules: DecisionRules | None = None,
) -> Verdict:
    """Return what follows for one exam.

    Parameters
    ----------
    required
        How many readers the policy asks for.
    reads
        Those that nobody has taken back; which of them count is decided here (`counting`).
    decided
        The newest decision on this exam, if any.
    doubt
        Why this exam goes to arbitration even where its readers call it normal: a site's safety net, images
        that a reader wants taken again.
    """
    count = counting(reads, image_uids, now)
    if decided is not None and stands(decided, count, image_uids):
        return Verdict(Stage.DECIDED, decided.reason, count, decided.outcome, decided.kind)
    missing = max(required, 1) - len(count)
    if missing > 0:
        return Verdict(Stage.READS, f"{missing} of {max(required, 1)} reads not in force", count)
    single = len(count) == 1
    asking = [read for read in count if _suspects(read)]
    if asking and single and (rules or DecisionRules()).single_recall is SingleRecall.RECALL:
        return Verdict(
            Stage.DECISION, "the reader asks for recall", count,
            DecisionOutcome.RECALL, DecisionKind.SINGLE_READ,
        )  # fmt: skip
    if asking:
        return Verdict(
            Stage.ARBITRATION, f"{len(asking)} of {len(count)} readers ask for recall", count
        )  # fmt: skip
    if doubt:
        return Verdict(Stage.ARBITRATION, doubt, count)
    kind = DecisionKind.SINGLE_READ if single else DecisionKind.AGREEMENT
    reason = "the reader calls it normal" if single else "the readers agree on normal"
    return Verdict(Stage.DECISION, reason, count, DecisionOutcome.NORMAL, kind)


def _suspects(read: Read) -> bool:
    return read.impression is not None and read.impression.asks_for_recall
