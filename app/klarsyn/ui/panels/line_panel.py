"""Lines of text, each with a mark that says whether it is well."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from klarsyn.ui.monitors.display_words import Line
from klarsyn.ui.panels.pieces import label, paint_text
from klarsyn.ui.theme import theme

_MARKS = {True: "✓  ", False: "!   ", None: "    "}


class LinePanel(QWidget):
    """As many lines as are shown; labels are made once and used again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty panel."""
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._labels: list[QLabel] = []

    @property
    def text(self) -> str:
        """Everything that is shown, one line below the other."""
        return "\n".join(each.text() for each in self._labels if each.text())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines and no other."""
        look = theme()
        while len(self._labels) < len(lines):
            self._labels.append(label(wraps=True))
            self._layout.addWidget(self._labels[-1])
        for n, each in enumerate(self._labels):
            line = lines[n] if n < len(lines) else Line("")
            # A mark as well as a colour: colour alone is never the signal.
            each.setText(_MARKS[line.good] + line.text if line.text else "")
            paint_text(each, look.attention if line.good is False else look.text)
            each.setVisible(bool(line.text))
