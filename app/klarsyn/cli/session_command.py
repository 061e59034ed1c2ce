"""`klarsyn queue --minutes` and `--search`: what a session takes, and which exams a search finds.

A reader's answer speaks of dates; scores stand in the full one alone, which is the administrator's.
"""

import sys
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context

if TYPE_CHECKING:
    from klarsyn.base.settings import Settings
    from klarsyn.domain.queue_filter import QueueCounts
    from klarsyn.domain.session_plan import ReadingTimes
    from klarsyn.reading.own_queue import OwnQueue
    from klarsyn.reading.waiting import QueueRow


def reading_times(settings: "Settings") -> "ReadingTimes":
    """Return the site's reading times.

    Raises
    ------
    SettingsError
        If one of them is no time.
    """
    from klarsyn.base.settings import SettingsError
    from klarsyn.domain.session_plan import ReadingTimes

    try:
        return ReadingTimes.of_site({str(kind): each for kind, each in settings.reading_seconds.items()})
    except ValueError as error:
        raise SettingsError(f"{error} Correct reading_seconds in klarsyn.toml.") from error


def row_line(row: "QueueRow") -> str:
    """Return a reader's row as a line."""
    date = row.study_date.isoformat() if row.study_date else "unknown"
    return f"{row.position:>4}  {date:<10}  {row.exam_type:<14}  {row.reason}"


def own_queue(context: Context) -> "OwnQueue":
    """Return the queue of the context's reader."""
    from klarsyn.reading.own_queue import OwnQueue
    from klarsyn.reading.policies import policy_in_force

    policy = policy_in_force(context.store, context.settings).policy
    times = reading_times(context.settings)
    return OwnQueue(context.store, policy, context.reader, context.clock, times=times)


def print_session(context: Context, minutes: int, *, full: bool) -> int:
    """Print what a session takes and leaves; the full answer also by scores."""
    if minutes < 1:
        print("A session has 1 minute or more. Say e.g. --minutes 40.", file=sys.stderr)
        return 2
    queue = own_queue(context)
    plan = queue.plan(minutes)
    print(f"{minutes} minutes: {plan.text}")
    if not full:
        for row in plan.rows:
            print(row_line(row))
        _print_left(plan.left)
        return 0
    session, _ = queue.full_plan(minutes)
    print("Full plan, for the administrator. Do not show it to a reader before the reading.")
    for place in session.taken:
        entry = place.entry
        date = entry.study_date.isoformat() if entry.study_date else "unknown"
        print(f"{place.position:>4}  {date:<10}  {entry.exam_type:<14}  {place.full_reason}")
    _print_left(plan.left)
    highest = session.highest_left
    unscored = session.not_scored_left
    left = "no exam with a score" if highest is None else f"highest score {highest}"
    print(
        f"Left: {left}, {unscored} not scored. "
        f"The session reaches about {100 * session.benefit_share:.0f} % of the cancers to be expected here."
    )
    return 0


def print_found(context: Context, words: str) -> int:
    """Print the rows that a search finds, with their numbers in the whole queue."""
    from klarsyn.domain.queue_filter import FilterError, counts, parse_filter

    try:
        wanted = parse_filter(words)
    except FilterError as error:
        print(error, file=sys.stderr)
        return 2
    rows = own_queue(context).rows(wanted)
    for row in rows:
        print(row_line(row))
    found = counts(rows)
    kinds = "".join(f", {number} {kind}" for kind, number in found.by_type)
    print(f"{found.total} found{kinds}.")
    return 0


def _print_left(left: "QueueCounts") -> None:
    if left.total:
        days = ", ".join(f"{day or 'unknown'}: {number}" for day, number in left.by_date)
        print(f"Left by date of study: {days}.")
