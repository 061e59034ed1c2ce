"""Do the same to many things on a few threads, with results in order."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def for_each(act: Callable[[T], R], things: Iterable[T], threads: int) -> list[R]:
    """Return `act` of each thing; numpy, OpenCV and scipy.fft leave the interpreter free meanwhile."""
    if threads <= 1:
        return [act(thing) for thing in things]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(act, things))
