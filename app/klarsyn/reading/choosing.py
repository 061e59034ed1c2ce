"""Results of exams as they stand now, and which of them the site chooses. For no reader's eye by itself.

Whoever shows anything of it asks first whether the reader may know (invariant 6).
"""

from collections.abc import Iterable
from dataclasses import replace

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.policy_history import PolicyHistory
from klarsyn.domain.reading_facts import DECLINED
from klarsyn.domain.release import as_it_stands
from klarsyn.domain.result_choice import Choice, choose, contradictions
from klarsyn.reading.requirements import Versions, versions
from klarsyn.store.store import Store


def choices(
    store: Store, exams: Iterable[Exam], policy: ReadingPolicy, *, kept: bool = True
) -> dict[str, Choice]:
    """Return what stands for each exam, by exam_id [store]; for one without any result a choice of None.

    Without `kept`, `policy` speaks for all, whatever was in force when they arrived.
    """
    asked = {exam.exam_id: exam for exam in exams}
    valid = store.calibrations.in_force()
    found = store.results.of_exams(asked)
    for exam_id in store.exam_notes.declined(asked):
        found[exam_id] = _said_of_declined(found.get(exam_id, ()))
    by_arrival = versions(store, policy) if kept else Versions(PolicyHistory(()), policy)
    return {
        exam_id: _with_contradictions(
            choose(exam, [as_it_stands(r, valid) for r in found.get(exam_id, ())], policy.result_sources),
            exam,
            by_arrival.of(exam),
        )
        for exam_id, exam in asked.items()
    }


def _with_contradictions(choice: Choice, exam: Exam, policy: ReadingPolicy) -> Choice:
    against = contradictions(choice, exam, policy.single_read_below)
    return replace(choice, doubts=(*choice.doubts, *against)) if against else choice


def _said_of_declined(results: tuple[AiResult, ...]) -> tuple[AiResult, ...]:
    """Leave out what was said before she declined, or by software that was not asked to stay away."""
    return tuple(result for result in results if result.reason == DECLINED)
