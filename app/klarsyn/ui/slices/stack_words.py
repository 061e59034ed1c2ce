"""What stands on a view of a tomosynthesis: which slice, how high, and what must be told of it. No Qt."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from klarsyn.domain.exam import Notice
from klarsyn.domain.volume import SliceFault
from klarsyn.imaging.stack import SliceState

if TYPE_CHECKING:
    from klarsyn.ui.slices.stack_view import StackView
    from klarsyn.ui.view.view_state import ViewState

_MOST_NAMED = 4
_FAULTS = {SliceFault.DOUBLED: "two slices at this place", SliceFault.TURNED: "this slice is turned"}


def slice_line(stack: "StackView") -> str:
    """Return e.g. "slice 31/60 · 30 mm"."""
    position = stack.volume.position_of(stack.index)
    height = f" · {round(position, 1):g} mm" if position is not None else ""
    return f"slice {stack.index + 1}/{stack.count}{height}"


def slab_line(stack: "StackView") -> str:
    """Return e.g. "slab 10 mm mean · slices 26–35"; "" while one slice is shown."""
    if not stack.slab_mm:
        return ""
    unit = "mm" if stack.volume.step_mm else "slices"
    shown = stack.shown
    which = f"slices {shown.first + 1}–{shown.last + 1}" if shown.is_slab else f"slice {shown.first + 1}"
    return f"slab {stack.slab_mm} {unit} {stack.kind} · {which}"


def doubts(stack: "StackView") -> str:
    """Return what is not as it should be in what is shown now; "" when all is well."""
    told = []
    fault = stack.volume.slices[stack.index].fault
    if fault in _FAULTS:
        told.append(_FAULTS[fault])
    loaded = stack.picture()
    if loaded is not None and loaded.pyramid.is_preview:
        told.append("preview, being decoded")
    lost = [n for n in stack.left_out if stack.stack.state(n) is SliceState.UNREADABLE]
    waiting = [n for n in stack.left_out if n not in lost]
    if lost:
        told.append(f"without {numbers(lost)}: unreadable")
    if waiting:
        told.append(f"without {numbers(waiting)}: being decoded")
    return " · ".join(told)


def numbers(indices: Sequence[int]) -> str:
    """Return e.g. "12, 13 …" of slices counted from 0."""
    named = ", ".join(str(n + 1) for n in indices[:_MOST_NAMED])
    return f"{named} …" if len(indices) > _MOST_NAMED else named


def stack_notices(view: "ViewState | None") -> tuple[Notice, ...]:
    """Return what was found out about slices of a view since the import: those that cannot be shown."""
    stack = view.stack if view is not None else None
    if stack is None:
        return ()
    known = {n for n, each in enumerate(stack.volume.slices) if each.fault is SliceFault.UNREADABLE}
    lost = [n for n in range(stack.count) if stack.stack.state(n) is SliceState.UNREADABLE and n not in known]
    if not lost:
        return ()
    which = f"Slice{'s' * (len(lost) > 1)} {numbers(lost)} of {stack.count} cannot"
    return (Notice("slice-unreadable", f"{which} be shown; the others can."),)


def told_instead(message: str) -> tuple[str, str]:
    """Part why there is no picture: the sentence that names the slice, and what is wrong with it."""
    first, dot, rest = message.partition(". ")
    return first + dot.strip(), rest
