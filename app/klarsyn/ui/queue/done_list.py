"""What this reader has read today, below the queue; as many rows as there are, up to some."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from klarsyn.ui.panels.pieces import label
from klarsyn.ui.queue.queue_words import DONE, done_rows
from klarsyn.ui.queue.tables import fill, height_of, table

if TYPE_CHECKING:
    from klarsyn.reading.desk import QueuePageState

SHOWN = 6


class DoneList(QWidget):
    """A heading and a table; not there while nothing has been read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.rows = table(DONE)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(label("Read today", bold=True))
        layout.addWidget(self.rows)
        self.hide()

    def show_state(self, state: "QueuePageState") -> None:
        """Show what has been read."""
        fill(self.rows, done_rows(state))
        self.rows.setFixedHeight(height_of(min(len(state.done), SHOWN)))
        self.setVisible(bool(state.done))
