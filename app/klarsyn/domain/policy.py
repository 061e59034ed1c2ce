"""Reading policies: which exams get one read and which two, and how the queue is ordered.

A policy is data (resources/policies/*.toml, docs/policies.md); this module says what the data means.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from klarsyn.domain.exam import Exam
from klarsyn.domain.exam_risk import risk_at_most
from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy_words import DEFAULT_BANDS as DEFAULT_BANDS
from klarsyn.domain.policy_words import AiRole as AiRole
from klarsyn.domain.policy_words import Band as Band
from klarsyn.domain.policy_words import RevealPolicy as RevealPolicy
from klarsyn.domain.policy_words import StatesPolicy as StatesPolicy
from klarsyn.domain.reading_facts import (
    DECLINED,
    NO_FACTS,
    FactKind,
    ReadingFacts,
    decides_nothing,
    with_headers,
)
from klarsyn.domain.release import why_two_readers
from klarsyn.domain.site_rule import SiteRule


@dataclass(frozen=True, slots=True)
class ReadingPolicy:
    """One site's rules.

    Parameters
    ----------
    ai_role
        What a score may decide.
    single_read_below
        Exam scores below this get one reader if nothing else forbids it; 0: never.
    risk_below_percent
        One reader also needs findings whose risk together is below this; 0: not asked for.
    safety_net_from
        Where the readers agree on normal, a score of this or more still asks for arbitration; 0: never.
    always_two
        Exams that get two readers by a rule of the site.
    audit_percent
        Share of the single-read exams that get a second reader in secret.
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
    ai_role: AiRole = AiRole.SINGLE_READING
    risk_below_percent: float = 0.0
    safety_net_from: int = 0
    always_two: tuple[SiteRule, ...] = ()
    audit_percent: float = 0.0

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
        if self.single_read_below > 0 and not self.ai_role.spares_readers:
            raise ValueError(
                f"Policy {self.name!r}: with ai_role {self.ai_role.value!r} every exam is read by two; "
                "single_read_below must be 0."
            )
        if len(self.bands) > 1 and not self.ai_role.orders:
            raise ValueError(
                f"Policy {self.name!r}: with ai_role 'aid' no score orders the queue; "
                "bands must be [[1, 10]]."
            )
        if self.risk_below_percent > 0 and self.single_read_below <= 0:
            raise ValueError(f"Policy {self.name!r}: risk_below_percent needs single_read_below, too.")


@dataclass(frozen=True, slots=True)
class ReadsRequired:
    """How many readers an exam needs, and every reason that forces two."""

    count: int
    reasons: tuple[str, ...]


def reads_required(
    exam: Exam,
    result: AiResult | None,
    policy: ReadingPolicy,
    doubts: Sequence[str] = (),
    facts: ReadingFacts = NO_FACTS,
) -> ReadsRequired:
    """Say how many readers this exam gets.

    One reader is the exception and needs everything in order; whatever is missing, failed or doubtful
    asks for two (invariants 1, 7 and 8). `doubts` are those of the choice among several results, `facts`
    what else is known of the exam; its headers are asked here.
    """
    known = with_headers(facts, exam)
    reasons = [] if policy.single_read_below > 0 else ["the policy reads every exam twice"]
    if known.declined_ai:
        reasons.append(f"not scored: {DECLINED}")
    else:
        reasons += _why_the_score_does_not_do(exam, result, policy)
    reasons += doubts
    if exam.missing_views:
        reasons.append("view missing: " + ", ".join(exam.missing_views))
    if any(i.implant for i in exam.images):
        reasons.append("implant")
    contradictions = [n for i in exam.images for n in i.notices if "contradiction" in n.code]
    if contradictions or not all(decides_nothing(n) for n in exam.notices):
        reasons.append("the headers need a reader's eye")
    reasons += ReadingFacts(known.kinds - {FactKind.DECLINED_AI}).why_two
    reasons += [f"the site's rule: {rule.reason}" for rule in policy.always_two if rule.fits(exam)]
    return ReadsRequired(2 if reasons else 1, tuple(reasons))


def _why_the_score_does_not_do(exam: Exam, result: AiResult | None, policy: ReadingPolicy) -> list[str]:
    if result is None:
        return ["not scored: no engine has processed the exam"]
    score = result.score_for(exam)
    if score is None:
        return [f"not scored: {result.why_not_scored(exam)}"]
    made = result.provenance
    reasons = [*why_two_readers(made.calibration_state, made.intended_use)]
    if score.provisional:
        reasons.append("the score is provisional")
    if 0 < policy.single_read_below <= score.value:
        who = "the AI, as second reader, suspects: " if policy.ai_role is AiRole.SECOND_READER else ""
        reasons.append(f"{who}score {score.value} is not below {policy.single_read_below}")
    if policy.risk_below_percent > 0:
        risk = risk_at_most(result)
        if risk is None:
            reasons.append("the risk is not known: finding scores are no probabilities from outcomes")
        elif risk >= policy.risk_below_percent:
            reasons.append(f"a risk of up to {risk:g} % is not below {policy.risk_below_percent:g} %")
    unseen = {i.sop_instance_uid for i in exam.images} - set(made.input_instances)
    if unseen:
        reasons.append(f"{len(unseen)} image(s) were not seen by the engine")
    return reasons


def why_safety_net(exam: Exam, result: AiResult | None, policy: ReadingPolicy) -> str:
    """Say why an exam that its readers agree is normal goes to arbitration all the same; empty where not.

    For the decision alone: it holds what an engine said (invariant 6). What was seen in a part of the exam
    counts, too.
    """
    if result is None or policy.safety_net_from <= 0:
        return ""
    score = result.score_for(exam) or result.lifting_score_for(exam)
    if score is None or score.value < policy.safety_net_from:
        return ""
    return f"safety net: score {score.value}, {policy.safety_net_from} or more, and read as normal"
