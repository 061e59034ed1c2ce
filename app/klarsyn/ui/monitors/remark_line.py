"""What was wrong with a screen, in the words of who looked at it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from klarsyn.ui.monitors.screens import Monitor


class RemarkLine(QLineEdit):
    """Asks for a remark. It names the screen that was looked at: that may be unplugged meanwhile."""

    remarked = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask for nothing."""
        super().__init__(parent)
        self.setPlaceholderText("What is wrong? Enter keeps it, Esc notes nothing.")
        self.setMaxLength(300)
        self.returnPressed.connect(self._keep)
        self._monitor: Monitor | None = None
        self.hide()

    def ask(self, monitor: Monitor) -> None:
        """Ask what is wrong with a screen."""
        self._monitor = monitor
        self.clear()
        self.show()
        self.setFocus()

    def _keep(self) -> None:
        words = self.text().strip()
        if words and self._monitor is not None:
            self.hide()
            self.remarked.emit(self._monitor, words)
