"""The one line in which a page tells its reader something: for a while, or until it has been acknowledged."""

from PySide6.QtCore import QDeadlineTimer, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.ui.panels.pieces import Line, paint_text
from klarsyn.ui.theme import theme

LEAST_MS = 4000
A_LETTER_MS = 70
"""Reading speed: some 14 letters a second, for who looks at images at the same time."""

SEEN_MS = 1000
"""A key that comes sooner has been pressed before the warning could be read, and does not end it."""


class ToldLine(Line):
    """What is told stands for a while, a warning until it is acknowledged, and an offer until it ends.

    One at a time: what is told stands before a warning for its while, and both before an offer.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say nothing."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme().font(theme().small))
        self.elsewhere = False
        """True while the whole of it is shown elsewhere: a message stands in one place."""
        self._told = self._warning = self._offer = ""
        self._held = False
        self._fresh_until = QDeadlineTimer(0)
        self._while = QTimer(self, singleShot=True)
        self._while.timeout.connect(self._is_over)
        self._say()

    def tell(self, sentence: str) -> None:
        """Say something for as long as it takes to read it; "" ends what is told."""
        self._told = sentence
        self._begin(sentence)

    def hold(self, sentence: str) -> None:
        """Say something until the reader does something else, however long that takes."""
        self._told, self._held = sentence, True
        self._while.stop()
        self._say()

    def warn(self, sentence: str) -> None:
        """Say in colour what went wrong, until it is acknowledged."""
        self._told, self._warning = "", sentence
        self._fresh_until = QDeadlineTimer(SEEN_MS)
        self._begin(sentence)

    def stand(self, offer: str) -> None:
        """Say something until it is replaced, below whatever is told or warned of."""
        self._offer = offer
        self._say()

    def pass_on(self, *, decides: bool = False) -> None:
        """End what is told: the reader does something else. A step that `decides` acknowledges a warning."""
        self._told = ""
        if decides and self._fresh_until.hasExpired():
            self._warning = ""
        self._while.stop()
        self._say()

    def acknowledge(self) -> None:
        """End what is told and what is warned of."""
        self._told = self._warning = ""
        self._while.stop()
        self._say()

    @property
    def is_cut(self) -> bool:
        """True while something is new and does not fit; what stands for long never stands over an image."""
        is_new = self._while.isActive() or (self._held and bool(self._told))
        return is_new and self.fontMetrics().horizontalAdvance(self.text()) > self.width()

    @property
    def offers(self) -> bool:
        """True while what can be read is an offer."""
        return bool(self._offer) and not self._told and not self._warning

    @property
    def warning(self) -> str:
        """What is warned of and has not been acknowledged, be it to be read now or told over for a while."""
        return self._warning

    @property
    def warns(self) -> bool:
        """True while what can be read is a warning."""
        return bool(self._warning) and not self._told

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """A click says that it has been read."""
        self.acknowledge()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write it, unless it is written elsewhere."""
        if not self.elsewhere:
            super().paintEvent(event)

    def _begin(self, sentence: str) -> None:
        self._held = False
        if sentence:
            self._while.start(max(LEAST_MS, A_LETTER_MS * len(sentence)))
        else:
            self._while.stop()
        self._say()

    def _is_over(self) -> None:
        if not self._held:
            self._told = ""
        self._say()

    def _say(self) -> None:
        look, text = theme(), self._told or self._warning or self._offer
        paint_text(self, look.attention if self.warns else look.dim if self._told else look.text)
        self.setText(text)
        self.setToolTip(text if self.warns else "")
        self.changed.emit()
