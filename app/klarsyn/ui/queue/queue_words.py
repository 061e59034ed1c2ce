"""The rows of the queue page, in words: dates alone for what waits (invariant 6)."""

from typing import TYPE_CHECKING

from klarsyn.ui.words import clock_text

if TYPE_CHECKING:
    from klarsyn.reading.desk import QueuePageState

WAITING = ("#", "Date", "Type", "Waiting", "Why here")
DONE = ("Exam", "Impression", "Signed", "Read", "AI")
EMPTY = "Nothing waits. New exams appear here by themselves."
ALL_READ = "You have read everything that waits for you. New exams appear here by themselves."


def waiting_rows(state: "QueuePageState") -> list[tuple[str, ...]]:
    """Return what waits, a row each with the columns of `WAITING`."""
    return [
        (
            str(row.position),
            row.study_date.isoformat() if row.study_date else "unknown",
            row.exam_type,
            _days(row.days_waiting),
            row.reason,
        )
        for row in state.rows
    ]


def done_rows(state: "QueuePageState") -> list[tuple[str, ...]]:
    """Return what this reader has read, a row each with the columns of `DONE`."""
    return [
        (row.label, row.impression, clock_text(row.signed_at), row.status, row.score_text)
        for row in state.done
    ]


def _days(days: int) -> str:
    return "today" if days == 0 else "1 day" if days == 1 else f"{days} days"
