"""Slices in the order of where they lie, and what is wrong with that order.

By position along the normal, never by number: units number their frames from either side, and files arrive
in any order. Where positions are not stated, the declared order stands and nothing is said in mm.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from klarsyn.domain.exam import Notice
from klarsyn.domain.volume import Slice, SliceFault

SAME_MM = 0.005
"""Nearer than this, two slices are at one place: half of what the thinnest reconstruction steps."""

_GAP = 1.5
_TOLD = 3
_FEW_PLACES = 0.5


@dataclass(frozen=True, slots=True)
class Ordered:
    """Slices as they are scrolled; `step_mm` is the usual distance of neighbours."""

    slices: tuple[Slice, ...]
    step_mm: float | None
    notices: tuple[Notice, ...]


def in_order(given: Sequence[Slice]) -> Ordered:
    """Return slices by rising position, each with its fault, and what the reader must be told.

    `given` is in the declared order, which decides where positions are equal, and wherever one is missing
    or most say the same: then no slice has a position afterwards.
    """
    if not _placed(given):
        slices = tuple(replace(one, position_mm=None) for one in given)
        return Ordered(slices, None, _told_faults(slices))
    ordered = sorted(given, key=_position)
    step = _usual_step(ordered)
    slices = tuple(_with_double(ordered, n, step) for n in range(len(ordered)))
    return Ordered(slices, step, (*_told_faults(slices), *_gaps(slices, step)))


def _position(one: Slice) -> float:
    return one.position_mm if one.position_mm is not None else 0.0


def _placed(slices: Sequence[Slice]) -> bool:
    if any(one.position_mm is None for one in slices):
        return False
    places = sorted(_position(one) for one in slices)
    distinct = 1 + sum(b - a > SAME_MM for a, b in pairwise(places))
    # A sender that writes one position into every frame says nothing with it.
    return len(places) < 2 or distinct > _FEW_PLACES * len(places)


def _usual_step(ordered: Sequence[Slice]) -> float | None:
    trusted = [_position(one) for one in ordered if one.fault is not SliceFault.TURNED]
    steps = [b - a for a, b in pairwise(trusted) if b - a > SAME_MM]
    return median(steps) if steps else None


def _with_double(ordered: Sequence[Slice], number: int, step: float | None) -> Slice:
    """Both of two slices at one place are doubtful: nothing says which of them is right."""
    here = ordered[number]
    if here.fault is not None:
        return here
    near = max(SAME_MM, 0.1 * step) if step is not None else SAME_MM
    beside = [ordered[n] for n in (number - 1, number + 1) if 0 <= n < len(ordered)]
    double = any(abs(_position(one) - _position(here)) <= near for one in beside)
    return replace(here, fault=SliceFault.DOUBLED) if double else here


_WORDS = {
    SliceFault.UNREADABLE: ("slice-unreadable", "cannot be decoded and cannot be shown"),
    SliceFault.TURNED: ("slice-turned", "lies in another plane than the others, its place is not sure"),
    SliceFault.DOUBLED: ("slice-doubled", "claims the same position as another one"),
}


def _told_faults(slices: Sequence[Slice]) -> tuple[Notice, ...]:
    told = []
    for fault, (code, words) in _WORDS.items():
        numbers = [n for n, one in enumerate(slices, 1) if one.fault is fault]
        if numbers:
            told.append(Notice(code, f"{_named(numbers)} {_for_many(words, len(numbers))}."))
    return tuple(told)


def _named(numbers: Sequence[int]) -> str:
    listed = ", ".join(map(str, numbers[:8])) + (f" and {len(numbers) - 8} more" if len(numbers) > 8 else "")
    return f"Slice {listed}" if len(numbers) == 1 else f"Slices {listed}"


def _for_many(words: str, count: int) -> str:
    if count == 1:
        return words
    return words.replace("lies", "lie").replace("its place is", "their places are").replace("claims", "claim")


def _gaps(slices: Sequence[Slice], step: float | None) -> tuple[Notice, ...]:
    if step is None:
        return ()
    # What is turned has no sure place: it opens no gap, and fills the one where it may lie.
    sure = [(n, one) for n, one in enumerate(slices, 1) if one.fault is not SliceFault.TURNED]
    wide = [
        (n, m, count)
        for (n, a), (m, b) in pairwise(sure)
        if _position(b) - _position(a) > _GAP * step
        and (count := round((_position(b) - _position(a)) / step) - (m - n)) > 0
    ]
    if not wide:
        return ()
    told = [
        f"{count} slice{'s seem' if count > 1 else ' seems'} to be missing between {n} and {m}"
        for n, m, count in wide[:_TOLD]
    ]
    more = f"; and in {len(wide) - _TOLD} more places" if len(wide) > _TOLD else ""
    return (Notice("slices-missing", f"{'; '.join(told)}{more}. Ask for the stack to be sent again."),)
