"""Which stroke asks for which command: the keys that come with Klarsyn, and a reader's own over them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from klarsyn.ui.actions.action import Action
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.stroke import Stroke
from klarsyn.ui.actions.table import ACTIONS, line_of

RESERVED = MappingProxyType({Stroke.parse("Ctrl+Q"): "closes Klarsyn"})
"""Strokes that belong to the windows themselves."""


class KeyConflict(ValueError):
    """A key cannot be given; the message says why, and names the command that has it.

    `commands` are those that it is about.
    """

    def __init__(self, sentence: str, *commands: Command) -> None:
        """Say `sentence` about `commands`."""
        super().__init__(sentence)
        self.commands = commands


class KeySet:
    """All keys in force. Never changes: another set takes its place."""

    def __init__(
        self,
        own: Mapping[Command, Iterable[Stroke]] = MappingProxyType({}),
        actions: tuple[Action, ...] = ACTIONS,
    ) -> None:
        """Take the table's keys, and for the commands of `own` those instead.

        Raises
        ------
        KeyConflict
            If one stroke would mean two commands, is reserved, or if a command that must have a key has none.
        """
        self._of: dict[Command, tuple[Stroke, ...]] = {}
        self._by_stroke: dict[Stroke, Action] = {}
        for action in actions:
            strokes = tuple(dict.fromkeys(own.get(action.command, action.strokes)))
            if action.needs_key and not strokes:
                raise KeyConflict(
                    f"“{action.text}” must keep a key: no exam can be read without it. Give it another.",
                    action.command,
                )
            self._of[action.command] = strokes
            for stroke in strokes:
                self._take(stroke, action)
        self.own = MappingProxyType(
            {a.command: self._of[a.command] for a in actions if self._of[a.command] != a.strokes}
        )
        """The commands whose keys differ from the table's, and those keys."""

    def action_of(self, stroke: Stroke | None) -> Action | None:
        """Return the action that a stroke asks for, None when it means nothing here."""
        return self._by_stroke.get(stroke) if stroke is not None else None

    def strokes(self, command: Command) -> tuple[Stroke, ...]:
        """Return the strokes of a command."""
        return self._of[command]

    def on_paper(self, command: Command, *, keypad: bool) -> str:
        """Return the keys of a command as people write them: those on the keypad, or the others."""
        return " ".join(s.on_paper for s in self._of[command] if s.keypad is keypad)

    def first(self, command: Command) -> str:
        """Return the one key that a line of text names for a command: "" where it has none."""
        strokes = sorted(self._of[command], key=lambda stroke: stroke.keypad)
        return f"{'keypad ' * strokes[0].keypad}{strokes[0].on_paper}" if strokes else ""

    def hint(self, command: Command) -> str:
        """Return what a line of text names for whichever hand is at the keys: "A, keypad +", or "Enter"."""
        named: dict[str, Stroke] = {}
        for stroke in sorted(self._of[command], key=lambda stroke: stroke.keypad):
            if not any(s.keypad is stroke.keypad for s in named.values()):
                named.setdefault(stroke.on_paper, stroke)
        return ", ".join(f"{'keypad ' * stroke.keypad}{text}" for text, stroke in named.items())

    def with_keys(self, command: Command, strokes: Iterable[Stroke]) -> "KeySet":
        """Return these keys with others for one command.

        Raises
        ------
        KeyConflict
            As for a new set.
        """
        return KeySet({**self.own, command: tuple(strokes)})

    def with_default(self, command: Command) -> "KeySet":
        """Return these keys with the table's for one command.

        Raises
        ------
        KeyConflict
            If another command has been given one of them meanwhile.
        """
        return self.with_keys(command, line_of(command).strokes)

    def _take(self, stroke: Stroke, action: Action) -> None:
        where = " on the keypad" if stroke.keypad else ""
        wanted = f"{stroke.on_paper}{where} cannot be the key of “{action.text}”"
        if stroke in RESERVED:
            raise KeyConflict(f"{wanted}: it {RESERVED[stroke]}. Choose another key.", action.command)
        other = self._by_stroke.setdefault(stroke, action)
        if other is not action:
            raise KeyConflict(
                f"{wanted}: it is the key of “{other.text}”. Choose another, or change that first.",
                action.command,
                other.command,
            )
