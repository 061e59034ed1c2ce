"""The keys of the explanation: open and close, the heat map, scrolling, and Esc, which leaves last."""

from typing import TYPE_CHECKING

from klarsyn.ui.actions.command import Command
from klarsyn.ui.explanation.explaining import ExplainingScore

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage


def add_explaining(commands: "Commands", page: "ReadingPage") -> ExplainingScore:
    """Add the commands; Esc stops and closes before it leaves, and a walk at 1:1 has its keys before."""
    explaining = ExplainingScore(page)

    def scroll(by: int) -> bool:
        viewport = page.grid.viewport
        walk = viewport.walk
        walks = walk is not None and walk.is_of(viewport) and walk.is_here()
        return not walks and explaining.panel.turn(by)

    commands.add(Command.WHY, explaining.toggle, checked=lambda: explaining.is_open)
    commands.add(Command.HEAT_MAP, explaining.heat, checked=lambda: explaining.layer.on)
    commands.before(Command.LEAVE, explaining.give_up)
    commands.before(Command.WALK_UP, lambda: scroll(-1))
    commands.before(Command.WALK_DOWN, lambda: scroll(1))
    return explaining
