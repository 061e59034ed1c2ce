"""The last line of the queue page: who reads, what needs somebody's care, what goes on, what is told."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from klarsyn.ui.panels.pieces import label
from klarsyn.ui.panels.told_line import ToldLine
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.reading.desk import QueuePageState


class QueueFoot(QWidget):
    """Small texts beside each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make them empty."""
        super().__init__(parent)
        look = theme()
        self.reader, self.priors, self.activity, self.due = (
            label(size=look.small, colour=look.dim) for _ in range(4)
        )
        self.quarantine = label(size=look.small, colour=look.attention)
        self.told = ToldLine()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.reader)
        layout.addSpacing(30)
        for each in (self.quarantine, self.priors, self.activity):
            layout.addWidget(each)
        layout.addStretch(1)
        layout.addWidget(self.told)
        layout.addSpacing(30)
        layout.addWidget(self.due)

    def show_state(self, state: "QueuePageState") -> None:
        """Say what needs somebody's care."""
        n = state.quarantined
        files = "1 file" if n == 1 else f"{n} files"
        self.quarantine.setText(f"{files} could not be read: klarsyn quarantine" if n else "")
        n = state.priors_alone
        kept = "1 old exam is kept as a prior" if n == 1 else f"{n} old exams are kept as priors"
        self.priors.setText(f"{kept}, no newer one is here: klarsyn prior" if n else "")
