"""What another policy would have meant for the exams that are here: how many reads, and which exams move.

For the administrator alone: it holds what engines said (invariant 6). Exams are named by their keys.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from klarsyn.domain.policy import ReadingPolicy, ReadsRequired
from klarsyn.reading.choosing import choices
from klarsyn.reading.requirements import requirements
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class Move:
    """One exam that gets another number of readers, or gets them for other reasons."""

    exam_id: str
    now: ReadsRequired
    then: ReadsRequired

    @property
    def changes_readers(self) -> bool:
        """True when the number of readers is another."""
        return self.now.count != self.then.count


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All reading tasks under the policies that they have, and under another."""

    exams: int
    reads_now: int
    reads_then: int
    single_now: int
    single_then: int
    changed: tuple[Move, ...]
    reasons: tuple[tuple[str, int, int], ...]
    """Each reason that counts differently: for how many exams it speaks now, and then."""

    @property
    def moved(self) -> tuple[Move, ...]:
        """The exams that get another number of readers."""
        return tuple(move for move in self.changed if move.changes_readers)


def what_if(store: Store, policy: ReadingPolicy, other: ReadingPolicy, now: datetime) -> WhatIf:
    """Return what `other` would mean for all reading tasks [store]; nothing is changed.

    `policy` is the one in force; each exam is judged by the version that it has.
    """
    exams = [exam for exam in store.exams.many() if exam.reading_task]
    chosen = choices(store, exams, policy)
    # The threshold says which other source speaks against one reader: it is asked again.
    under_other = choices(store, exams, other, kept=False)
    asked = requirements(store, exams, policy, now)
    alone = requirements(store, exams, other, now, kept=False)
    return _compared(
        [
            Move(
                exam.exam_id,
                asked.of(exam, chosen[exam.exam_id]),
                alone.of(exam, under_other[exam.exam_id]),
            )
            for exam in exams
        ]
    )


def _compared(moves: Sequence[Move]) -> WhatIf:
    now = Counter(reason for move in moves for reason in move.now.reasons)
    then = Counter(reason for move in moves for reason in move.then.reasons)
    return WhatIf(
        exams=len(moves),
        reads_now=sum(move.now.count for move in moves),
        reads_then=sum(move.then.count for move in moves),
        single_now=sum(move.now.count == 1 for move in moves),
        single_then=sum(move.then.count == 1 for move in moves),
        changed=tuple(move for move in moves if move.now != move.then),
        reasons=tuple((r, now[r], then[r]) for r in sorted(now | then) if now[r] != then[r]),
    )
