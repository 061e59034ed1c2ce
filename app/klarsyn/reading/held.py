"""Which exams a queue holds back for images and a score that may still come, no longer than the rule says."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from klarsyn.domain.arrival_rule import ArrivalRule
from klarsyn.domain.exam import Exam
from klarsyn.domain.result_choice import Choice
from klarsyn.store.store import Store


def held_back(
    store: Store,
    exams: Sequence[Exam],
    chosen: Mapping[str, Choice],
    rule: ArrivalRule | None,
    now: datetime,
) -> frozenset[str]:
    """Return the exams that no reader is offered yet [store]; none without a rule (invariant 1).

    Whether an exam is held says nothing of what an engine found: it comes with any result, or without.
    """
    if rule is None:
        return frozenset()
    last = store.exam_moves.last_images(exam.exam_id for exam in exams)
    return frozenset(
        exam.exam_id
        for exam in exams
        if now < rule.held_until(exam, last[exam.exam_id])
        or (not _scored(exam, chosen[exam.exam_id]) and now < rule.score_until(exam, last[exam.exam_id]))
    )


def _scored(exam: Exam, choice: Choice) -> bool:
    return choice.result is not None and not choice.result.is_stale_for(exam)
