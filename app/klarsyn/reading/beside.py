"""Which exams of the same woman hang beside the one that is read, and when a read exam is one of them.

An exam that somebody still has to read stays out: what is drawn on it is nobody else's yet (invariant 5).
Once nobody has to, it is the best prior there is.
"""

from collections.abc import Iterable
from datetime import datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Read
from klarsyn.reading.choosing import choices
from klarsyn.reading.requirements import requirements
from klarsyn.store.store import Store


def reads_in_force(exam: Exam, finals: Iterable[Read], now: datetime) -> list[Read]:
    """Return those of an exam's final reads that count: no undo can take them back, and no image is newer."""
    uids = [image.sop_instance_uid for image in exam.images]
    return [read for read in finals if read.effective_at <= now and read.covers_all(uids)]


def priors_beside(store: Store, exam_id: str, policy: ReadingPolicy, now: datetime) -> tuple[Exam, ...]:
    """Return the priors of an exam, newest first [store]: those kept as such, and what was read to its end.

    An exam has been read to its end when as many readers as the policy asks for have a final read in force.
    """
    found = store.exams.beside(exam_id)
    if store.reader_view.account.is_blind:
        # Others' reads are hidden from this account; the database itself says what has been read to its end.
        told = store.reader_view.priors_of(exam_id)
        return tuple(exam for exam in found if exam.exam_id in told)
    tasks = [exam for exam in found if exam.reading_task]
    finals = store.reads.finals([exam.exam_id for exam in tasks])
    waiting = {
        exam.exam_id
        for exam in tasks
        if _wants_a_read(store, exam, reads_in_force(exam, finals.get(exam.exam_id, ()), now), policy, now)
    }
    return tuple(exam for exam in found if exam.exam_id not in waiting)


def _wants_a_read(
    store: Store, exam: Exam, counting: list[Read], policy: ReadingPolicy, now: datetime
) -> bool:
    readers = len({read.reader for read in counting})
    if readers == 0:
        return True
    # What engines and reports said decides here how many readers an exam gets, and goes no further
    # (invariant 6).
    choice = choices(store, [exam], policy)[exam.exam_id]
    return readers < requirements(store, [exam], policy, now).of(exam, choice).count
