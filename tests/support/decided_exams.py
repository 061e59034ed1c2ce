"""Exams that readers have read, for tests of arbitration, decisions and letters."""

from datetime import timedelta
from typing import Any

from klarsyn.domain.exam import Laterality
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Assessment
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingSession

SIDES = (Laterality.RIGHT, Laterality.LEFT)
POLICY = load_policy("region")
"""Without results every exam gets two readers."""


def open_read(installation: Any, exam_id: str, reader: str, policy: ReadingPolicy = POLICY) -> ReadingSession:
    """Open an exam for a reader, who has nothing signed yet."""
    exam = installation.store.exams.get(exam_id)
    return ReadingSession(installation.store, exam, policy, reader, installation.clock)


def read(
    installation: Any,
    exam_id: str,
    reader: str,
    recall: bool = False,
    *,
    in_force: bool = True,
    policy: ReadingPolicy = POLICY,
) -> ReadingSession:
    """Read an exam to its end; the right breast is suspicious where `recall` is true."""
    session = open_read(installation, exam_id, reader, policy)
    for side in SIDES:
        suspects = recall and side is Laterality.RIGHT
        session.assess(side, Assessment.SUSPICIOUS if suspects else Assessment.NORMAL)
    session.sign()
    session.finalise()
    if in_force:
        installation.clock.advance(timedelta(seconds=policy.undo_seconds))
    return session
