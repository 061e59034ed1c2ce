"""One arbitration: what the readers said, where they differ, what the AI says, and the decision.

What is shown is logged before it is shown. A decision that was signed is corrected by opening the exam again:
the new row takes the place of the old one, which is kept.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.domain.arbiters import ArbitrationRefused, check_arbiters
from klarsyn.domain.decision import Decision, DecisionOutcome, DecisionRules, Stage
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding
from klarsyn.domain.policy import ReadingPolicy, RevealPolicy
from klarsyn.domain.read import Impression, Read, ReadDetails
from klarsyn.domain.read_difference import ReadDifference, difference, places
from klarsyn.reading.deciding import Judged, judge
from klarsyn.reading.refusal import ReadingError
from klarsyn.reading.requirements import versions
from klarsyn.reading.reveals import Reveals
from klarsyn.store.decisions import DecidedAlready
from klarsyn.store.presentations import KeptState, Shown
from klarsyn.store.store import Store

READS_SHOWN = "arbitration"
"""What `Shown.what` calls the reads of an exam."""

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ReadShown:
    """One reader's read as an arbiter sees it; `states` hold what was drawn and how the images stood."""

    read: Read
    details: ReadDetails
    states: tuple[KeptState, ...]


@dataclass(frozen=True, slots=True)
class AiPlace:
    """A finding of the AI, and the readers who have marked the same place."""

    finding: Finding
    marked_by: tuple[str, ...]


class ArbitrationSession:
    """One exam before an arbiter. Methods marked [store] touch the database."""

    def __init__(
        self,
        store: Store,
        judged: Judged,
        policy: ReadingPolicy,
        rules: DecisionRules,
        account: str,
        clock: Clock,
        may_arbitrate: Callable[[str], bool],
    ) -> None:
        """Log that the reads and the AI are shown, and load them [store]."""
        self._store, self._policy, self._rules, self._clock = store, policy, rules, clock
        self._may_arbitrate = may_arbitrate
        self.exam: Exam = judged.exam
        self.account = account
        self.why = judged.verdict.reason
        self.correcting: Decision | None = judged.decided if judged.verdict.stage is Stage.DECIDED else None
        """The decision in force that signing would correct; None where the exam has none yet."""
        self._before = judged.decided.decision_id if judged.decided is not None else None
        self._reveals = Reveals(store, self.exam, account, clock)
        self._log_reads(shown=True)
        self.reads = _shown(store, self.exam, judged.verdict.reads)
        self.differences: Mapping[tuple[str, str], ReadDifference] = {
            (a.read.reader, b.read.reader): difference(_said(a), _said(b))
            for a, b in combinations(self.reads, 2)
        }
        """By the accounts of two readers, in order of signing."""
        self.results: tuple[AiResult, ...] = self._results()
        """What engines and reports say, the site's choice first; () where the policy never shows it."""
        self.ai_places = tuple(
            AiPlace(finding, tuple(each.read.reader for each in self.reads if _marks(each, finding)))
            for result in self.results[:1]
            for finding in result.findings
        )

    @property
    def readers(self) -> tuple[str, ...]:
        """The accounts of the readers, in order of signing."""
        return tuple(each.read.reader for each in self.reads)

    def sign(self, outcome: DecisionOutcome, reason: str, together_with: Sequence[str] = ()) -> Decision:
        """Decide, alone or together with the persons named [store].

        Raises
        ------
        ReadingError
            If the reason is missing, these persons may not decide, or the exam is not what was opened any
            more; nothing is written.
        """
        if not reason.strip():
            raise ReadingError("A decision needs its reason. Say why in a few words.")
        names = (self.account, *together_with)
        try:
            kind = check_arbiters(names, self.account, self.readers, self._may_arbitrate)
        except ArbitrationRefused as error:
            raise ReadingError(str(error)) from error
        now = self._clock.now()
        self._check_unchanged(judge(self._store, [self.exam.exam_id], self._policy, self._rules, now))
        decision = Decision(
            decision_id=str(uuid.uuid4()),
            exam_id=self.exam.exam_id,
            kind=kind,
            outcome=outcome,
            by=names,
            at=now,
            batch=self._rules.batch.batch_of(now),
            covers=tuple(image.sop_instance_uid for image in self.exam.images),
            reads=tuple(sorted(each.read.read_id for each in self.reads)),
            reason=reason.strip(),
            signed_by=self.account,
            result_id=self.results[0].result_id if self.results else None,
            supersedes=self._before,
        )
        try:
            self._store.decisions.add(decision)
        except DecidedAlready as error:
            raise ReadingError(str(error)) from error
        _log.info("arbitration signed", exam_id=decision.exam_id)
        self._before, self.correcting = decision.decision_id, decision
        return decision

    def close(self) -> None:
        """Log that the reads and the AI are hidden again [store]."""
        self._log_reads(shown=False)
        if self.results:
            self._reveals.log(self.results[0], shown=False)

    def _results(self) -> tuple[AiResult, ...]:
        policy = versions(self._store, self._policy).of(self.exam)
        if policy.reveal is RevealPolicy.NEVER:
            return ()
        found = self._reveals.load(policy)
        self._reveals.log(found[0] if found else None, shown=True)
        return found

    def _check_unchanged(self, now: list[Judged]) -> None:
        same = [
            judged
            for judged in now
            if judged.verdict.stage in (Stage.ARBITRATION, Stage.DECIDED)
            and [read.read_id for read in judged.verdict.reads] == [each.read.read_id for each in self.reads]
        ]
        if not same:
            raise ReadingError(
                "The exam has changed since you opened it: images have come, or a read. Open it again."
            )

    def _log_reads(self, *, shown: bool) -> None:
        about = Shown(self.exam.exam_id, self.account, READS_SHOWN, shown, self._clock.now())
        self._store.presentations.log_shown(about)


def _shown(store: Store, exam: Exam, reads: Sequence[Read]) -> tuple[ReadShown, ...]:
    details = store.read_details.of_reads(read.read_id for read in reads)
    states = store.presentations.about(image.sop_instance_uid for image in exam.images)
    return tuple(
        ReadShown(
            read,
            details.get(read.read_id, ReadDetails()),
            tuple(state for state in states if state.read_id == read.read_id),
        )
        for read in reads
    )


def _said(shown: ReadShown) -> tuple[Impression, ReadDetails]:
    return shown.read.impression or Impression(None, None), shown.details


def _marks(shown: ReadShown, finding: Finding) -> bool:
    return any(place.by_both for place in places(shown.details.findings, (finding,)))
