"""The order of the reading queue, and the two reasons for each place.

Exams stand in risk bands, high first; inside a band the order is shuffled with a seed per reader and
day, so that a reader cannot read the exact rank off the list. Waiting lifts an exam band by band, and a
promised letter is a hard limit, so nothing starves. The reader's reason speaks of dates only
(invariant 6); the full one is for the administrator and the audit.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from klarsyn.domain.policy import ReadingPolicy

PROMISED = -1
"""Band number of exams whose promised letter is due: before all risk bands."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """What ordering needs to know of one waiting exam.

    `score` is None for an exam without a usable score, and `not_scored_reason` then says why. `part_score` is
    what an engine says of a part of such an exam. `reopened` is true when images came after this reader's own
    read. `made_by` says who gave the score, `made_ago` how long ago, `instead_of` which better source could
    not.
    """

    exam_id: str
    study_date: date | None
    arrived: date
    exam_type: str
    score: int | None = None
    provisional: bool = True
    not_scored_reason: str = "no engine has processed it"
    read_number: int = 1
    reopened: bool = False
    part_score: int | None = None
    made_by: str = ""
    made_ago: str = field(default="", compare=False)
    instead_of: str = ""

    def days_waiting(self, today: date) -> int:
        """Days since the later of study and arrival; never negative."""
        since = max(self.study_date or self.arrived, self.arrived)
        return max(0, (today - since).days)

    def letter_due(self, policy: ReadingPolicy) -> date | None:
        """The date of the promised letter, counted from the study; None where none is promised."""
        if policy.letter_days == 0:
            return None
        return (self.study_date or self.arrived) + timedelta(days=policy.letter_days)


@dataclass(slots=True)
class Place:
    """One place in the queue. `band` is the band it is read in, `risk_band` the one of its score alone.

    Not frozen: a region's whole queue is made at once, and freezing takes five times as long.
    """

    entry: QueueEntry
    position: int
    band: int
    risk_band: int
    today: date
    policy: ReadingPolicy

    @property
    def reader_reason(self) -> str:
        """Why the exam stands here, in dates alone."""
        days = self.entry.days_waiting(self.today)
        waited = "arrived today" if days == 0 else f"{days} day{'s' if days > 1 else ''} waiting"
        if self.entry.reopened:
            waited = f"new images since your read; {waited}"
        due = self.entry.letter_due(self.policy)
        if due is None:
            return waited
        left = (due - self.today).days
        if left < 0:
            return f"{waited}; letter overdue since {due.isoformat()}"
        if left <= 6:
            return f"{waited}; letter due {'today' if left == 0 else 'on ' + _WEEKDAYS[due.weekday()]}"
        return waited

    @property
    def full_reason(self) -> str:
        """Everything that decided the place."""
        entry, policy = self.entry, self.policy
        parts = []
        if self.band == PROMISED:
            parts.append(f"letter due {entry.letter_due(policy)}: before all bands")
        if entry.score is None:
            lift = (
                "" if self.risk_band == policy.not_scored_band else f", {entry.part_score} for a part of it"
            )
            band = policy.bands[self.risk_band]
            parts.append(f"not scored ({entry.not_scored_reason}){lift}: with band {band}")
        else:
            mark = "provisional " if entry.provisional else ""
            by = f" by {entry.made_by}, {entry.made_ago} old" if entry.made_by else ""
            text = f"{mark}score {entry.score}{by}, band {policy.bands[self.risk_band]}"
            if policy.bands[self.risk_band].low > entry.score:
                text += ", not put below the not-scored"
            parts.append(text)
        if entry.instead_of:
            parts.append(entry.instead_of)
        lifted = self.risk_band - max(self.band, 0)
        if lifted > 0 and self.band != PROMISED:
            parts.append(f"lifted {lifted} band{'s' if lifted > 1 else ''} by waiting")
        parts.append(f"{entry.days_waiting(self.today)} d")
        parts.append("first read" if entry.read_number == 1 else "second read")
        return "; ".join(parts)


def risk_band(entry: QueueEntry, policy: ReadingPolicy) -> int:
    """Return the number of the band that the score alone asks for; 0 is the highest."""
    score = entry.part_score if entry.score is None else entry.score
    if score is None:
        return policy.not_scored_band
    own = next(n for n, band in enumerate(policy.bands) if score in band)
    # What was seen of an exam is evidence; what was not seen is none.
    if entry.score is None or (entry.provisional and not policy.provisional_orders_down):
        return min(own, policy.not_scored_band)
    return own


def order(
    entries: Iterable[QueueEntry], policy: ReadingPolicy, *, reader: str, today: date, seed: str = ""
) -> list[Place]:
    """Order the queue for one reader on one day.

    The same arguments give the same order whatever order the entries come in. `seed` is the site's
    secret; without it the shuffle could be computed by anyone who knows the exam's key.
    """
    # SHA-256, since PostgreSQL must come to the same order by itself (store/migrations/roles/asking.py).
    key = hashlib.sha256(f"{seed}\0{reader}\0{today.isoformat()}".encode()).digest()
    # Day numbers and one band for each kind of score: a region's whole queue is ordered at once.
    now, aging = today.toordinal(), policy.aging_days
    letters = policy.letter_days > 0
    urgent = now + policy.letter_margin_days
    bands: dict[tuple[int | None, int | None, bool], int] = {}
    # Lists beside each other, and one string of bytes to sort by: rows of several fields take twice as long.
    # In it: the band, the day of the study where a letter is due, the shuffle, the key.
    found = list(entries)
    keys, read_in, asked_for = [], [], []
    for entry in found:
        kind = (entry.score, entry.part_score, entry.provisional)
        own = bands.get(kind)
        if own is None:
            own = bands[kind] = risk_band(entry, policy)
        arrived = entry.arrived.toordinal()
        studied = entry.study_date.toordinal() if entry.study_date is not None else arrived
        exam_id = entry.exam_id.encode()
        shuffled = hashlib.sha256(key + exam_id).digest()[:8]
        if letters and studied + policy.letter_days <= urgent:
            band, day = PROMISED, studied
        else:
            band, day = max(0, own - max(0, now - max(studied, arrived)) // aging), 0
        keys.append(bytes((band - PROMISED,)) + day.to_bytes(4) + shuffled + exam_id)
        read_in.append(band)
        asked_for.append(own)
    in_order = sorted(range(len(found)), key=keys.__getitem__)
    return [
        Place(found[at], number, read_in[at], asked_for[at], today, policy)
        for number, at in enumerate(in_order, start=1)
    ]
