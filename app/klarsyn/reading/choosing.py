"""Results of exams as they stand now, and which of them the site chooses. For no reader's eye by itself.

Whoever shows anything of it asks first whether the reader may know (invariant 6).
"""

from collections.abc import Iterable
from dataclasses import replace

from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.release import as_it_stands
from klarsyn.domain.result_choice import Choice, choose, contradictions
from klarsyn.store.store import Store


def choices(store: Store, exams: Iterable[Exam], policy: ReadingPolicy) -> dict[str, Choice]:
    """Return what stands for each exam, by exam_id [store]; for one without any result a choice of None."""
    asked = {exam.exam_id: exam for exam in exams}
    valid = store.calibrations.in_force()
    found = store.results.of_exams(asked)
    return {
        exam_id: _with_contradictions(
            choose(exam, [as_it_stands(r, valid) for r in found.get(exam_id, ())], policy.result_sources),
            exam,
            policy,
        )
        for exam_id, exam in asked.items()
    }


def _with_contradictions(choice: Choice, exam: Exam, policy: ReadingPolicy) -> Choice:
    against = contradictions(choice, exam, policy.single_read_below)
    return replace(choice, doubts=(*choice.doubts, *against)) if against else choice
