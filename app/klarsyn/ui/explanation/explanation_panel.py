"""The panel "why this score": floats over black in the place of the list, and holds nothing when closed."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from klarsyn.ui.explanation.contribution_bars import ContributionBars
from klarsyn.ui.explanation.sheet import Sheet
from klarsyn.ui.panels.head_and_body import HeadAndBody
from klarsyn.ui.panels.pieces import KeyCap, label
from klarsyn.ui.theme import theme

WIDTH, NARROW = 330, 258


class ExplanationPanel(HeadAndBody):
    """Head with title, warnings, progress and the heat map's key; the rest is scrolled if it is too high."""

    heat_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden panel."""
        super().__init__(parent, widths=(WIDTH, NARROW), spacing=6, least_body=96)
        self._told = label(wraps=True)
        self._heat = KeyCap("")
        self._shown: tuple[Sheet, str] | None = None
        self.sizes: tuple[QSize, ...] = ()
        """Sizes at which nothing has to be scrolled for, the better first."""

    def clear(self) -> None:
        """Hold nothing, and hide."""
        self._take_all()
        self._shown, self.sizes = None, ()
        self.hide()

    def show_sheet(self, sheet: Sheet, heat: str, hint: str, told: str) -> bool:
        """Show a sheet; `heat` is what the heat map's button does, "" for no button, `told` how far it is.

        Returns True when it has been written anew, so that it wants a place.
        """
        if self._shown != (sheet, heat):
            self._shown = sheet, heat
            # Children that come into a panel in sight are measured only after it has been painted.
            self.hide()
            self._fill(sheet, heat, hint, told)
            self.sizes = self._measured()
            self.setFixedSize(self.sizes[0])
            return True
        return False

    def tell(self, text: str) -> None:
        """Say how far it is, in the line that is kept for it."""
        self._told.setText(_kept_together(text))
        self._told.setVisible(bool(text))

    def turn(self, by: int) -> bool:
        """Go half of what is seen down, or up below 0; False where all of it is seen."""
        bar = self._scroll.verticalScrollBar()
        if not self.isVisible() or bar.maximum() <= bar.minimum():
            return False
        bar.setValue(bar.value() + by * max(bar.singleStep(), bar.pageStep() // 2))
        return True

    def _fill(self, sheet: Sheet, heat: str, hint: str, told: str) -> None:
        self._take_all()
        look = theme()
        head, body = self._head, self._body
        head.addWidget(label("Why this score", bold=True))
        for text in sheet.warnings:
            head.addWidget(label(text, size=look.small, colour=look.attention, wraps=True))
        self._told = label(size=look.small, colour=look.text, wraps=True)
        # Two lines for whatever is told: seconds that go by must not move the bars.
        self._told.setMinimumHeight(2 * self._told.fontMetrics().height())
        head.addWidget(self._told)
        self.tell(told)
        if heat:
            self._heat = KeyCap(heat, wide=True)
            self._heat.clicked.connect(self.heat_wanted)
            head.addWidget(self._heat)
        for text in sheet.lines:
            self._say(text, bright=text is sheet.lines[0])
        for title, bars in sheet.bars:
            body.addWidget(ContributionBars(title, bars))
        for text in sheet.sums:
            self._say(text)
        if sheet.flags:
            body.addWidget(label("What may mislead the engine here", size=look.small, bold=True))
        for text in sheet.flags:
            body.addWidget(label(text, size=look.small, colour=look.attention, wraps=True))
        for text in (*sheet.made, hint):
            self._say(text)
        body.addStretch(1)
        self._scroll.verticalScrollBar().setValue(0)

    def _say(self, text: str, *, bright: bool = False) -> None:
        if text:
            look = theme()
            colour = look.text if bright else look.dim
            said = label(_kept_together(text), size=look.small, colour=colour, wraps=True)
            self._body.addWidget(said)


def _kept_together(text: str) -> str:
    """No number is parted from its percent sign where a line ends."""
    return text.replace(" %", "\u00a0%")
