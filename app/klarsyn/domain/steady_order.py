"""Rows of the queue that a reader has seen keep their order for the day; new ones come between.

A row that jumped would tell that an engine has spoken since (invariant 6), and would move under the hand.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def steady(rows: Sequence[Row], shown: Iterable[str], key: Callable[[Row], str]) -> list[Row]:
    """Return `rows`, in which those known from `shown` stand in the order in which they were shown.

    Places that known rows take in the fresh order are shared out among them; a new row has its own place.
    """
    by_key = {key(row): row for row in rows}
    known = {each: None for each in shown if each in by_key}
    in_turn = iter(known)
    return [by_key[next(in_turn)] if key(row) in known else row for row in rows]
