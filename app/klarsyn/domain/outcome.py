"""What became of an exam: cancer, a benign finding, or neither. Known later, from a registry or pathology.

Rows are append-only like reads; what a later import says of a breast stands in the place of what an earlier
one said of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from klarsyn.domain.exam import Laterality


class OutcomeKind(StrEnum):
    """What was found; BENIGN has been looked into and is none."""

    CANCER = "cancer"
    BENIGN = "benign"
    NO_CANCER = "no cancer"


@dataclass(frozen=True, slots=True)
class Place:
    """Where on one image a lesion lies: (column, row) in pixels, as of a `Mark`."""

    sop_instance_uid: str
    column: float
    row: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One lesion, breast or exam. Without `side` it speaks of the whole exam, without `place` of no point.

    `known_on` is the day of the diagnosis, or up to which nothing has been found.
    """

    exam_id: str
    kind: OutcomeKind
    side: Laterality | None = None
    known_on: date | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class NotedOutcome:
    """An outcome as it was noted: by whom, when, in which import; `number` rises with time."""

    outcome: Outcome
    import_id: str
    noted_at: datetime
    noted_by: str
    number: int


def in_force(noted: Sequence[NotedOutcome]) -> tuple[Outcome, ...]:
    """Return what counts of one exam: of each breast, the rows of the newest import that speaks of it.

    Either one outcome of the whole exam comes back, or outcomes of sides alone. When a side is told after the
    whole exam, the other keeps "no cancer" or "benign"; a cancer of unknown side says nothing of it any more.
    """
    whole = max((n for n in noted if n.outcome.side is None), key=lambda n: n.number, default=None)
    newer = [n for n in noted if n.outcome.side is not None and (whole is None or n.number > whole.number)]
    if not newer:
        return () if whole is None else (whole.outcome,)
    found: list[Outcome] = []
    for side in (Laterality.RIGHT, Laterality.LEFT):
        of_side = [n for n in newer if n.outcome.side is side]
        if of_side:
            last = max(of_side, key=lambda n: n.number).import_id
            found += [n.outcome for n in of_side if n.import_id == last]
        elif whole is not None and whole.outcome.kind is not OutcomeKind.CANCER:
            found.append(replace(whole.outcome, side=side))
    return tuple(found)
