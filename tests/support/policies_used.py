"""Policies put in force, and results under which one reader does, at an installation of a test."""

from dataclasses import replace

from audit_keys import draw_none
from policy_exams import low

from klarsyn.domain.exam import Exam
from klarsyn.reading.policy_change import administrators_only, use_policy

ADMIN = administrators_only(("admin",), "")


def use(installation, named: str, *, by: str = "admin", reason: str = "agreed in March") -> int:
    return use_policy(
        installation.store,
        installation.clock,
        named,
        by=by,
        reason=reason,
        may_change=ADMIN,
        set_so_far=installation.settings.policy,
    )


def scored(installation, exam_id: str, score: int) -> Exam:
    """Give an exam a result under which one reader does where the policy lets it."""
    exam = installation.store.exams.get(exam_id)
    uids = tuple(i.sop_instance_uid for i in exam.images)
    result = low(score, input_instances=uids, calibration_id="")
    result = replace(result, result_id=f"r-{exam_id}", exam_id=exam_id, considered=uids)
    installation.store.results.add(result)
    # Else one in twenty would have a second reader by the audit draw.
    draw_none(installation.store)
    return exam
