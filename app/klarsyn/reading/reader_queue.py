"""A queue that the database orders itself, for accounts from which it hides what orders it (invariant 6).

The service keeps the facts (`keep_queue_facts`), a reader's desk takes rows of dates (`blind_queue`). Exams
without a fact wait among the not-scored, for two readers (invariant 1).
"""

from datetime import datetime, timedelta

from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy, ReadsRequired
from klarsyn.domain.queue import Place, QueueEntry, risk_band
from klarsyn.domain.result_choice import Choice
from klarsyn.reading.beside import reads_in_force
from klarsyn.reading.choosing import choices
from klarsyn.reading.requirements import requirements
from klarsyn.reading.waiting import FullQueueRow, entry_of
from klarsyn.store.queue_facts import QueueFact
from klarsyn.store.store import Store

_UNTOLD = ReadsRequired(2, ("not told to a reader",))


def blind_queue(store: Store, policy: ReadingPolicy, now: datetime) -> list[FullQueueRow]:
    """Return a blind account's queue in the database's order [store].

    Nothing in it is of an engine or of another reader: all rows stand as not scored and not read.
    """
    places = store.reader_view.queue()
    exams = {exam.exam_id: exam for exam in store.exams.many(place.exam_id for place in places)}
    rows = []
    for place in places:
        # One whose images went elsewhere between the two questions is no exam any more.
        if place.exam_id in exams:
            entry = QueueEntry(
                place.exam_id,
                place.study_date,
                place.arrived_at.date(),
                place.exam_type,
                not_scored_reason="not told to a reader",
                reopened=place.reopened,
            )
            band = policy.not_scored_band
            at = Place(entry, place.position, band, band, now.date(), policy)
            rows.append(FullQueueRow(at, exams[place.exam_id], Choice(None), _UNTOLD, 0))
    return rows


def keep_queue_facts(
    store: Store, policy: ReadingPolicy, now: datetime, *, settling: timedelta = timedelta(0)
) -> int:
    """Bring what orders queues in line with results and reads; returns how many have changed [store].

    For a service, after imports, scoring and a change of policy; doing it again changes nothing.
    """
    store.queue_seed()
    store.queue_facts.keep_rule(policy, settling)
    # What certainly does not wait any more is looked at once more, to be told so, and never again.
    ids = {*store.exams.open_tasks("", now), *store.queue_facts.waiting()}
    exams = [exam for exam in store.exams.many(ids) if exam.reading_task]
    chosen = choices(store, exams, policy)
    finals = store.reads.finals([exam.exam_id for exam in exams])
    asked = requirements(store, exams, policy, now)
    closed = store.exam_closings.closed()
    facts = []
    for exam in exams:
        choice = chosen[exam.exam_id]
        required = asked.of(exam, choice).count
        done = {read.reader for read in reads_in_force(exam, finals.get(exam.exam_id, ()), now)}
        waiting = len(done) < required and exam.exam_id not in closed
        facts.append(_fact(exam, choice, required, waiting, policy, now))
    return store.queue_facts.keep(facts, now, policy.not_scored_band)


def _fact(
    exam: Exam, choice: Choice, required: int, waiting: bool, policy: ReadingPolicy, now: datetime
) -> QueueFact:
    entry = entry_of(exam, choice, 0, False, now)
    images = tuple(sorted(image.sop_instance_uid for image in exam.images))
    return QueueFact(
        exam.exam_id, risk_band(entry, policy), required, choice.result is not None, waiting, images
    )
