"""Which slice is decoded next: the one that is looked at, then its neighbours on both sides in turn."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Stage(IntEnum):
    """What is begun first, in this order, over all stacks that are open."""

    RELEASE = 0
    FILES = 1
    FIRST_LOOK = 2
    FOREGROUND = 3
    LOOKS_AROUND = 4
    OUTWARDS = 5


LOOKS_AROUND = 8
"""Slices on each side that get a first look before any other is decoded whole."""


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """What goes first: `stage`, then `distance` from the slice that the reader looks at."""

    stage: Stage
    distance: int


def outwards(count: int, middle: int) -> Iterator[int]:
    """Yield all of `count` slices once: the middle, then above and below in turn, further and further."""
    yield middle
    for distance in range(1, count):
        for index in (middle + distance, middle - distance):
            if 0 <= index < count:
                yield index
