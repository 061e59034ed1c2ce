"""Bringing the list of each exam's moves in line with what rows say of it now.

The state is derived, so that this may run at any time, twice, or not at all: no exam waits for it, and none
is lost when it fails (invariant 1). What it writes tells how many reads an exam has: no reader's to see.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.domain.arrival_rule import ArrivalRule
from klarsyn.domain.exam import Exam
from klarsyn.domain.exam_state import ExamFacts, ExamState, NotAllowed, check_move, moves_to
from klarsyn.domain.read import Read
from klarsyn.store.chunks import portions
from klarsyn.store.exam_closings import Closing
from klarsyn.store.exam_moves import trouble_told
from klarsyn.store.image_folder import CannotKeep
from klarsyn.store.schema_version import StoreError
from klarsyn.store.store import Store

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the site's rules say of one exam: how many readers it gets, whether a result of its images is
    here, whether its reads leave something to arbitrate, and whose decision stands."""

    required: int
    scored: bool
    disputed: bool = False
    decided_by: str = ""


NOTHING_ASKED = Asked(2, scored=False)


class StateKeeper:
    """Keeps the moves of one installation's exams."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rule: ArrivalRule,
        asked: Callable[[Sequence[Exam], datetime], Mapping[str, Asked]],
    ) -> None:
        """Use `rule` for what may still come; `asked` says what policy and decisions make of exams."""
        self._store, self._clock, self._rule, self._asked = store, clock, rule, asked

    def run(self, exam_ids: Iterable[str] | None = None) -> int:
        """Note the moves of these exams, or of all that may have moved; return how many exams have.

        A database that cannot be used, and an exam that cannot be understood, are logged and left for the
        next run.
        """
        moved = 0
        try:
            with trouble_told():
                ids = self._store.exam_moves.unsettled() if exam_ids is None else list(exam_ids)
                for portion in portions(ids):
                    moved += self._moved(portion)
        except (CannotKeep, StoreError) as error:
            _log.warning("moves of exams not noted", error=str(error))
        return moved

    def _moved(self, exam_ids: Sequence[str]) -> int:
        try:
            now = self._clock.now()
            states = self._store.exam_moves.states(exam_ids)
            facts = self.facts(exam_ids, now)
            return sum(
                self._store.exam_moves.record(exam_id, states.get(exam_id), moves, now)
                for exam_id in facts
                if (moves := moves_to(states.get(exam_id), facts[exam_id]))
            )
        except (LookupError, NotAllowed, TypeError, ValueError) as error:
            # One row that makes no sense must not keep the others from moving.
            if len(exam_ids) > 1:
                return sum(self._moved([exam_id]) for exam_id in exam_ids)
            _log.error("exam not moved", exam=exam_ids[0], kind=type(error).__name__)
            return 0

    def facts(self, exam_ids: Collection[str], now: datetime) -> dict[str, ExamFacts]:
        """Return what rows say of exams."""
        store = self._store
        exams = store.exams.many(exam_ids)
        asked = self._asked(exams, now)
        finals, last = store.reads.finals(exam_ids), store.exam_moves.last_images(exam_ids)
        closings, closed = store.exam_closings.closings(exam_ids), store.exam_closings.closed()
        holders = store.claims.holders()
        found = {
            # Each of its images has been rejected: it waits for others, or for somebody who withdraws it.
            exam_id: _closed(ExamFacts(), closings.get(exam_id, ()), exam_id in closed)
            for exam_id in exam_ids
            if exam_id in last
        }
        for exam in exams:
            exam_id = exam.exam_id
            said = asked.get(exam_id, NOTHING_ASKED)
            in_force = _in_force(exam, finals.get(exam_id, ()), now)
            facts = ExamFacts(
                images=len(exam.images),
                is_task=exam.reading_task,
                held=now < self._rule.held_until(exam, last[exam_id]),
                awaits_score=not said.scored and now < self._rule.score_until(exam, last[exam_id]),
                required=said.required,
                readers=tuple(dict.fromkeys(read.reader for read in in_force)),
                claimed_by=tuple(sorted(holders.get(exam_id, ()))),
                disputed=said.disputed,
                decided_by=said.decided_by,
            )
            found[exam_id] = _closed(facts, closings.get(exam_id, ()), exam_id in closed)
        return found


def _in_force(exam: Exam, finals: Iterable[Read], now: datetime) -> list[Read]:
    uids = [image.sop_instance_uid for image in exam.images]
    return [read for read in finals if read.effective_at <= now and read.covers_all(uids)]


def _closed(facts: ExamFacts, closings: Sequence[Closing], stands: bool) -> ExamFacts:
    if not closings:
        return facts
    newest = closings[-1]
    restored = [one for one in closings if one.kind is None]
    return replace(
        facts,
        closed=newest.kind if stands and newest.kind is not None else None,
        closed_by=newest.by,
        closed_as=newest.mover,
        closed_reason=newest.reason,
        restored_by=restored[-1].by if restored else "",
    )


def close_exam(store: Store, closing: Closing) -> None:
    """Withdraw an exam, recall it for technical reasons, or take such a word back.

    Raises
    ------
    NotAllowed
        If the exam does not stand where that can be said of it, or no reason is given.
    """
    if not closing.reason.strip():
        raise NotAllowed("Say why: `--reason` is kept with the exam.")
    now = store.exam_moves.states([closing.exam_id]).get(closing.exam_id)
    if now is None:
        raise NotAllowed("This exam has not arrived yet. Run `klarsyn state keep`, and try again.")
    if closing.kind is not None:
        check_move(now, closing.kind, closing.mover)
    elif now not in (ExamState.WITHDRAWN, ExamState.TECHNICAL_RECALL):
        raise NotAllowed(f"This exam is {now.value}: there is nothing to take back.")
    elif now is ExamState.WITHDRAWN:
        check_move(now, ExamState.READY, closing.mover)
    store.exam_closings.say(closing)
