"""What the panel says of what goes on, and of its keys: the sentences that change while it is open."""

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.explanation.asking import Asked
from klarsyn.ui.explanation.heat_maps import HeatMaps


def hint_of(keys: KeySet) -> str:
    """Name the keys that close, stop and scroll."""
    up, down = keys.hint(Command.WALK_UP), keys.hint(Command.WALK_DOWN)
    return (
        f"{keys.hint(Command.WHY)} closes · {keys.hint(Command.LEAVE)} stops, then closes · "
        f"{up} {down} scroll what does not fit"
    )


def progress_words(asked: Asked | None, maps: HeatMaps | None, said: str, *, parts: bool) -> str:
    """Say how far it is, else what was `said` last; `parts` is True until the parts have been answered."""
    if asked is not None and parts:
        return asked.words("Asking the engine without each part")
    return (maps.progress() or said or maps.said) if maps is not None else said


def offer_words(maps: HeatMaps | None, *, can_ask: bool, on: bool) -> str:
    """Return what the key of the heat map does next; empty where it can do nothing."""
    if maps is not None:
        return maps.offer(on=on)
    return "Ask again, with heat map" if can_ask else ""
