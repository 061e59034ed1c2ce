"""Which presentation states one reader may see at one moment, of the exam that is read and of its priors.

A state about the exam that is read may be another reader's opinion of it, whatever its label says: it waits
until this reader's own final read is in force, under every policy (invariant 5). A first impression, a read
that can still be taken back and one that has been taken back open nothing.
"""

from datetime import datetime

from klarsyn.domain.exam import Exam
from klarsyn.reading.beside import reads_in_force
from klarsyn.reading.session import ReadingSession
from klarsyn.store.presentations import KeptState
from klarsyn.store.store import Store


class AllowedStates:
    """What the reader of `session` may see at `now`, by the rows of the store as they are at making [store].

    Attributes
    ----------
    own_final_in_force
        Whether this reader's final read of the session's exam is in force.
    """

    def __init__(self, store: Store, session: ReadingSession, now: datetime) -> None:
        exams = (session.exam, *session.priors)
        self._being_read = {image.sop_instance_uid for image in session.exam.images}
        # What was drawn on a prior was kept with a read of the exam beside which it hung.
        self._own = {row.read_id for exam in exams for row in store.reads.own(exam.exam_id, session.reader)}
        finals = store.reads.finals([exam.exam_id for exam in exams])
        in_force = {exam.exam_id: reads_in_force(exam, finals.get(exam.exam_id, ()), now) for exam in exams}
        self._finished = {
            exam_id for exam_id, reads in in_force.items() if any(r.reader == session.reader for r in reads)
        }
        self._opened = {read.read_id for exam_id in self._finished for read in in_force[exam_id]}
        self.own_final_in_force = session.exam.exam_id in self._finished

    def is_own(self, state: KeptState) -> bool:
        """True for a state that was kept with a read of this reader's own."""
        return state.read_id in self._own

    def allows(self, exam: Exam, state: KeptState) -> bool:
        """True when a state about images of `exam` may be seen."""
        if state.read_id is not None:
            return self.is_own(state) or state.read_id in self._opened
        if self._being_read.intersection(state.facts.about):
            return self.own_final_in_force
        # A read of another workstation, whose rows are not here: its state is all that is known of it.
        # It may have been drawn on the prior while somebody read this exam: both must be this reader's.
        return not state.facts.of_a_read or (exam.exam_id in self._finished and self.own_final_in_force)
