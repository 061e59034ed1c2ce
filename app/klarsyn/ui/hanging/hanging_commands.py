"""The commands of the hanging protocol: steps, walk, true size, linked views, priors, slices."""

from typing import TYPE_CHECKING

from klarsyn.ui.actions.command import Command
from klarsyn.ui.slices.stack_commands import add_stacks

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage


def add_hanging(commands: "Commands", page: "ReadingPage") -> None:
    """Add them."""
    looks = page.grid.looks
    add_stacks(commands, page)
    commands.add(Command.STEP_FORWARD, lambda: looks.step(1))
    commands.add(Command.STEP_BACK, lambda: looks.step(-1))
    commands.add(Command.CHOOSE_PROTOCOL, lambda: ask_for_protocol(page))
    commands.add(Command.NEXT_PRIOR, looks.next_prior)
    commands.add(Command.OTHER_KIND, lambda: page.grid.in_place.toggle(page.grid.current))
    commands.add(Command.SAME_PLACE, page.grid.crosshair.hold)
    link = page.grid.slice_link
    commands.add(Command.LINK_SLICES, link.toggle, checked=lambda: link.on)
    commands.add(Command.TRUE_SIZE, looks.true_size)
    commands.add(Command.LINK_PAN, looks.toggle_linked_moves, checked=lambda: looks.moves_linked)
    commands.add(Command.WALK_FORWARD, looks.walk_on)
    commands.add(Command.WALK_BACK, looks.walk_back)
    commands.add(Command.WALK_LEFT, lambda: looks.walk_beside(-1, 0))
    commands.add(Command.WALK_RIGHT, lambda: looks.walk_beside(1, 0))
    commands.add(Command.WALK_UP, lambda: looks.walk_beside(0, -1))
    commands.add(Command.WALK_DOWN, lambda: looks.walk_beside(0, 1))


def ask_for_protocol(page: "ReadingPage") -> None:
    """Open the numbered list; what the site has chosen stands first."""
    hung, watch = page.grid.hung, page.flow.protocols
    if hung is None:
        return
    rest = sorted(watch.protocols.by_name.values(), key=lambda p: (p.name != watch.default.name, p.title.en))
    page.protocols.ask(tuple(rest), hung.protocol.name)
    middle = page.rect().center()
    page.protocols.move(middle.x() - page.protocols.width() // 2, middle.y() - page.protocols.height() // 2)
