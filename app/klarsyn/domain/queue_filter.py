"""Finding exams in the queue: by dates, type, days of waiting and accession number.

A filter asks for nothing that a reader's row does not say; so neither what it finds nor how many can tell
what an engine or another reader thinks (invariant 6).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from klarsyn.domain.exam import ExamType


class FilterError(ValueError):
    """What was typed cannot be understood; the message says which word and what is understood."""


class Waiting(Protocol):
    """What every row of the queue says."""

    @property
    def study_date(self) -> date | None:
        """Day of the study."""

    @property
    def exam_type(self) -> str:
        """Value of an `ExamType`."""

    @property
    def days_waiting(self) -> int:
        """Days since it waits."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which rows to show; without conditions, all.

    `since` and `until` are both included and hold for the study's date, which an exam without one does not
    meet. `accession` is a part of the number, in either case.
    """

    types: frozenset[ExamType] = frozenset()
    since: date | None = None
    until: date | None = None
    least_days: int | None = None
    most_days: int | None = None
    accession: str = ""

    def shows(self, row: Waiting, accession_number: str = "") -> bool:
        """True where a row, and the number of its order, meet every condition."""
        if self.types and row.exam_type not in self.types:
            return False
        if self.since is not None or self.until is not None:
            made = row.study_date
            if made is None or not (self.since or made) <= made <= (self.until or made):
                return False
        if self.least_days is not None and row.days_waiting < self.least_days:
            return False
        if self.most_days is not None and row.days_waiting > self.most_days:
            return False
        return self.accession.casefold() in accession_number.casefold()


TYPE_WORDS = {
    "ffdm": ExamType.FFDM,
    "dbt": ExamType.DBT,
    "ffdm+dbt": ExamType.FFDM_DBT,
    "film": ExamType.FILM,
}
"""How types are typed."""
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})?(\.\.)?(\d{4}-\d{2}-\d{2})?")
_DAYS = re.compile(r"([<>]=?)(\d{1,4})d?")


def parse_filter(typed: str) -> QueueFilter:
    """Understand what a reader typed: words apart by spaces, each a condition.

    "dbt" "ffdm" "ffdm+dbt" "film" name types (several: any of them); "2026-01-05", "2026-01-01..2026-01-31",
    "..2026-01-31" are dates of study; ">7" and "<=3d" days of waiting; "acc:123", or any other word that
    holds a digit, a part of the accession number.

    Raises
    ------
    FilterError
        For a word that is none of these, or conditions that exclude each other.
    """
    found = QueueFilter()
    for word in typed.split():
        found = _with(found, word)
    if found.since and found.until and found.since > found.until:
        raise FilterError(f"Nothing lies between {found.since} and {found.until}. Turn the dates round.")
    if found.least_days is not None and found.most_days is not None and found.least_days > found.most_days:
        raise FilterError(
            f"No exam waits {found.least_days} days or more and {found.most_days} or less. Leave one out."
        )
    return found


def _with(found: QueueFilter, word: str) -> QueueFilter:
    low = word.casefold()
    if low in TYPE_WORDS:
        return replace(found, types=found.types | {TYPE_WORDS[low]})
    days = _DAYS.fullmatch(low)
    if days:
        sign, number = days[1], int(days[2])
        if sign.startswith(">"):
            return replace(found, least_days=number + (sign == ">"))
        return replace(found, most_days=number - (sign == "<"))
    dates = _DATES.fullmatch(low)
    if dates and (dates[1] or dates[3]):
        since, until = dates[1], dates[3]
        if not dates[2]:
            since = until = since or until
        return replace(
            found,
            since=_day(since, word) if since else found.since,
            until=_day(until, word) if until else found.until,
        )
    if low.startswith("acc:") and len(low) > 4:
        return _numbered(found, word[4:])
    if any(c.isdigit() for c in low):
        return _numbered(found, word)
    raise FilterError(
        f"{word!r} is not understood. Type ffdm, dbt, ffdm+dbt or film, a date such as 2026-01-05 or "
        "2026-01-01..2026-01-31, days of waiting such as >7, or an accession number."
    )


def _numbered(found: QueueFilter, number: str) -> QueueFilter:
    if found.accession:
        raise FilterError(f"Two accession numbers, {found.accession} and {number}: type one of them.")
    return replace(found, accession=number)


def _day(text: str, word: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FilterError(f"{word!r}: there is no such day as {text}.") from error


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many exams wait, by what each row says anyway."""

    total: int
    by_type: tuple[tuple[str, int], ...]
    by_date: tuple[tuple[date | None, int], ...]
    """Oldest first; None, of exams whose study has no date, at the end."""


def counts(rows: Iterable[Waiting]) -> QueueCounts:
    """Count rows by type and by date of study, and by nothing else."""
    found = list(rows)
    types = Counter(row.exam_type for row in found)
    dates = Counter(row.study_date for row in found)
    return QueueCounts(
        len(found),
        tuple(sorted(types.items())),
        tuple(sorted(dates.items(), key=lambda pair: (pair[0] is None, pair[0] or date.max))),
    )
