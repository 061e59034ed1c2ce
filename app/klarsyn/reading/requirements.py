"""How many readers each exam gets: by the policy in force when it arrived, and all facts known of it.

For the queue's arithmetic, the administrator and the audit; no reader is shown any of it (invariant 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from klarsyn.domain.audit_draw import with_audit
from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy, ReadsRequired, reads_required
from klarsyn.domain.policy_history import PolicyHistory
from klarsyn.domain.reading_facts import NO_FACTS, ReadingFacts
from klarsyn.domain.result_choice import Choice
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class Versions:
    """The policy of each exam. `otherwise` is that of a site that has put no version in force."""

    history: PolicyHistory
    otherwise: ReadingPolicy
    now: datetime | None = None

    def of(self, exam: Exam) -> ReadingPolicy:
        """Return what was in force when the exam arrived, with the results that the site chooses now."""
        good = self.history.at(exam.arrived_at)
        if good is None:
            return self.otherwise
        return replace(good.policy, result_sources=self.otherwise.result_sources)

    def possible_of(self, exam: Exam) -> tuple[ReadingPolicy, ...]:
        """Return what was or may have been in force when the exam arrived: several if a clock was wrong."""
        possible = self.history.possible(exam.arrived_at, self.now)
        sources = self.otherwise.result_sources
        return tuple(replace(good.policy, result_sources=sources) for good in possible) or (self.otherwise,)

    def number_of(self, exam: Exam) -> int:
        """Return the number of that version; 0 where there is none."""
        good = self.history.at(exam.arrived_at)
        return good.version.number if good is not None else 0


def versions(store: Store, otherwise: ReadingPolicy, now: datetime | None = None) -> Versions:
    """Return which policy speaks for which exam [store]; by `now`, versions dated ahead are known."""
    return Versions(PolicyHistory(store.policy_versions.all()), otherwise, now)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is known of some exams at one moment. Without `audit_key` no exam is drawn for the audit."""

    versions: Versions
    facts: dict[str, ReadingFacts]
    audit_key: bytes = field(default=b"", repr=False)

    def of(self, exam: Exam, choice: Choice) -> ReadsRequired:
        """Return how many readers an exam gets, with every reason, the audit draw among them."""
        percent = self.versions.of(exam).audit_percent
        return with_audit(self.told(exam, choice), exam.exam_id, percent, self.audit_key)

    def told(self, exam: Exam, choice: Choice) -> ReadsRequired:
        """Return how many readers an exam gets as its reader may know it once AI is shown: no audit draw.

        An exam that was drawn says of itself what any other with its score says (invariant 6).
        Where a clock was wrong, the strictest policy that may have been in force counts (invariant 1).
        """
        facts = self.facts.get(exam.exam_id, NO_FACTS)
        possible = self.versions.possible_of(exam)
        told = [reads_required(exam, choice.result, each, choice.doubts, facts) for each in possible]
        return max(reversed(told), key=lambda each: each.count)


def requirements(
    store: Store, exams: Iterable[Exam], policy: ReadingPolicy, now: datetime, *, kept: bool = True
) -> Requirements:
    """Look up what decides how many readers these exams get [store].

    Without `kept`, `policy` speaks for all of them, whatever was in force when they arrived.
    """
    known = versions(store, policy, now) if kept else Versions(PolicyHistory(()), policy)
    facts = store.reading_facts.of_exams([e.exam_id for e in exams], now)
    return Requirements(known, facts, store.audit_key.get())
