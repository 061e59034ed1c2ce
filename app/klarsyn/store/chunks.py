"""Long lists of keys in portions, since a database takes a bounded number of values in one statement."""

from collections.abc import Iterable, Iterator
from itertools import islice

PORTION = 10_000


def portions(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield the keys in lists of at most PORTION."""
    rest = iter(keys)
    while portion := list(islice(rest, PORTION)):
        yield portion
