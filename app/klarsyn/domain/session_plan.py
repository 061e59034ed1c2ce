"""A session of reading: "I have 40 minutes".

Exams are taken in the order of the queue, which puts the higher expected benefit first, as long as they
fit; before that a share of the minutes goes to those that have waited longest. The plan rests on the order
and on what each row shows, type, priors and days, and on nothing else: a reader could make it from the
screen with a pencil, and so it cannot tell a score or a band (invariant 6). To weigh benefit against minutes
inside a band would: which rows are passed over would show where bands begin.
docs/decisions/0015-claims-and-sessions.md has the figures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from klarsyn.domain.exam import ExamType
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue import Place, QueueEntry
from klarsyn.domain.queue_filter import TYPE_WORDS

AGED_SHARE = 0.25
"""The part of a session's time that exams long waiting can have for themselves."""

_CANCERS_PER_1000 = {10: 53.0, 9: 4.0, 8: 2.0, 7: 1.0, 6: 0.6, 5: 0.15, 4: 0.1, 3: 0.07, 2: 0.05, 1: 0.05}
# Larsen 2022 (122 969 exams, 752 screen-detected cancers): 86.8 % scored 10, 747 of 752 scored 6 to 10; how
# they lie between 6 and 9, and below 6, is shared out falling. Only the administrator's text uses it.
_AVERAGE_PER_1000 = 6.1


@dataclass(frozen=True, slots=True)
class ReadingTimes:
    """How long a site's readers take for an exam, in seconds, by type; `priors` comes on top.

    The defaults are of experienced readers: 50 to 100 exams an hour; tomosynthesis takes twice as long.
    """

    seconds: Mapping[ExamType, int] = field(
        default_factory=lambda: {
            ExamType.FFDM: 40,
            ExamType.DBT: 80,
            ExamType.FFDM_DBT: 90,
            ExamType.FILM: 60,
        }
    )
    priors: int = 10

    def __post_init__(self) -> None:
        """Refuse times by which a session would have no end."""
        missing = [each.value for each in ExamType if each not in self.seconds]
        if missing:
            raise ValueError(f"Reading times: say how many seconds {', '.join(missing)} takes.")
        wrong = [each.value for each, seconds in self.seconds.items() if seconds < 1]
        if wrong or self.priors < 0:
            raise ValueError(f"Reading times: {', '.join(wrong) or 'priors'} must take 1 second or more.")

    @classmethod
    def of_site(cls, said: Mapping[str, int]) -> "ReadingTimes":
        """Return the defaults with what a site says instead, by "ffdm", "dbt", "ffdm+dbt", "film", "priors".

        Raises
        ------
        ValueError
            As for the times themselves.
        """
        own = cls()
        types = {each: said.get(key, own.seconds[each]) for key, each in TYPE_WORDS.items()}
        return cls(types, said.get("priors", own.priors))

    def of(self, exam_type: str, *, with_priors: bool) -> int:
        """Return the seconds that one exam takes."""
        return self.seconds[ExamType(exam_type)] + (self.priors if with_priors else 0)


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What a session takes, in the order of the queue, and what it leaves there."""

    minutes: int
    taken: tuple[Place, ...]
    left: tuple[Place, ...]
    seconds: int

    @property
    def highest_left(self) -> int | None:
        """The highest score that is left; for the administrator, or after the reading."""
        return max((p.entry.score for p in self.left if p.entry.score is not None), default=None)

    @property
    def not_scored_left(self) -> int:
        """How many of those left have no score; for the administrator."""
        return sum(p.entry.score is None for p in self.left)

    @property
    def benefit_share(self) -> float:
        """The part of the cancers that are to be expected in the queue which the session reaches; for the
        administrator. 1 where nothing waits."""
        reached = sum(expected_benefit(p.entry, p.policy) for p in self.taken)
        whole = reached + sum(expected_benefit(p.entry, p.policy) for p in self.left)
        return reached / whole if whole else 1.0


def expected_benefit(entry: QueueEntry, policy: ReadingPolicy) -> float:
    """Cancers to be expected in 1 000 exams like this one.

    Of an exam without a score no more is known than of all; a provisional score cannot say less than that
    (invariant 7), unless the policy lets it.
    """
    score = entry.part_score if entry.score is None else entry.score
    if score is None:
        return _AVERAGE_PER_1000
    own = _CANCERS_PER_1000[score]
    if entry.score is None or (entry.provisional and not policy.provisional_orders_down):
        return max(own, _AVERAGE_PER_1000)
    return own


def _letter_is_due(place: Place) -> bool:
    # By the dates that the row shows, as `order` decides it; a blind account's rows have no band.
    due = place.entry.letter_due(place.policy)
    return due is not None and (due - place.today).days <= place.policy.letter_margin_days


def plan_session(
    places: Sequence[Place],
    minutes: int,
    times: ReadingTimes,
    has_priors: Callable[[str], bool],
    *,
    aged_share: float = AGED_SHARE,
) -> SessionPlan:
    """Choose what to read in `minutes`.

    Exams whose letter is due stand first in the queue, and go first here. Then `aged_share` of the time is
    for exams that have waited for the policy's `aging_days` or more, longest first; the very longest gets
    its place though it took more than that share. The rest is filled in the queue's order; what does not
    fit any more is passed over for what does. `has_priors` is asked of no more exams than needed.

    Raises
    ------
    ValueError
        If the minutes are not 1 or more, or the share is not one.
    """
    if minutes < 1:
        raise ValueError("A session has 1 minute or more.")
    if not 0 <= aged_share <= 1:
        raise ValueError("The share for exams long waiting lies between 0 and 1.")
    whole = minutes * 60
    taken: dict[str, int] = {}

    def spent() -> int:
        return sum(taken.values())

    shortest = min(times.seconds.values())

    def fill(candidates: Iterable[Place], until: int) -> None:
        used = spent()
        for place in candidates:
            if until - used < shortest:
                return
            entry = place.entry
            if entry.exam_id in taken:
                continue
            seconds = times.of(entry.exam_type, with_priors=has_priors(entry.exam_id))
            if used + seconds <= until:
                taken[entry.exam_id] = seconds
                used += seconds

    fill((p for p in places if _letter_is_due(p)), whole)
    aged = sorted(
        (p for p in places if p.entry.days_waiting(p.today) >= p.policy.aging_days),
        key=lambda p: (-p.entry.days_waiting(p.today), p.position),
    )
    room = spent() + int(aged_share * (whole - spent()))
    fill([p for p in aged if p.entry.exam_id not in taken][:1], whole)
    fill(aged, room)
    fill(places, whole)
    return SessionPlan(
        minutes,
        tuple(p for p in places if p.entry.exam_id in taken),
        tuple(p for p in places if p.entry.exam_id not in taken),
        spent(),
    )
