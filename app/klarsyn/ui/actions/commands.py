"""Keys and menu in, calls out: which command is asked for, whether it may act now, and how long it is held.

What a command does is added by whoever can do it. A command that nobody does is shown nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent

from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment
from klarsyn.ui.actions.action import Action
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.holding import Down, Holding, Stands
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.actions.looking import add_looking
from klarsyn.ui.actions.program import add_program
from klarsyn.ui.actions.stroke import stroke_of
from klarsyn.ui.actions.table import ACTIONS, line_of
from klarsyn.ui.impression.deciding import Deciding, add_deciding

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage

Act = Callable[[], object] | Callable[[bool], object]
"""What a command does. One that is `held` is called with True and then False. An act that finds nothing to
do may return False; anything else, None too, means that it has done it."""


@dataclass(slots=True)
class _Doer:
    act: Callable[..., object]
    checked: Callable[[], bool] | None
    action: QAction


class Commands(QObject):
    """All commands of the reading page, with a QAction each. Holds only what is asked or held now."""

    keys_changed = Signal()

    def __init__(self, page: "ReadingPage") -> None:
        """Act on `page`."""
        super().__init__(page)
        self._page = page
        self._keys = KeySet()
        self._doers: dict[Command, _Doer] = {}
        self._holding = Holding(lambda command, on: self._doers[command].act(on))
        self._taker: Callable[[Command], object] | None = None
        self.deciding = Deciding(page, self)
        add_deciding(self, page)
        add_looking(self, page)
        add_program(self, page)

    def add(self, command: Command, act: Act, *, checked: Callable[[], bool] | None = None) -> QAction:
        """Say what a command does; from then on it is in the menu, on the cheat sheet and in the docs.

        Parameters
        ----------
        act
            Called without arguments, or with True and False when the command's line is `held`.
        checked
            Whether it is on now, for a command whose line is `checkable`.
        """
        line = line_of(command)
        action = QAction(self)
        action.setObjectName(command.value)
        action.setIconText(QCoreApplication.translate("actions", line.text))
        action.setStatusTip(QCoreApplication.translate("actions", line.help))
        action.setCheckable(line.checkable or line.held)
        action.triggered.connect(lambda _checked=False: self.choose(command))
        self._doers[command] = _Doer(act, checked, action)
        return action

    def before(self, command: Command, first: Callable[[], bool]) -> None:
        """Let `first` have a command; what it did before comes only when `first` returns False."""
        doer = self._doers[command]
        rest = doer.act
        doer.act = lambda: True if first() else rest()

    @property
    def actions(self) -> dict[Command, QAction]:
        """The commands that have an act, in the table's order."""
        doers = self._doers
        return {line.command: doers[line.command].action for line in ACTIONS if line.command in doers}

    @property
    def keys(self) -> KeySet:
        """The keys in force."""
        return self._keys

    @keys.setter
    def keys(self, keys: KeySet) -> None:
        self.release_all()
        self._keys = keys
        self.keys_changed.emit()

    def refresh_actions(self) -> None:
        """Let each QAction say its keys, whether it may be asked for now, and whether it is on."""
        for command, doer in self._doers.items():
            key, pad = (self._keys.on_paper(command, keypad=each) for each in (False, True))
            keys = " · ".join(filter(None, (key, f"keypad {pad}" if pad and pad not in key.split() else "")))
            # What follows the tab stands at the right of a menu. No QShortcut: those know no keypad, and
            # would act before the page has said that it is ready.
            doer.action.setText(f"{doer.action.iconText()}\t{keys}")
            doer.action.setEnabled(self._may(line_of(command)))
            doer.action.setChecked(self._is_on(command))

    def divert(self, taker: Callable[[Command], object] | None) -> None:
        """Give every command to `taker` instead of doing it, while a question is open; None ends it."""
        self._taker = taker

    def do(self, command: Command) -> bool:
        """Do what a command does, as far as it may be done now; False when nothing was done."""
        line, doer = line_of(command), self._doers.get(command)
        if doer is None or not self._may(line):
            return False
        if line.held:
            self._toggle(command, Stands.BY_MENU)
            return True
        return doer.act() is not False

    def choose(self, command: Command) -> None:
        """Do a command that a key, the menu or another part of the window asks for."""
        if self._taker is None:
            self.do(command)
        elif self._may(line_of(command)):
            self._taker(command)

    def press(self, event: QKeyEvent) -> None:
        """Do what a key asks for, once an exam is painted and announced."""
        stroke = stroke_of(event)
        line = self._keys.action_of(stroke)
        if stroke is None or (event.isAutoRepeat() and not (line is not None and line.repeats)):
            return
        self._holding.end_from_menu(line.command if line is not None else None)
        if line is None or not self._may(line):
            return
        if self._taker is not None or not line.held:
            self.choose(line.command)
        elif line.command in self._doers:
            if stroke.keypad:
                self._toggle(line.command, Stands.BY_KEYPAD)
            else:
                self._holding.begin(line.command, Down.of(event))

    def release(self, event: QKeyEvent) -> None:
        """End what its key held."""
        if not event.isAutoRepeat():
            self._holding.end_by_key(event)

    def release_all(self) -> None:
        """End everything that a key holds."""
        self._holding.end_keys()

    # What the page's bars ask for.

    @property
    def is_asking(self) -> bool:
        """True while the reader is asked for the reason of a change."""
        return self.deciding.is_asking

    @property
    def settling(self) -> QTimer:
        """Runs while a second Enter is still the same press."""
        return self.deciding.settling

    def assess(self, side: Laterality, assessment: Assessment) -> None:
        """Assess one breast and go to the other when it is still open."""
        self.deciding.assess(side, assessment)

    def give_reason(self, reason: str) -> None:
        """Sign the changed final read with its reason."""
        self.deciding.give_reason(reason)

    def stop_asking(self) -> None:
        """Back from the question to the impression."""
        self.deciding.stop_asking()

    def _may(self, line: Action) -> bool:
        return line.always or self._page.is_ready

    def _is_on(self, command: Command) -> bool:
        checked = self._doers[command].checked
        return command in self._holding if checked is None else checked()

    def _toggle(self, command: Command, how: Stands) -> None:
        if self._is_on(command):
            self._holding.end(command)
        else:
            self._holding.begin(command, how)
