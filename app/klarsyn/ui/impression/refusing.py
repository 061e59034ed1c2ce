"""Keys that come before an exam can be read: refused, and the reader sees it.

A digit dropped in silence would be worse than none: the next one would be taken for the other breast.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeyEvent

from klarsyn.ui.actions.action import Action
from klarsyn.ui.actions.command import Group
from klarsyn.ui.actions.stroke import stroke_of
from klarsyn.ui.impression.deciding import ASSESSMENTS

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage


class Refusing(QObject):
    """Says which key of a page was not taken, and refuses the digits that belong to a refused one."""

    def __init__(self, page: "ReadingPage") -> None:
        """Watch the keys of `page`."""
        super().__init__(page)
        self._page = page
        self._said = ""
        # Whoever types both breasts at once is done by then, and has seen where the digits go.
        self.following = QTimer(self, singleShot=True, interval=2 * page.announce_ms)
        page.flow.exam_opened.connect(self._say_again)

    def takes(self, event: QKeyEvent) -> bool:
        """Return whether a key may act; what was told before is over when it does."""
        page = self._page
        stroke = stroke_of(event)
        line = page.commands.keys.action_of(stroke)
        if stroke is None or line is None or event.isAutoRepeat():
            return True
        if why := self._refused(line):
            self._refuse(line, f"{stroke.on_paper} was not taken: {why}")
            return False
        if page.is_ready:
            self._said = ""
            page.bar.told.pass_on(decides=line.group is Group.DECIDE)
        return True

    def _refused(self, line: Action) -> str:
        """Return why a key is not taken, "" when it is."""
        page = self._page
        if line.always or (page.flow.session is None and not page.flow.busy):
            return ""
        if not page.is_ready:
            return "wait for the images"
        digit = line.command in ASSESSMENTS and not page.commands.is_asking
        if digit and (page.flow.busy or self.following.isActive()):
            return "wait a moment"
        return ""

    def _refuse(self, line: Action, sentence: str) -> None:
        if line.command not in ASSESSMENTS:
            if not self._said:
                self._page.bar.tell(sentence)
            return
        self.following.start()
        # The first of them stands: it is where the reader has to begin again.
        self._said = self._said or sentence
        self._page.bar.told.hold(self._said)

    def _say_again(self, _session: object) -> None:
        # Refused while this exam was being opened, and meant for it.
        if self.following.isActive():
            self._page.bar.told.hold(self._said)
        else:
            self._said = ""
