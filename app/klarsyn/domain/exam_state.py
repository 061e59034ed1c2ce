"""Where an exam stands on its way, as a state machine: its states, its moves, and who may make each.

The state is never stored by itself: `state_of` derives it from facts, which are rows (images, results, reads,
claims, decisions). What is kept is the list of moves (store/exam_moves.py). It tells how many reads an exam
has, so it is no reader's to see before the own first impression (invariants 5 and 6).
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from klarsyn.domain.exam_moves import MOVES, ExamState, Mover, allowed_from

__all__ = ["ExamFacts", "ExamState", "Move", "Mover", "NotAllowed", "check_move", "moves_to", "state_of"]

SYSTEM = "system"
_NEVER_PASSED = frozenset({ExamState.DECIDED, ExamState.TECHNICAL_RECALL, ExamState.WITHDRAWN})
"""States that nothing passes through on its way to another: somebody puts an exam there, or nobody does."""


class NotAllowed(Exception):
    """The move is not one that this exam can make now; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class ExamFacts:
    """What rows say of one exam now.

    `is_task`: it is to be read, and no prior. `images`: how many stand, those rejected left out. `held`:
    views are missing and may still come; `awaits_score`: a result may still come; both end with their
    deadline (domain/arrival_rule.py). `readers`: whose reads are in force, of exactly these images, by time;
    `required`: how many the policy asks for. `disputed`: those reads leave something to arbitrate.
    `decided_by`: whose decision stands, "" for none. `closed`: WITHDRAWN or TECHNICAL_RECALL while somebody's
    word to that effect stands; `closed_by`, `closed_as` and `closed_reason`: who last said or took back such
    a word, and why; `restored_by`: who last took one back.
    """

    images: int = 0
    is_task: bool = True
    held: bool = False
    awaits_score: bool = False
    required: int = 2
    readers: tuple[str, ...] = ()
    claimed_by: tuple[str, ...] = ()
    disputed: bool = False
    decided_by: str = ""
    closed: ExamState | None = None
    closed_by: str = ""
    closed_as: Mover = Mover.ADMINISTRATOR
    closed_reason: str = ""
    restored_by: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One step; `before` is None for an exam that has just come."""

    before: ExamState | None
    after: ExamState
    by: str
    mover: Mover
    reason: str


def state_of(facts: ExamFacts) -> ExamState:
    """Return the state that the facts amount to; the later lines matter only where no earlier one does."""
    if facts.decided_by and facts.readers:
        # With images that came or were rejected since, no read is in force, and the decision falls with it.
        return ExamState.DECIDED
    if facts.closed is not None:
        return facts.closed
    if not facts.is_task:
        return ExamState.ARRIVED
    if facts.images == 0:
        return ExamState.INCOMPLETE
    if len(facts.readers) >= max(1, facts.required):
        if facts.disputed:
            return ExamState.ARBITRATION
        return ExamState.READ_TWICE if len(facts.readers) > 1 else ExamState.READ_ONCE
    if facts.claimed_by:
        return ExamState.CLAIMED
    if facts.readers:
        return ExamState.READ_TWICE if len(facts.readers) > 1 else ExamState.READ_ONCE
    if facts.held:
        return ExamState.INCOMPLETE
    return ExamState.WAITING_FOR_SCORE if facts.awaits_score else ExamState.READY


def check_move(before: ExamState | None, after: ExamState, mover: Mover) -> None:
    """Refuse a move that is not in the table, or not this mover's to make.

    Raises
    ------
    NotAllowed
        With a sentence for whoever asked.
    """
    if before is None:
        if after is not ExamState.ARRIVED:
            raise NotAllowed(f"An exam that has just come is {ExamState.ARRIVED}, and nothing else at once.")
        return
    rule = MOVES.get((before, after))
    if rule is None:
        possible = ", ".join(state.value for state in allowed_from(before)) or "nothing else"
        raise NotAllowed(
            f"An exam that is {before.value} cannot become {after.value}. From there it becomes: {possible}."
        )
    if mover not in rule.movers:
        who = " or ".join(sorted(one.value for one in rule.movers))
        raise NotAllowed(f"That an exam that is {before.value} becomes {after.value} is for the {who} to do.")


def moves_to(before: ExamState | None, facts: ExamFacts) -> tuple[Move, ...]:
    """Return the moves, each allowed, that bring an exam from `before` to the state of its facts.

    None where it is there. Several where things happened between two looks: the shortest way through the
    table, each step with whoever made it.
    """
    after = state_of(facts)
    if before is None:
        first = Move(None, ExamState.ARRIVED, SYSTEM, Mover.SYSTEM, "its first image came")
        return (first, *moves_to(ExamState.ARRIVED, facts))
    way = [before]
    for state in (*_waypoints(before, after, facts), after):
        way += _way(way[-1], state)[1:]
    following = [*way[2:], after]
    return tuple(_move(*step, facts, then) for step, then in zip(pairwise(way), following, strict=False))


def _waypoints(before: ExamState, after: ExamState, facts: ExamFacts) -> list[ExamState]:
    """Return what an exam passes through that the shortest way may leave out: a read, and then another."""
    if after not in (ExamState.READ_TWICE, ExamState.ARBITRATION, ExamState.DECIDED):
        return []
    read = [ExamState.READ_ONCE, ExamState.READ_TWICE][: len(facts.readers)]
    if before in read:
        read = read[read.index(before) + 1 :]
    elif before in (ExamState.ARBITRATION, ExamState.DECIDED):
        read = []
    return [state for state in read if state is not after]


def _way(before: ExamState, after: ExamState) -> list[ExamState]:
    waiting = deque([[before]])
    seen = {before}
    while waiting:
        way = waiting.popleft()
        if way[-1] is after:
            return way
        if len(way) > 1 and way[-1] in _NEVER_PASSED:
            continue
        for state in allowed_from(way[-1]):
            if state not in seen:
                seen.add(state)
                waiting.append([*way, state])
    raise NotAllowed(f"No way leads an exam from {before.value} to {after.value}.")


def _move(before: ExamState, after: ExamState, facts: ExamFacts, then: ExamState) -> Move:
    rule = MOVES[before, after]
    by, mover = _who(before, after, facts, then)
    if mover not in rule.movers:
        by, mover = SYSTEM, Mover.SYSTEM
    reason = rule.why
    if facts.closed_reason and facts.closed_by and by == facts.closed_by and mover is facts.closed_as:
        reason = f"{reason}: {facts.closed_reason}"
    return Move(before, after, by, mover, reason)


def _who(before: ExamState, after: ExamState, facts: ExamFacts, then: ExamState) -> tuple[str, Mover]:
    """Return who made a step, which another to `then` may follow; the system where the facts know nobody."""
    aside = (ExamState.WITHDRAWN, ExamState.TECHNICAL_RECALL)
    if after in aside:
        return facts.closed_by, facts.closed_as
    if before is ExamState.WITHDRAWN:
        return facts.restored_by, Mover.ADMINISTRATOR
    if before is ExamState.TECHNICAL_RECALL and facts.closed_by and facts.closed_by == facts.restored_by:
        return facts.closed_by, facts.closed_as
    if after is ExamState.CLAIMED and (facts.claimed_by or facts.readers):
        if then is ExamState.CLAIMED or not facts.readers:
            return (facts.claimed_by or facts.readers)[-1], Mover.READER
        return facts.readers[0 if then is ExamState.READ_ONCE else -1], Mover.READER
    if before is ExamState.CLAIMED and facts.readers and after is not ExamState.READY:
        return facts.readers[0 if after is ExamState.READ_ONCE else -1], Mover.READER
    if after is ExamState.DECIDED and facts.decided_by not in ("", SYSTEM):
        return facts.decided_by, Mover.ARBITER
    return SYSTEM, Mover.SYSTEM
