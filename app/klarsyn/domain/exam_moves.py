"""The table of an exam's states and moves: what leads where, and who makes it happen."""

from dataclasses import dataclass
from enum import StrEnum


class ExamState(StrEnum):
    """Where an exam stands."""

    ARRIVED = "arrived"
    """Its images are here, and nobody has to do anything yet, or ever: so a prior stays."""
    INCOMPLETE = "incomplete"
    WAITING_FOR_SCORE = "waiting for score"
    READY = "ready"
    CLAIMED = "claimed"
    READ_ONCE = "read once"
    READ_TWICE = "read twice"
    ARBITRATION = "arbitration"
    DECIDED = "decided"
    TECHNICAL_RECALL = "technical recall"
    WITHDRAWN = "withdrawn"


class Mover(StrEnum):
    """Who makes a move; the system moves an exam when rows of nobody's making say so."""

    SYSTEM = "system"
    READER = "reader"
    ARBITER = "arbiter"
    RADIOGRAPHER = "radiographer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Rule:
    """One move: who may make it, and why it is made."""

    movers: frozenset[Mover]
    why: str


_S = ExamState
_BEFORE_READING = (_S.INCOMPLETE, _S.WAITING_FOR_SCORE, _S.READY)
_OPEN = (*_BEFORE_READING, _S.CLAIMED, _S.READ_ONCE, _S.READ_TWICE, _S.ARBITRATION)
_CHANGED = "its images are others now, or a read was taken back"


def _table() -> dict[tuple[ExamState, ExamState], Rule]:
    table: dict[tuple[ExamState, ExamState], Rule] = {}

    def allow(before: ExamState, after: ExamState, why: str, *movers: Mover) -> None:
        table[before, after] = Rule(frozenset(movers or (Mover.SYSTEM,)), why)

    allow(_S.ARRIVED, _S.INCOMPLETE, "it is to be read, and views may still come")
    allow(_S.ARRIVED, _S.WAITING_FOR_SCORE, "it is to be read, and complete; a result may still come")
    allow(_S.ARRIVED, _S.READY, "it is to be read, and waits for nothing else")
    allow(_S.INCOMPLETE, _S.WAITING_FOR_SCORE, "its views are here, or the quiet time is over")
    allow(_S.INCOMPLETE, _S.READY, "it is complete, and waits for no result")
    allow(_S.WAITING_FOR_SCORE, _S.READY, "a result of its images is here, or the deadline has passed")
    allow(_S.WAITING_FOR_SCORE, _S.INCOMPLETE, "its images are others now, and views may still come")
    allow(_S.READY, _S.WAITING_FOR_SCORE, "its images are others now, and want a new result")
    allow(_S.READY, _S.INCOMPLETE, "its images are others now, and views may still come")
    for state in _BEFORE_READING:
        allow(state, _S.ARRIVED, "it is a prior now, and nobody has to read it")
    allow(_S.READY, _S.CLAIMED, "a reader opened it", Mover.READER)
    allow(_S.CLAIMED, _S.READY, "it was left, or its claim ran out", Mover.READER, Mover.SYSTEM)
    allow(_S.CLAIMED, _S.READ_ONCE, "a read is in force, or a second was left", Mover.READER, Mover.SYSTEM)
    allow(_S.CLAIMED, _S.READ_TWICE, "all reads that are asked for are in force", Mover.READER, Mover.SYSTEM)
    allow(_S.READ_ONCE, _S.CLAIMED, "another reader opened it", Mover.READER)
    allow(_S.READ_TWICE, _S.CLAIMED, "a further reader opened it", Mover.READER)
    allow(_S.READ_ONCE, _S.READY, _CHANGED)
    for state in (_S.READ_TWICE, _S.ARBITRATION):
        allow(state, _S.READY, _CHANGED)
        allow(state, _S.READ_ONCE, _CHANGED)
    allow(_S.ARBITRATION, _S.READ_TWICE, _CHANGED)
    for state in (_S.READ_ONCE, _S.READ_TWICE):
        allow(state, _S.ARBITRATION, "the reads in force leave something to arbitrate")
        allow(state, _S.DECIDED, "a decision was made of it", Mover.SYSTEM, Mover.READER, Mover.ARBITER)
    allow(_S.ARBITRATION, _S.DECIDED, "a decision was made of it", Mover.ARBITER, Mover.SYSTEM)
    for state in (_S.READY, _S.READ_ONCE, _S.READ_TWICE, _S.ARBITRATION):
        allow(_S.DECIDED, state, "the decision does not stand for what is here now")
    for state in _OPEN:
        allow(
            state,
            _S.TECHNICAL_RECALL,
            "new images were asked for",
            Mover.RADIOGRAPHER,
            Mover.READER,
            Mover.ARBITER,
            Mover.ADMINISTRATOR,
        )
    for state in (_S.ARRIVED, *_OPEN, _S.TECHNICAL_RECALL):
        allow(state, _S.WITHDRAWN, "it is not to be read", Mover.ADMINISTRATOR)
    for state in (_S.ARRIVED, *_BEFORE_READING):
        allow(
            _S.TECHNICAL_RECALL,
            state,
            "images have come since, or the recall was taken back",
            Mover.SYSTEM,
            Mover.RADIOGRAPHER,
            Mover.ADMINISTRATOR,
        )
        allow(_S.WITHDRAWN, state, "the withdrawal was taken back", Mover.ADMINISTRATOR)
    return table


MOVES = _table()
"""(before, after) -> who may, and why. A move that is not here is refused."""


def allowed_from(state: ExamState) -> tuple[ExamState, ...]:
    """Return the states that an exam can become from one, in their order of declaration."""
    return tuple(after for after in ExamState if (state, after) in MOVES)
