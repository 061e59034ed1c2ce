"""The commands on slices, and looking on through a tomosynthesis."""

from typing import TYPE_CHECKING

from klarsyn.ui.actions.command import Command
from klarsyn.ui.view.mouse import MANY

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.reading_page import ReadingPage

_BEYOND = 1_000_000


def add_stacks(commands: "Commands", page: "ReadingPage") -> None:
    """Add them. The view that they act on changes; it is asked for when the command comes."""
    grid, scrolling = page.grid, page.grid.scrolling
    cine = scrolling.cine
    steps = (
        (Command.SLICE_NEXT, 1),
        (Command.SLICE_PREVIOUS, -1),
        (Command.SLICES_ON, MANY),
        (Command.SLICES_BACK, -MANY),
        (Command.SLICE_LAST, _BEYOND),
        (Command.SLICE_FIRST, -_BEYOND),
    )
    for command, by in steps:
        commands.add(command, lambda by=by: scrolling.scroll(scrolling.place, by))
    commands.add(Command.CINE, cine.toggle, checked=lambda: cine.is_running)
    commands.add(Command.CINE_FASTER, lambda: cine.change_speed(1))
    commands.add(Command.CINE_SLOWER, lambda: cine.change_speed(-1))
    commands.add(Command.CINE_FROM, lambda: scrolling.end_here(high=False))
    commands.add(Command.CINE_TO, lambda: scrolling.end_here(high=True))
    commands.add(Command.SLAB, scrolling.toggle_slab, checked=lambda: is_slab(grid))
    commands.add(Command.SLAB_THICKER, lambda: scrolling.change_slab(1))
    commands.add(Command.SLAB_THINNER, lambda: scrolling.change_slab(-1))
    commands.add(Command.SLAB_KIND, scrolling.other_kind)


def is_slab(grid: "HangingGrid") -> bool:
    """Return whether the view that keys for slices act on shows a slab."""
    stack = grid.scrolling.viewport.stack
    return stack is not None and stack.slab_mm > 0


def run_through_unseen(grid: "HangingGrid") -> bool:
    """Look on through slices: run through a volume of this step that was not; False when there is none.

    While one is run through, the run is stopped; the next time it goes on where it was.
    """
    cine = grid.scrolling.cine
    if cine.is_run_through:
        cine.stop()
        grid.told.emit("The run through the slices has stopped; the same key goes on with it.")
        return True
    for place in dict.fromkeys((grid.current, *range(len(grid.viewports)))):
        stack = grid.viewports[place].stack
        if stack is not None and not stack.run_through and not stack.all_seen:
            grid.pick(place)
            if stack.slab_mm:
                # In a slab no slice is seen by itself.
                stack.toggle_slab()
            return cine.run_through()
    return False
