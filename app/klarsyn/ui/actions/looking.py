"""The commands of looking: views, grey, zoom, and what is shown over the images for a while."""

from typing import TYPE_CHECKING

from klarsyn.ui.actions.command import Command
from klarsyn.ui.panels.float_places import fit_all
from klarsyn.ui.slices.stack_commands import run_through_unseen
from klarsyn.ui.view.grey_state import GreyState
from klarsyn.ui.view.viewport import ZOOM_STEP

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage


def add_looking(commands: "Commands", page: "ReadingPage") -> None:
    """Add the commands of looking."""
    looking = Looking(commands, page)
    grid = page.grid
    # The current view changes; it is asked for when the command comes.
    commands.add(Command.LOOK_ON, looking.look_on)
    commands.add(Command.NEXT_VIEW, lambda: grid.pick(grid.current + 1))
    commands.add(Command.NEXT_IMAGE, lambda: grid.turn(grid.current, 1))
    commands.add(Command.NEXT_PRIOR, grid.looks.next_prior)
    commands.add(Command.PRESET, lambda: grid.change_grey(GreyState.next_preset))
    commands.add(Command.PREVIOUS_WINDOW, lambda: grid.change_grey(GreyState.previous_preset))
    commands.add(Command.INVERT, lambda: grid.change_grey(_invert), checked=looking.is_inverted)
    commands.add(Command.LINK, looking.toggle_link, checked=lambda: grid.linked)
    commands.add(Command.ZOOM_IN, lambda: grid.viewport.zoom(ZOOM_STEP))
    commands.add(Command.ZOOM_OUT, lambda: grid.viewport.zoom(1 / ZOOM_STEP))
    commands.add(Command.FIT, lambda: fit_all(page))
    commands.add(Command.ONE_TO_ONE, lambda: grid.viewport.one_to_one())
    commands.add(Command.MAGNIFIER, looking.magnify, checked=looking.is_magnified)
    commands.add(Command.HISTOGRAM, looking.toggle_histogram, checked=page.histogram.isVisible)
    commands.add(Command.TECHNIQUE, looking.show_device)
    commands.add(Command.NOTICES, looking.show_notices)


class Looking:
    """What the reader does to the images of the open exam."""

    def __init__(self, commands: "Commands", page: "ReadingPage") -> None:
        """Act on `page`."""
        self._commands, self._page = commands, page

    def look_on(self) -> bool:
        """Go on to what has not been shown: slices, the next stop at 1:1, else an image, else a step.

        An image that another step hangs in a place of its own is left to that: it is larger there.
        After the last step comes the first again, so that the keypad alone can go back.
        """
        grid = self._page.grid
        if grid.hung is not None and run_through_unseen(grid):
            return True
        if grid.hung is None or (grid.looks.is_close and self._commands.do(Command.WALK_FORWARD)):
            return grid.hung is not None
        places = range(len(grid.hung.cells))
        for place in (grid.current, *places):
            page = grid.hung.next_page(place)
            if page is not None:
                grid.pick(place)
                grid.turn(place, page - grid.hung.page(place))
                return True
        sequence = grid.hung.sequence
        if not sequence.is_last or sequence.position == 0:
            return self._commands.do(Command.STEP_FORWARD)
        grid.looks.step(-sequence.position)
        self._page.bar.tell("That was the last step; this is the first again.")
        return True

    def toggle_link(self) -> None:
        """Link the windows of all views, or part them."""
        grid = self._page.grid
        grid.linked = not grid.linked
        self._page.bar.tell(
            "Windows of all views are linked." if grid.linked else "Each view has its own window."
        )

    def toggle_histogram(self) -> None:
        """Show or hide the histogram of the current view."""
        chart = self._page.histogram
        chart.setVisible(not chart.isVisible())
        if chart.isVisible():
            chart.raise_()
            chart.show_view(self._page.grid.viewport)

    def magnify(self, on: bool) -> None:
        """Raise the glass in the view under the mouse, or in the current one when it is elsewhere."""
        grid = self._page.grid
        under = next((v for v in grid.viewports if v.underMouse()), grid.viewport)
        for viewport in grid.viewports:
            viewport.set_glass(on and viewport is under)

    def is_magnified(self) -> bool:
        """Return whether a glass is up anywhere."""
        return any(v.glass_is_up for v in self._page.grid.viewports)

    def is_inverted(self) -> bool:
        """Return whether the current view is inverted."""
        view = self._page.grid.viewport.view
        return view is not None and view.display.inverted

    def show_device(self, on: bool) -> None:
        """Name on each image the device that made it."""
        for viewport in self._page.grid.viewports:
            viewport.device_asked = on
            viewport.update()

    def show_notices(self, on: bool) -> None:
        """Show all notices in full, on the images and of the exam."""
        for viewport in self._page.grid.viewports:
            viewport.notices_in_full = on
            viewport.update()
        notices = self._page.notices
        notices.setVisible(on and not notices.is_empty)
        notices.raise_()


def _invert(view: GreyState) -> None:
    view.display.inverted = not view.display.inverted
