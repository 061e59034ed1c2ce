"""The strip below the images: the impression of each breast, the next step, and one line for the reader."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from klarsyn.domain.exam import Laterality
from klarsyn.domain.policy import RevealPolicy
from klarsyn.domain.read import ASSESSMENT_WORDS, Assessment
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.panels.pieces import KeyCap, Strip, label, paint_text, side_of_strip
from klarsyn.ui.panels.told_line import ToldLine
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession

AND = "   ·   "
"""Between two things that can be done now."""


class BreastKeys(QWidget):
    """Five keys for one breast."""

    chosen = Signal(object, object)

    def __init__(self, side: Laterality, parent: QWidget | None = None) -> None:
        """Make the keys of `side`."""
        super().__init__(parent)
        self.side = side
        self.name = label(side.value, bold=True)
        self.name.setFixedWidth(theme().sized(30))
        self.name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.caps = {a: KeyCap(a.value) for a in Assessment}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.name)
        for assessment, cap in self.caps.items():
            cap.setToolTip(f"{side.value}{assessment.value} {ASSESSMENT_WORDS[assessment]}")
            cap.clicked.connect(lambda _=False, a=assessment: self.chosen.emit(self.side, a))
            layout.addWidget(cap)

    def show_choice(self, assessment: Assessment | None, *, imaged: bool, focus: bool) -> None:
        """Show what is chosen, and whether the digits go to this breast."""
        look = theme()
        self.setEnabled(imaged)
        paint_text(self.name, look.accent if focus else look.text if imaged else look.faint)
        self.name.setText(f"▸{self.side.value}" if focus else self.side.value)
        for each, cap in self.caps.items():
            cap.setChecked(each is assessment)


class ImpressionBar(Strip):
    """The keypad's mirror on the screen. It holds which breast the digits go to, nothing else."""

    assessed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty bar."""
        super().__init__(parent)
        look = theme()
        self.keys = KeySet()
        self.focus = Laterality.RIGHT
        self.place = label(size=look.small, colour=look.dim)
        self.notices = label(size=look.small, colour=look.attention)
        self.right, self.left = BreastKeys(Laterality.RIGHT), BreastKeys(Laterality.LEFT)
        self.action = label(bold=True)
        self.told = ToldLine()
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for keys in (self.right, self.left):
            keys.chosen.connect(self.assessed)
        self.middle = QWidget()
        middle = QHBoxLayout(self.middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(40)
        middle.addWidget(self.right)
        middle.addWidget(self.left)
        before = QHBoxLayout()
        before.setSpacing(16)
        before.addWidget(self.place)
        before.addWidget(self.notices)
        before.addStretch(1)
        after = QHBoxLayout()
        after.setSpacing(16)
        after.addSpacing(24)
        after.addWidget(self.action)
        after.addWidget(self.told, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        self._after = side_of_strip(after)
        self._before = side_of_strip(before)
        self._place = self._other = self._action = ""
        layout.addWidget(self._before, 1)
        layout.addWidget(self.middle)
        layout.addWidget(self._after, 1)
        self._ready = False
        self.told.changed.connect(self._deal_out)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Deal the room at the right out anew."""
        super().resizeEvent(event)
        self._deal_out()

    def start(self, session: "ReadingSession") -> None:
        """Begin an exam: the digits go to the first breast that is not assessed."""
        self.tell("")
        open_sides = [s for s in session.breasts if session.draft.of(s) is None]
        self.focus = (open_sides or list(session.breasts) or [Laterality.RIGHT])[0]
        self.show_session(session)

    def move_on(self, session: "ReadingSession", side: Laterality) -> None:
        """After one breast is assessed, go to the one that is not; stay when both are done."""
        self.focus = next((s for s in session.breasts if session.draft.of(s) is None), side)

    def other_breast(self, session: "ReadingSession") -> None:
        """Send the digits to the other breast."""
        self.focus = next((s for s in session.breasts if s is not self.focus), self.focus)
        self.show_session(session)

    def show_session(self, session: "ReadingSession") -> None:
        """Show draft, focus and next step; identical for any result before signing (invariant 6)."""
        final = session.step is Step.FINAL
        place = f"{session.place_text} · " if session.place_text else ""
        self._place = f"{place}keys: hold {self.keys.first(Command.KEYS)}"
        other = self.keys.first(Command.OTHER_BREAST) if len(session.breasts) > 1 and not final else ""
        self._other = f" · {other}: other breast" if other else ""
        for keys in (self.right, self.left):
            imaged = keys.side in session.breasts
            keys.show_choice(
                session.draft.of(keys.side),
                imaged=imaged,
                focus=imaged and not final and keys.side is self.focus,
            )
        self._ready = not session.missing()
        self._action = action_text(session, self.keys)
        paint_text(self.action, theme().text if self._ready else theme().dim)
        self._deal_out()

    def tell(self, sentence: str) -> None:
        """Show one dim line for a while."""
        self.told.tell(sentence)

    def warn(self, sentence: str) -> None:
        """Show what went wrong until the reader has acknowledged it."""
        self.told.warn(sentence)

    def _deal_out(self) -> None:
        """Say what there is room for.

        An offer has the room of a step that cannot be taken yet, where there is none for both. A warning is
        whole until it is acknowledged: of two things to do only the first is said, and that gives way, too,
        where there is no room.
        """
        room = self._after.width() - self.told.sizeHint().width() - 24 - 16
        self.action.setText(self._action)
        if self.told.warns and self.action.sizeHint().width() > room:
            self.action.setText(self._action.partition(AND)[0])
        yields = self.told.warns or (self.told.offers and not self._ready)
        gives_way = yields and self.action.sizeHint().width() > room
        self.action.setVisible(not gives_way)
        whole = self._place + self._other
        room = self._before.width() - self.notices.sizeHint().width() - 24
        fits = self.place.fontMetrics().horizontalAdvance(whole) <= room
        self.place.setText(whole if fits else self._place)


def action_text(session: "ReadingSession", keys: KeySet) -> str:
    """Return what the key that goes on does now."""
    on = keys.first(Command.GO_ON)
    if session.step is Step.READING:
        return f"Sign first impression  {on}"
    if session.step is Step.FINAL:
        return "Confirmed"
    first = session.first.impression if session.first else None
    if session.draft != first:
        return f"Change {first} to {session.draft}  {on}, then why"
    if session.step is Step.SIGNED and session.policy.reveal is not RevealPolicy.NEVER:
        return f"Show AI  {keys.hint(Command.AI)}{AND}Confirm  {on}"
    return f"Confirm  {on}{AND}Change: assess again"
