"""Decisions that follow from the reads of exams, written down; what does not follow waits for arbitration.

For the arithmetic, arbiters and letters, never for a reader's page: it loads what all readers have signed,
and what engines said (invariants 5 and 6).
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from klarsyn.base.log import get_logger
from klarsyn.domain.decision import Decision, DecisionRules, Stage, Verdict, counting, verdict
from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy, why_safety_net
from klarsyn.domain.read import ReadDetails, TechnicalQuality
from klarsyn.domain.result_choice import Choice
from klarsyn.reading.choosing import choices
from klarsyn.reading.requirements import requirements
from klarsyn.store.decisions import DecidedAlready
from klarsyn.store.store import Store

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows for one exam, and its newest decision, whether that stands or not."""

    exam: Exam
    verdict: Verdict
    decided: Decision | None


def judge(
    store: Store, exam_ids: Iterable[str], policy: ReadingPolicy, rules: DecisionRules, now: datetime
) -> list[Judged]:
    """Return what follows from the rows of these exams, in order of arrival [store]."""
    exams = [exam for exam in store.exams.many(exam_ids) if exam.reading_task and exam.images]
    ids = [exam.exam_id for exam in exams]
    chosen = choices(store, exams, policy)
    asked = requirements(store, exams, policy, now)
    finals = store.reads.finals(ids)
    newest = store.decisions.newest(ids)
    details = store.read_details.of_reads(read.read_id for reads in finals.values() for read in reads)
    found = []
    for exam in exams:
        choice = chosen[exam.exam_id]
        uids = [image.sop_instance_uid for image in exam.images]
        reads = finals.get(exam.exam_id, [])
        ids_counting = [read.read_id for read in counting(reads, uids, now)]
        said = verdict(
            asked.of(exam, choice).count,
            reads,
            uids,
            now,
            decided=newest.get(exam.exam_id),
            doubt=_doubt(exam, choice, asked.versions.of(exam), ids_counting, details),
            rules=rules,
        )
        found.append(Judged(exam, said, newest.get(exam.exam_id)))
    return found


def decide(store: Store, policy: ReadingPolicy, rules: DecisionRules, now: datetime) -> list[Decision]:
    """Write down every decision that follows from reads in force, and return them [store].

    It may be called at any time and by several at once: an exam is decided once, and what is not decided now
    is the next time.
    """
    made = []
    for judged in judge(store, store.decisions.undecided(), policy, rules, now):
        if judged.verdict.stage is not Stage.DECISION:
            continue
        decision = _decision(judged, rules, now)
        try:
            store.decisions.add(decision)
        except DecidedAlready:
            continue
        _log.info("exam decided", exam_id=decision.exam_id)
        made.append(decision)
    return made


def standing_decisions(
    store: Store, decisions: Iterable[Decision], policy: ReadingPolicy, rules: DecisionRules, now: datetime
) -> list[Decision]:
    """Return those that still speak of their exams as they are, in their order [store]."""
    asked = list(decisions)
    judged = judge(store, [d.exam_id for d in asked], policy, rules, now)
    stands = {
        j.decided.decision_id for j in judged if j.decided is not None and j.verdict.stage is Stage.DECIDED
    }
    return [decision for decision in asked if decision.decision_id in stands]


def _doubt(
    exam: Exam,
    choice: Choice,
    policy: ReadingPolicy,
    read_ids: Iterable[str],
    details: Mapping[str, ReadDetails],
) -> str:
    qualities = [details[read_id].quality for read_id in read_ids if read_id in details]
    if TechnicalQuality.INADEQUATE in qualities:
        return "a reader calls the images inadequate"
    return why_safety_net(exam, choice.result, policy)


def _decision(judged: Judged, rules: DecisionRules, now: datetime) -> Decision:
    said = judged.verdict
    if said.outcome is None or said.kind is None:
        raise ValueError("Nothing follows from the reads of this exam.")
    return Decision(
        decision_id=str(uuid.uuid4()),
        exam_id=judged.exam.exam_id,
        kind=said.kind,
        outcome=said.outcome,
        by=said.readers,
        at=now,
        # Of the moment since which it follows: whoever writes it down late does not delay the letter.
        batch=rules.batch.batch_of(max(read.effective_at for read in said.reads)),
        covers=tuple(image.sop_instance_uid for image in judged.exam.images),
        reads=tuple(sorted(read.read_id for read in said.reads)),
        reason=said.reason,
        supersedes=judged.decided.decision_id if judged.decided is not None else None,
    )
